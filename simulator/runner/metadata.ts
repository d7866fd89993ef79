import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What `action.yml` says to the runner. */
export interface ActionMetadata {
  /** By name as written; `default` is absent where the action gives none. */
  readonly inputs: ReadonlyMap<string, { readonly default?: string; readonly deprecated?: string }>;
  readonly outputs: readonly string[];
  /** Paths relative to the folder of `action.yml`. */
  readonly main: string;
  readonly post?: string;
  readonly postIf: PostCondition;
}

export type PostCondition = 'always()' | 'success()' | 'failure()' | 'cancelled()';

const POST_CONDITIONS: readonly PostCondition[] = ['always()', 'success()', 'failure()', 'cancelled()'];

/**
 * Reads `action.yml` in a folder. Throws if it cannot be read, is no JavaScript action on node24, or holds what this
 * runner does not do: `pre`, expressions in defaults, other conditions for `post`.
 */
export async function readMetadata(root: string): Promise<ActionMetadata> {
  const path = join(root, 'action.yml');
  // The runner takes defaults as the text that stands there: `true` and `10` are no boolean and no number.
  const document: unknown = parse(await readFile(path, 'utf8'), { schema: 'failsafe' });
  const action = mapping(document, path);
  const runs = mapping(action.runs, `${path}: runs`);
  if (runs.using !== 'node24') {
    throw new Error(`${path}: runs.using must be node24, not ${JSON.stringify(runs.using)}`);
  }
  if (runs.pre !== undefined) {
    throw new Error(`${path}: runs.pre is not supported by this runner`);
  }
  const post = optionalText(runs.post, `${path}: runs.post`);
  return {
    inputs: new Map(Object.entries(optionalMapping(action.inputs, `${path}: inputs`)).map(readInput)),
    outputs: Object.keys(optionalMapping(action.outputs, `${path}: outputs`)),
    main: text(runs.main, `${path}: runs.main`),
    ...(post === undefined ? {} : { post }),
    postIf: readCondition(optionalText(runs['post-if'], `${path}: runs.post-if`), path),
  };
}

function readInput([name, value]: [string, unknown]): [string, { default?: string; deprecated?: string }] {
  const input = optionalMapping(value, `input ${name}`);
  const standard = optionalText(input.default, `default of input ${name}`);
  const deprecated = optionalText(input.deprecationMessage, `deprecationMessage of input ${name}`);
  if (standard?.includes('${{')) {
    throw new Error(`default of input ${name}: expressions are not supported by this runner`);
  }
  return [
    name,
    {
      ...(standard === undefined ? {} : { default: standard }),
      ...(deprecated === undefined ? {} : { deprecated }),
    },
  ];
}

function readCondition(value: string | undefined, path: string): PostCondition {
  const found = POST_CONDITIONS.find((condition) => condition === (value ?? 'always()'));
  if (found === undefined) {
    throw new Error(`${path}: runs.post-if "${value}" is not supported by this runner`);
  }
  return found;
}

function mapping(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${where} must be a mapping`);
  }
  return Object.fromEntries(Object.entries(value));
}

/** An empty value (`inputs:` with nothing below) is the empty text in this YAML schema. */
function optionalMapping(value: unknown, where: string): Readonly<Record<string, unknown>> {
  return value === undefined || value === '' ? {} : mapping(value, where);
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new Error(`${where} must be a text`);
  }
  return value;
}

function optionalText(value: unknown, where: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') {
    throw new Error(`${where} must be a text`);
  }
  return value;
}
