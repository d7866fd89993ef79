import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Comment, Identity, Permission, Status } from '../../../simulator/github/repository.ts';
import { startGitHub } from '../../../simulator/github/server.ts';
import { job } from '../../support/promotion.ts';
import type { Start } from './stage.ts';

/** GitHub's API as the jobs of a run meet it. */
export interface Hub {
  readonly url: string;
  readonly statuses: readonly Status[];
  readonly comments: readonly Comment[];
  /** A token for a job, which may do what the job may. */
  tokenFor(permissions: Readonly<Record<string, string>>): string;
  /** Sees that nobody asked for what GitHub does not know. */
  close(): Promise<void>;
}

/** Starts GitHub for a run: the repository, the commit and pull request of its event, and the comments that are there. */
export async function startHub({ pullRequest, comments = [] }: Start): Promise<Hub> {
  const tokens: Record<string, Identity> = {};
  const github = await startGitHub({
    name: job.repository,
    commits: [job.sha, ...(pullRequest === undefined ? [] : [pullRequest.head.sha])],
    pullRequests: pullRequest === undefined ? [] : [pullRequest.number],
    tokens,
    comments,
  });
  return {
    url: github.url,
    statuses: github.statuses,
    comments: github.comments,
    tokenFor: (permissions) => {
      const token = `ghs_${randomBytes(18).toString('hex')}`;
      const writes = writable.filter((name) => permissions[name] === 'write');
      tokens[token] = { login: 'github-actions[bot]', type: 'Bot', association: 'NONE', writes };
      return token;
    },
    close: async () => {
      await github.close();
      expect(github.complaints).toEqual([]);
    },
  };
}

const writable: readonly Permission[] = ['statuses', 'issues', 'pull-requests'];
