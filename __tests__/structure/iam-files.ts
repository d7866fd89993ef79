import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** The files of iam/, by name. */
export const policies = globSync('iam/*.json', { cwd: root }).map((path) => basename(path));

/** Words in capitals, but for the one that policies have for principals. */
export function wordsIn(text: string): readonly string[] {
  const words = [...text.matchAll(/\b[A-Z][A-Z_]+\b/g)].map(([word]) => word);
  return [...new Set(words)].filter((word) => word !== 'AWS').sort();
}

export function sidsIn(text: string): readonly string[] {
  return [...text.matchAll(/"Sid": "(.*?)"/g)].map(([, sid = '']) => sid);
}

/** The block of commands with a certain beginning in a document. */
export function commandsIn(document: string, beginning: string): string {
  const blocks = readFileSync(join(root, document), 'utf8').matchAll(/^```\w*\n(.*?)^```$/gms);
  const found = [...blocks].map(([, block = '']) => block).find((block) => block.startsWith(beginning));
  if (found === undefined) {
    throw new Error(`${document} has no commands that begin with ${beginning}`);
  }
  return found;
}
