import { randomBytes } from 'node:crypto';
import type { Run } from '../model/run.ts';

/**
 * The workflow run that this process belongs to. Raises an Error that names what is missing when it is not
 * started by a runner. Half a megabyte of `@actions/github` is loaded on the first call, not at the start.
 */
export async function currentRun(): Promise<Run> {
  const { context } = await import('@actions/github');
  const missing = [
    ...(repositoryOf(context) === undefined ? ['GITHUB_REPOSITORY'] : []),
    ...(Number.isSafeInteger(context.runId) ? [] : ['GITHUB_RUN_ID']),
    ...(Number.isSafeInteger(context.runAttempt) ? [] : ['GITHUB_RUN_ATTEMPT']),
    ...(context.sha ? [] : ['GITHUB_SHA']),
  ];
  const repository = repositoryOf(context);
  if (missing.length > 0 || repository === undefined) {
    throw new Error(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set: this runs as a step of a GitHub workflow, where the runner sets them.`,
    );
  }
  const runId = String(context.runId);
  const attempt = String(context.runAttempt);
  return {
    id: `${repository}/${runId}/${attempt}`,
    process: randomBytes(4).toString('hex'),
    repository,
    runId,
    attempt,
    sha: context.sha,
    url: `${context.serverUrl}/${repository}/actions/runs/${runId}/attempts/${attempt}`,
  };
}

/** `context.repo` throws where neither the environment nor the event names a repository. */
function repositoryOf(context: {
  readonly repo: { readonly owner: string; readonly repo: string | undefined };
}): string | undefined {
  try {
    const { owner, repo } = context.repo;
    return owner && repo ? `${owner}/${repo}` : undefined;
  } catch {
    return undefined;
  }
}
