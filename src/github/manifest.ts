import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ManifestWriter {
  /** Where the manifest is, once the first write is done. */
  readonly path: string;
  /** Replaces the manifest and gives the SHA-256 of the text, in hex. Raises the error of the file system. */
  write(text: string): Promise<string>;
}

/**
 * Writes the manifest into a folder (RUNNER_TEMP), under a name of its own, because a job may promote twice.
 * Whoever reads sees one whole text or another, never half of one. Writes wait for each other, so the text
 * that was handed over last is the one that stays; one that fails does not keep the next from being written.
 */
export function manifestWriter(folder: string): ManifestWriter {
  const path = join(folder, `promote-ami-${randomUUID()}.json`);
  let last: Promise<unknown> = Promise.resolve();
  return {
    path,
    write(text) {
      const written = last.then(() => replace(path, text));
      last = written.catch(() => undefined);
      return written;
    },
  };
}

async function replace(path: string, text: string): Promise<string> {
  const draft = `${path}.draft`;
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return createHash('sha256').update(text).digest('hex');
}
