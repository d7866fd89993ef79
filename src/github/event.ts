import { readFile } from 'node:fs/promises';
import { valueAt } from './unknown.ts';

/** The pull request that a run was started by. */
export interface PullRequest {
  readonly number: number;
  /** The newest commit of its branch. */
  readonly head: string;
  readonly merged: boolean;
}

/** The pull request of the event that started this run; undefined of any other event, and of one that cannot be read. */
export async function pullRequestOf(env: NodeJS.ProcessEnv): Promise<PullRequest | undefined> {
  const event = await eventOf(env.GITHUB_EVENT_PATH ?? '');
  const pull = valueAt(event, 'pull_request');
  const number = valueAt(pull, 'number');
  const head = valueAt(valueAt(pull, 'head'), 'sha');
  return typeof number === 'number' && typeof head === 'string'
    ? { number, head, merged: valueAt(pull, 'merged') === true }
    : undefined;
}

/** The commit of the workflow run whose end started this one (`workflow_run`); undefined of any other event. */
export async function triggeringCommitOf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const event = await eventOf(env.GITHUB_EVENT_PATH ?? '');
  const sha = valueAt(valueAt(event, 'workflow_run'), 'head_sha');
  return typeof sha === 'string' ? sha : undefined;
}

async function eventOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
