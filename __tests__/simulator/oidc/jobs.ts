import type { GitHubJob } from '../../../simulator/oidc/job.ts';

export const JOB: GitHubJob = {
  repository: 'octo/app',
  repositoryId: '7',
  ownerId: '9',
  runId: '100',
  runAttempt: '2',
  sha: '0123456789abcdef0123456789abcdef01234567',
  ref: 'refs/heads/main',
  workflow: 'Promote',
  job: 'promote',
  actor: 'mona',
};
