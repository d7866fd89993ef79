import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * GitHub's official OpenAPI description → simulator/github/openapi.json: the operations that notices use, with
 * everything that they refer to. What only explains (descriptions, examples, links) is left out; nothing is changed.
 * Run it once for each new version of the description: `node scripts/github-openapi.ts`. It needs npm and tar, and
 * adds no dependency.
 */
const description = '@octokit/openapi@23.0.2';
const operations = [
  'repos/create-commit-status',
  'issues/list-comments',
  'issues/create-comment',
  'issues/update-comment',
];

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json;
}

const root = resolve(import.meta.dirname, '..');
const file = join(root, 'simulator/github/openapi.json');
const whole = downloaded();
const paths: JsonObject = Object.fromEntries(
  Object.entries(objectOf(whole.paths)).flatMap(([path, methods]) => {
    const some = Object.entries(objectOf(methods)).filter(([, operation]) =>
      operations.includes(String(objectOf(operation).operationId)),
    );
    return some.length === 0 ? [] : [[path, Object.fromEntries(some)]];
  }),
);
const { openapi = null, info = null } = whole;
const used = objectOf(bare({ paths, components: componentsOf(paths) }));
writeFileSync(file, JSON.stringify({ openapi, info, ...used }));
execFileSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd: root });

function downloaded(): JsonObject {
  const folder = mkdtempSync(join(tmpdir(), 'github-openapi-'));
  try {
    const [packed = ''] = execFileSync('npm', ['pack', '--silent', description], { cwd: folder })
      .toString()
      .split('\n');
    execFileSync('tar', ['xzf', packed, 'package/generated/api.github.com.json'], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, 'package/generated/api.github.com.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything that is referred to, also by what is referred to, in the order of its names. */
function componentsOf(start: Json): JsonObject {
  const found = new Set<string>();
  const look = (value: Json): void => {
    for (const [, ref = ''] of JSON.stringify(bare(value)).matchAll(/"#\/components\/([^"]+)"/g)) {
      if (!found.has(ref)) {
        found.add(ref);
        look(component(ref));
      }
    }
  };
  look(start);
  const groups = Map.groupBy([...found].sort(), (ref) => ref.split('/')[0] ?? '');
  return Object.fromEntries(
    [...groups].map(([group, refs]) => [
      group,
      Object.fromEntries(refs.map((ref) => [ref.slice(group.length + 1), component(ref)])),
    ]),
  );
}

function component(ref: string): Json {
  const [group = '', name = ''] = ref.split('/');
  return objectOf(objectOf(whole.components)[group])[name] ?? null;
}

/** Without what only explains; below `properties` stand names, which may be any word. */
function bare(value: Json, isNames = false): Json {
  if (isList(value)) {
    return value.map((item) => bare(item));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) => isNames || !/^(title|summary|description|externalDocs|examples?|tags|x-.*)$/.test(name),
      )
      .map(([name, one]) => [name, bare(one, !isNames && name === 'properties')]),
  );
}

function objectOf(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || isList(value)) {
    throw new Error('the description is not what it was');
  }
  return value;
}

/** `Array.isArray` does not know lists that are only read. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
