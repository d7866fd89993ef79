import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ManifestWriter {
  /** Where the manifest is, once the first write is done. */
  readonly path: string;
  /**
   * Replaces the manifest soon, unless a newer text is offered or written before that: only the newest is made.
   * Resolves once nothing that was offered is left to write; raises the error of the file system.
   */
  offer(make: () => string): Promise<void>;
  /** Replaces the manifest for good and gives the SHA-256 of the text, in hex. Raises the error of the file system. */
  write(text: string): Promise<string>;
}

/**
 * Writes the manifest into a folder (RUNNER_TEMP), under a name of its own, because a job may promote twice.
 * Whoever reads sees one whole text or another, never half of one. Writes wait for each other, so the text
 * that was handed over last is the one that stays; one that fails does not keep the next from being written.
 */
export function manifestWriter(folder: string, step: string): ManifestWriter {
  const path = join(folder, `${prefix}${step}.json`);
  let last: Promise<unknown> = Promise.resolve();
  let offered: (() => string) | undefined;
  let isFinal = false;
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    path,
    offer(make) {
      if (isFinal) {
        return Promise.resolve();
      }
      const isAwaited = offered !== undefined;
      offered = make;
      return isAwaited
        ? Promise.resolve()
        : next(async () => {
            const newest = offered;
            offered = undefined;
            if (newest !== undefined) {
              await replace(path, newest());
            }
          });
    },
    write(text) {
      isFinal = true;
      offered = undefined;
      return next(() => replace(path, text));
    },
  };
}

/** The texts of the manifests that other steps of the job left in the folder; one that cannot be read is none. */
export async function manifestsOfOthers(folder: string, step: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => isManifest.test(name) && name !== `${prefix}${step}.json`);
  return Promise.all(others.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
}

const prefix = 'promote-ami-';
const isManifest = /^promote-ami-[0-9a-f]{8}-[0-9a-f-]+\.json$/;

/** Writes a plan into a folder, under a name of its own, and gives its path. */
export async function writePlan(folder: string, text: string): Promise<string> {
  const path = join(folder, `promote-ami-plan-${randomUUID()}.json`);
  await replace(path, text);
  return path;
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
