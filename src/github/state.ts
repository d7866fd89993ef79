import * as core from '@actions/core';

const names = { journal: 'journal', concluded: 'concluded' } as const;

/** Tells `post` where the journal is. */
export function saveJournalPath(path: string): void {
  core.saveState(names.journal, path);
}

/** The path that `main` saved; undefined while this is `main`. */
export function journalPath(env: NodeJS.ProcessEnv): string | undefined {
  return env[`STATE_${names.journal}`];
}

/** Tells `post` that the step came to its end, so that what was last said of it is true. */
export function saveConcluded(): void {
  core.saveState(names.concluded, 'true');
}

/** Whether `main` saved that; a step that died did not. */
export function wasConcluded(env: NodeJS.ProcessEnv): boolean {
  return env[`STATE_${names.concluded}`] === 'true';
}
