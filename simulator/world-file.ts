import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { type DocumentFault, type Reading, readDocument } from '../src/inputs/document.ts';
import { type Clock, realClock } from './clock.ts';
import type { World } from './world.ts';
import { buildWorld } from './world-build.ts';
import { parameterFaults } from './world-parameter-faults.ts';
import { policyFaults } from './world-policies.ts';
import { type ReferenceFault, referenceFaults } from './world-references.ts';
import { type WorldFile, worldSchema } from './world-schema.ts';

export interface WorldOptions {
  /** Where relative paths of policy files begin. */
  readonly directory: string;
  /** The real clock unless given. */
  readonly clock?: Clock;
  /** Instead of the file's own seed. */
  readonly seed?: number;
}

/**
 * Makes a world of a YAML text, or says every place where it does not fit: line, column, path and reason. Unknown
 * fields, unknown references and policies that the simulator cannot judge are refused.
 */
export function readWorld(text: string, options: WorldOptions): Reading<World> {
  const schema = v.pipe(
    worldSchema,
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed) {
        const faults = [
          ...referenceFaults(dataset.value),
          ...parameterFaults(dataset.value),
          ...policyFaults(dataset.value, options.directory),
        ];
        for (const fault of faults) {
          addIssue({ message: fault.message, ...pathOf(dataset.value, fault) });
        }
      }
    }),
  );
  const reading = readDocument(text, schema);
  return reading.ok
    ? { ok: true, value: buildWorld(reading.value, { clock: realClock, ...options }) }
    : { ok: false, faults: reading.faults };
}

/** A world file from disk, or an Error that lists its faults one a line, as `file:line:column path: reason`. */
export function openWorld(file: string, options: Omit<WorldOptions, 'directory'> = {}): World {
  const reading = readWorld(readText(file), { directory: dirname(file), ...options });
  if (!reading.ok) {
    throw new Error(reading.faults.map((fault) => describe(file, fault)).join('\n'));
  }
  return reading.value;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read the world file ${file}`, { cause: error });
  }
}

function describe(file: string, fault: DocumentFault): string {
  const path = fault.path === '' ? '' : ` ${fault.path}`;
  return `${file}:${fault.line}:${fault.column}${path}: ${fault.reason}`;
}

type PathItem = { type: 'unknown'; origin: 'value'; input: unknown; key: unknown; value: unknown };

/** A path in the form that valibot carries; a fault of the whole has none. */
function pathOf(input: WorldFile, fault: ReferenceFault): { path?: [PathItem, ...PathItem[]] } {
  const items = fault.path.map(
    (key): PathItem => ({ type: 'unknown', origin: 'value', input, key, value: undefined }),
  );
  const [first, ...rest] = items;
  return first === undefined ? {} : { path: [first, ...rest] };
}
