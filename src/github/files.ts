import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TextFile } from '../model/text-file.ts';

/**
 * Reads files of the workspace for a step, and keeps what it reads in a folder (RUNNER_TEMP): `post` works with what the
 * step worked with, whatever later steps do to the workspace.
 */
export function fileReader(
  folder: string,
  step: string,
  warn: (text: string) => void,
): (path: string) => TextFile {
  return (path) => {
    const kept = join(folder, `promote-ami-file-${step}-${createHash('sha256').update(path).digest('hex')}`);
    const known = readTextFile(kept);
    if ('text' in known) {
      return known;
    }
    const found = readTextFile(path);
    if ('text' in found) {
      try {
        writeFileSync(kept, found.text, { mode: 0o600 });
      } catch (error) {
        warn(`What ${path} holds could not be kept for the post phase: ${error}`);
      }
    }
    return found;
  };
}

/** More than any file that a person or this action writes. */
const mostBytes = 5_000_000;

/**
 * The text of a file of the workspace. What is not a file is never opened: a pipe would be waited for, and a device has no end.
 */
export function readTextFile(path: string): TextFile {
  const full = resolve(process.env.GITHUB_WORKSPACE ?? process.cwd(), path);
  try {
    const stats = statSync(full, { throwIfNoEntry: false });
    if (stats === undefined) {
      return { problem: `does not exist (looked for as ${full})`, isMissing: true };
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
