import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Paths of the example workflows, from the root of the repository. */
export const examples: readonly string[] = workflowsIn('examples');

/** The same of the workflows that this repository runs itself. */
export const ownWorkflows: readonly string[] = workflowsIn('.github/workflows');

/** The text of a file, by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A workflow is what has jobs: other YAML files lie beside some of the examples. */
function workflowsIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith('.yml') && /^jobs:$/m.test(textOf(path)))
    .sort();
}
