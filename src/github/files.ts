import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** More than any file that a person or this action writes. */
const mostBytes = 5_000_000;

/** The text of a file of the workspace, or why it cannot be had, continuing a sentence that begins with its path. */
export function readTextFile(path: string): { readonly text: string } | { readonly problem: string } {
  const full = resolve(process.env.GITHUB_WORKSPACE ?? process.cwd(), path);
  try {
    const { size } = statSync(full);
    return size > mostBytes
      ? { problem: `has ${size} bytes, and at most ${mostBytes} are read` }
      : { text: readFileSync(full, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return {
      problem: code === 'ENOENT' ? `is no file (looked for as ${full})` : `cannot be read (${code})`,
    };
  }
}
