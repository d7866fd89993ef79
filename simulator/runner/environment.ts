import { basename, join } from 'node:path';
import { type GitHubJob, ownerOf, workflowReference } from '../oidc/job.ts';

/** The folders of a run, all below `base`, made anew for each. */
export interface RunnerFolders {
  readonly base: string;
  readonly home: string;
  readonly temp: string;
  readonly tools: string;
  readonly workspace: string;
}

/** Where a run's folders are; `workspace` replaces the one that would be made. */
export function runnerFolders(base: string, job: GitHubJob, workspace?: string): RunnerFolders {
  const name = basename(job.repository);
  return {
    base,
    home: join(base, 'home'),
    temp: join(base, 'temp'),
    tools: join(base, 'tools'),
    workspace: workspace ?? join(base, 'work', name, name),
  };
}

/**
 * The variables that GitHub's runner gives every step, and nothing of this process but PATH: no AWS setting, profile
 * or proxy of the machine reaches the action. ID tokens and command files are added by the runner.
 */
export function runnerEnvironment(job: GitHubJob, folders: RunnerFolders): Readonly<Record<string, string>> {
  const server = job.serverUrl ?? 'https://github.com';
  const api = server === 'https://github.com' ? 'https://api.github.com' : `${server}/api`;
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: folders.home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'promote',
    GITHUB_ACTOR: job.actor,
    GITHUB_ACTOR_ID: job.actorId ?? '1',
    GITHUB_TRIGGERING_ACTOR: job.actor,
    GITHUB_API_URL: server === 'https://github.com' ? api : `${api}/v3`,
    GITHUB_GRAPHQL_URL: `${api}/graphql`,
    GITHUB_SERVER_URL: server,
    GITHUB_BASE_REF: '',
    GITHUB_HEAD_REF: '',
    GITHUB_EVENT_NAME: job.eventName ?? 'workflow_dispatch',
    GITHUB_EVENT_PATH: join(folders.temp, '_github_workflow', 'event.json'),
    GITHUB_JOB: job.job,
    GITHUB_REF: job.ref,
    GITHUB_REF_NAME: job.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: job.repository,
    GITHUB_REPOSITORY_ID: job.repositoryId,
    GITHUB_REPOSITORY_OWNER: ownerOf(job),
    GITHUB_REPOSITORY_OWNER_ID: job.ownerId,
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: job.runAttempt,
    GITHUB_RUN_ID: job.runId,
    GITHUB_RUN_NUMBER: job.runNumber ?? '1',
    GITHUB_SHA: job.sha,
    GITHUB_WORKFLOW: job.workflow,
    GITHUB_WORKFLOW_REF: workflowReference(job),
    GITHUB_WORKFLOW_SHA: job.sha,
    GITHUB_WORKSPACE: folders.workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'Simulated Runner',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: folders.temp,
    RUNNER_TOOL_CACHE: folders.tools,
    RUNNER_WORKSPACE: join(folders.workspace, '..'),
  };
}
