/** A job of a workflow, as GitHub's ID tokens and the runner's environment speak of it. All ids are decimal texts. */
export interface GitHubJob {
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly runNumber?: string;
  /** 40 hex digits. */
  readonly sha: string;
  /** In full: `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`. */
  readonly ref: string;
  /** The workflow's name; its file is `.github/workflows/promote.yml` unless said otherwise. */
  readonly workflow: string;
  readonly workflowFile?: string;
  readonly job: string;
  readonly actor: string;
  readonly actorId?: string;
  readonly environment?: string | undefined;
  /** `workflow_dispatch` unless said otherwise. */
  readonly eventName?: string;
  /** `https://github.com` unless said otherwise. */
  readonly serverUrl?: string;
  /** Subjects with ids in them, the default of repositories made, renamed or transferred since 2026-07-15. */
  readonly immutableSubject?: boolean;
}

/**
 * The claims that GitHub puts into this job's ID tokens, but for issuer, audience, times and the token's own id.
 * All are texts, as GitHub makes them; `environment` is there only for a job that has one.
 */
export function githubClaims(job: GitHubJob): Readonly<Record<string, string>> {
  const workflowRef = workflowReference(job);
  return {
    sub: githubSubject(job),
    repository: job.repository,
    repository_id: job.repositoryId,
    repository_owner: ownerOf(job),
    repository_owner_id: job.ownerId,
    repository_visibility: 'private',
    ref: job.ref,
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: 'false',
    sha: job.sha,
    head_ref: '',
    base_ref: '',
    event_name: job.eventName ?? 'workflow_dispatch',
    workflow: job.workflow,
    workflow_ref: workflowRef,
    workflow_sha: job.sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: job.sha,
    run_id: job.runId,
    run_number: job.runNumber ?? '1',
    run_attempt: job.runAttempt,
    actor: job.actor,
    actor_id: job.actorId ?? '1',
    runner_environment: 'github-hosted',
    ...(job.environment === undefined ? {} : { environment: job.environment }),
  };
}

/**
 * The subject: the repository, then the environment if the job has one, else `pull_request` for that event, else
 * the ref. A colon in an environment's name is written `%3A`, so that it cannot look like a separator.
 */
export function githubSubject(job: GitHubJob): string {
  const name = job.repository.slice(ownerOf(job).length + 1);
  const repository = job.immutableSubject
    ? `${ownerOf(job)}@${job.ownerId}/${name}@${job.repositoryId}`
    : job.repository;
  if (job.environment !== undefined) {
    return `repo:${repository}:environment:${job.environment.replaceAll(':', '%3A')}`;
  }
  return job.eventName === 'pull_request'
    ? `repo:${repository}:pull_request`
    : `repo:${repository}:ref:${job.ref}`;
}

/** `owner/name/.github/workflows/file.yml@ref`. */
export function workflowReference(job: GitHubJob): string {
  return `${job.repository}/${job.workflowFile ?? '.github/workflows/promote.yml'}@${job.ref}`;
}

export function ownerOf(job: GitHubJob): string {
  return job.repository.split('/')[0] ?? '';
}
