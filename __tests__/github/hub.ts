import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Comment, Identity } from '../../simulator/github/repository.ts';
import { type GitHub, type GitHubOptions, startGitHub } from '../../simulator/github/server.ts';
import { type Notices, type NoticesOptions, noticesTo, type Pace } from '../../src/github/notices.ts';
import { run } from '../support/builders.ts';
import { withFolder } from './folder.ts';

export const token = 'ghs_0123456789abcdefTheTokenOfTheJob';
export const head = 'a'.repeat(40);
const actions = { login: 'github-actions[bot]', type: 'Bot', association: 'NONE' } as const;

/** Who the token of a test is: a job's, with both permissions. */
export const job: Identity = { ...actions, writes: ['statuses', 'pull-requests'] };

/** A comment on the pull request of these tests. */
export function comment(over: Partial<Comment> = {}): Comment {
  return { id: 1, issue: 7, author: actions, body: 'LGTM', ...over };
}

/** A pace for tests: a second of GitHub's takes 20 ms. There is time enough on a machine with much to do. */
export const pace: Pace = {
  pauseMs: 5,
  progressMs: 10_000,
  finalMs: 20_000,
  cancelledMs: 10_000,
  secondMs: 20,
};

export interface Hub {
  readonly github: GitHub;
  /** What was warned of, title and text. */
  readonly warnings: readonly (readonly [title: string, text: string])[];
  /** Notices of a run of this repository, started by pull request 7 unless said otherwise. */
  notices(over?: Partial<NoticesOptions> & { readonly event?: object }): Promise<Notices>;
}

/** A test on a GitHub with the repository of the run, its commit, and pull request 7: nothing may be complained of. */
export function withHub(options: Partial<GitHubOptions>, test: (hub: Hub) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const { repository, sha } = run();
    const github = await startGitHub({
      name: repository,
      commits: [sha, head],
      pullRequests: [7],
      tokens: { [token]: job },
      ...options,
    });
    try {
      await test(hubOf(github, folder));
    } finally {
      await github.close();
    }
    expect(github.complaints).toEqual([]);
  });
}

/** Waits until something holds, five seconds at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) {
    await delay(10);
  }
  expect(holds()).toBe(true);
}

function hubOf(github: GitHub, folder: string): Hub {
  const warnings: (readonly [string, string])[] = [];
  return {
    github,
    warnings,
    async notices({ event = openPull, ...over } = {}) {
      const path = join(folder, `${randomUUID()}.json`);
      await writeFile(path, JSON.stringify(event));
      return noticesTo({
        token,
        context: 'ami-promotion',
        // Octokit spaces the writes of a process.
        run: run({ process: randomUUID() }),
        env: { GITHUB_API_URL: github.url, GITHUB_EVENT_PATH: path },
        signal: new AbortController().signal,
        warn: (...warning) => warnings.push(warning),
        pace,
        ...over,
      });
    },
  };
}

const openPull = { pull_request: { number: 7, head: { sha: head }, merged: false } };
