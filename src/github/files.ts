import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** More than any file that a person or this action writes. */
const mostBytes = 5_000_000;

/**
 * The text of a file of the workspace, or why it cannot be had, continuing a sentence that begins with its path. What
 * is not a file is never opened: a pipe would be waited for, and a device has no end.
 */
export function readTextFile(path: string): { readonly text: string } | { readonly problem: string } {
  const full = resolve(process.env.GITHUB_WORKSPACE ?? process.cwd(), path);
  try {
    const stats = statSync(full, { throwIfNoEntry: false });
    if (stats === undefined) {
      return { problem: `is no file (looked for as ${full})` };
    }
    if (!stats.isFile()) {
      return { problem: `is ${stats.isDirectory() ? 'a directory' : 'no ordinary file'}` };
    }
    return stats.size > mostBytes
      ? { problem: `has ${stats.size} bytes, and at most ${mostBytes} are read` }
      : { text: readFileSync(full, 'utf8') };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : 'unknown';
    return { problem: `cannot be read (${code})` };
  }
}
