import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failed } from '../model/failure.ts';
import type { JournalEntry } from '../model/journal.ts';

export interface JournalFile {
  readonly path: string;
  /** Resolves once the entry is on the disk; raises `Failed` where it cannot be. Lines keep the order of the calls. */
  append(entry: JournalEntry): Promise<void>;
}

/** What names the files of a step: a job may promote twice. */
export function newStep(): string {
  return randomUUID();
}

/** The journal of a step in a folder (RUNNER_TEMP); the file is made with the first entry. */
export function journalIn(folder: string, step: string): JournalFile {
  return journalAt(join(folder, `${prefix}${step}.jsonl`));
}

/** The step that a journal is of. */
export function stepOf(path: string): string {
  return basename(path, '.jsonl').slice(prefix.length);
}

const prefix = 'promote-ami-journal-';

/** The journal at a path; what it holds stays. Entries that come while others are being written share a write. */
export function journalAt(path: string): JournalFile {
  let last: Promise<unknown> = Promise.resolve();
  let next: { readonly lines: string[]; readonly written: Promise<void> } | undefined;
  return {
    path,
    append(entry) {
      const line = `${JSON.stringify(entry)}\n`;
      if (next === undefined) {
        const lines: string[] = [];
        const written = last.then(() => {
          next = undefined;
          return write(path, lines.join(''));
        });
        last = written.catch(() => undefined);
        next = { lines, written };
      }
      next.lines.push(line);
      return next.written;
    },
  };
}

async function write(path: string, lines: string): Promise<void> {
  try {
    const file = await open(path, 'a+', 0o600);
    try {
      await file.appendFile((await endsTorn(file)) ? `\n${lines}` : lines);
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new Failed(notWritten(path, cause), { cause });
  }
}

/** Whether a process died, or the disk was full, in the middle of a line: what follows shall not be lost with it. */
async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: Math.max(0, size - 1) });
  return size > 0 && buffer.toString() !== '\n';
}

/** The text of a journal; empty where none was begun. Raises the error of the file system. */
export async function readJournal(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return '';
    }
    throw error;
  }
}

function notWritten(path: string, cause: unknown) {
  return {
    where: '',
    action: 'journal',
    code: 'JournalNotWritable',
    kind: 'precondition',
    meaning: `Nothing is written to AWS before it is noted in ${path}, and that file cannot be written (${codeOf(cause)}).`,
    cure: 'Give the runner a temporary folder (RUNNER_TEMP) that has room and can be written to.',
  } as const;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
