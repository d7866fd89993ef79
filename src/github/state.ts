import * as core from '@actions/core';

const name = 'journal';

/** Tells `post` where the journal is. */
export function saveJournalPath(path: string): void {
  core.saveState(name, path);
}

/** The path that `main` saved; undefined while this is `main`. */
export function journalPath(env: NodeJS.ProcessEnv): string | undefined {
  return env[`STATE_${name}`];
}
