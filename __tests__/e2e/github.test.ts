import { describe, expect, it } from '@jest/globals';
import { primaryLimit } from '../../simulator/github/faults.ts';
import { type GitHub, type GitHubOptions, startGitHub } from '../../simulator/github/server.ts';
import { job as identity, token } from '../github/hub.ts';
import { home, organization } from '../support/organization.ts';
import { type BundleOptions, type Inputs, inputs, job } from '../support/promotion.ts';
import { nth, polled } from './interrupted.ts';
import { run, type Step, start } from './step.ts';

const head = 'b'.repeat(40);
const onPull: BundleOptions = {
  job: { eventName: 'pull_request', ref: 'refs/pull/7/merge' },
  event: { pull_request: { number: 7, head: { sha: head }, merged: false } },
};
const told: Inputs = { 'github-token': token };
const planner = { roles: { [home]: { policies: ['../iam/read-only-policy.json'] } } };

/** A step that may tell GitHub of itself, and what GitHub has then; nothing of it may be complained of. */
async function withGitHub<T>(
  options: Partial<GitHubOptions>,
  test: (github: GitHub) => Promise<T>,
): Promise<T> {
  const github = await startGitHub({
    name: job.repository,
    commits: [job.sha, head],
    pullRequests: [7],
    tokens: { [token]: identity },
    ...options,
  });
  try {
    return await test(github);
  } finally {
    await github.close();
    expect(github.complaints).toEqual([]);
  }
}

function hidesToken(step: Step): void {
  expect(step.shown + step.shownByPost + step.summary).not.toContain(token);
  expect(
    step.log.split('\n').filter((line) => line.includes(token) && !line.startsWith('::add-mask::')),
  ).toEqual([]);
}

const api = (github: GitHub): BundleOptions => ({ api: github.url, secrets: [token] });

describe('with github-token', () => {
  it.concurrent('the commit has a status: pending with counts, then the result, with a link to the run', () =>
    withGitHub({}, async (github) => {
      const step = await run(
        organization(),
        inputs({ ...told, regions: 'eu-west-1\nus-west-2' }),
        api(github),
      );
      hidesToken(step);
      expect(step.exitCode).toBe(0);
      const [first] = github.statuses;
      expect(first).toMatchObject({ sha: job.sha, state: 'pending', description: '0 of 2 promoted' });
      expect(github.statuses.at(-1)).toMatchObject({
        sha: job.sha,
        state: 'success',
        context: 'ami-promotion',
        description: '2 of 2 promoted',
        targetUrl: `https://github.com/${job.repository}/actions/runs/${job.runId}/attempts/1`,
      });
    }));

  it.concurrent('a failure is a failure, under the context that is set, on the newest commit of a pull request', () =>
    withGitHub({}, async (github) => {
      const given = inputs({ ...told, 'kms-key': 'alias/nothing', 'status-context': 'images / web' });
      const step = await run(organization(), given, { ...onPull, ...api(github) });
      hidesToken(step);
      expect(step.exitCode).toBe(1);
      expect(github.statuses.at(-1)).toMatchObject({
        sha: head,
        state: 'failure',
        context: 'images / web',
        description: '0 of 1 promoted, 1 failed; nothing was written',
      });
    }));

  it.concurrent('a gate that is shut is a failure, in its own words', () =>
    withGitHub({}, async (github) => {
      const given = inputs({ ...told, mode: 'verify', 'wait-minutes': '0' });
      const step = await run(organization(), given, api(github));
      expect(step.exitCode).toBe(1);
      expect(step.outputs).toMatchObject({ status: 'failure', converged: 'false', amis: '{}' });
      expect(step.summary).toMatch(/^## Promote AMI: ❌ not verified – 0 of 1 hold, 1 does not\n/);
      expect(step.summary).toContain('### What a promotion would write');
      expect(github.statuses.at(-1)).toMatchObject({
        state: 'failure',
        description: '0 of 1 hold, 1 does not',
      });
    }));

  it.concurrent('a plan on a pull request is one comment, updated in place, and no status', () =>
    withGitHub({}, async (github) => {
      const world = organization(planner);
      const given = inputs({ ...told, mode: 'plan' });
      hidesToken(await run(world, given, { ...onPull, ...api(github) }));
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]).toMatchObject({
        issue: 7,
        body: expect.stringContaining('1 target to copy (48 GiB)'),
      });
      const two = inputs({ ...told, mode: 'plan', regions: 'eu-west-1\nus-west-2' });
      await run(world, two, { ...onPull, job: { ...onPull.job, runId: '1002' }, ...api(github) });
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]?.body).toContain('2 targets to copy (96 GiB)');
      expect(github.statuses).toEqual([]);
    }));

  it.concurrent('faults in the inputs take the place of what was said of the commit before', () =>
    withGitHub({}, async (github) => {
      const world = organization(planner);
      const wrong = { 'kms-key': 'nothing' };
      hidesToken(await run(world, inputs({ ...told, ...wrong }), api(github)));
      expect(github.statuses).toMatchObject([{ state: 'failure', description: '1 fault in the inputs' }]);
      await run(world, inputs({ ...told, mode: 'plan' }), { ...onPull, ...api(github) });
      const step = await run(world, inputs({ ...told, ...wrong, mode: 'plan' }), {
        ...onPull,
        job: { ...onPull.job, runId: '1002' },
        ...api(github),
      });
      hidesToken(step);
      expect(step.exitCode).toBe(1);
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]?.body).toContain('1 fault in the inputs');
      expect(github.comments[0]?.body).not.toContain('to copy');
      expect(github.statuses).toHaveLength(1);
    }));

  it.concurrent('a plan elsewhere comments on nothing', () =>
    withGitHub({}, async (github) => {
      const step = await run(organization(planner), inputs({ ...told, mode: 'plan' }), api(github));
      expect(step.exitCode).toBe(0);
      expect(github.requests).toEqual([]);
    }));

  it.concurrent.each<[string, Partial<GitHubOptions>, string]>([
    ['a permission that is missing', { tokens: { [token]: { ...identity, writes: [] } } }, 'statuses: write'],
    ['a token that is none', { tokens: {} }, '401'],
    [
      'a limit that is reached',
      {
        faults: [
          {
            operation: 'repos/create-commit-status',
            nth: 'every',
            kind: 'answer',
            answer: primaryLimit(9_999),
          },
        ],
      },
      'too many requests with this token',
    ],
  ])('%s is a warning, and the promotion succeeds', (_what, options, words) =>
    withGitHub(options, async (github) => {
      const step = await run(organization(), inputs(told), api(github));
      hidesToken(step);
      expect([step.exitCode, step.outputs.status]).toEqual([0, 'success']);
      const warnings = step.annotations.filter(({ kind }) => kind === 'warning');
      expect(warnings.map(({ title = '', text }) => `${title} ${text}`)).toEqual([
        expect.stringContaining(words),
      ]);
    }),
  );

  it.concurrent('GitHub Enterprise Server is asked at its own address', () =>
    withGitHub({ basePath: '/api/v3' }, async (github) => {
      expect(github.url).toMatch(/\/api\/v3$/);
      await run(organization(), inputs(told), api(github));
      expect(github.statuses.at(-1)).toMatchObject({ state: 'success' });
      expect(github.requests.every(({ path }) => path.startsWith('/api/v3/repos/'))).toBe(true);
    }));

  it.concurrent('a job that is cancelled ends in time, with an error for a status', () =>
    withGitHub({}, async (github) => {
      const world = organization({ copying: { seconds: 600 } });
      const { action, ended } = await start(world, inputs(told), api(github));
      const isWaiting = polled(1);
      world.onCall = (call) => {
        if (isWaiting(call)) {
          world.onCall = () => undefined;
          action.cancel();
        }
      };
      const step = await ended;
      expect([step.exitCode, step.signal]).toEqual([130, null]);
      expect(github.statuses.at(-1)).toMatchObject({ state: 'error' });
    }));

  it.concurrent('a step that dies does not leave the status pending for ever: post sets it', () =>
    withGitHub({}, async (github) => {
      const world = organization({ copying: { seconds: 600 } });
      const { action, ended } = await start(world, inputs(told), api(github));
      world.onCall = ({ action: called, params }) => {
        if (called === 'CopyImage' && params.DryRun !== true) {
          action.crash();
        }
      };
      const step = await ended;
      expect(step.signal).toBe('SIGKILL');
      expect(github.statuses.at(-1)).toMatchObject({ state: 'error' });
    }));

  it.concurrent('nor where what it left cannot be finished, because a later step sends AWS calls elsewhere', () =>
    withGitHub({}, async (github) => {
      const world = organization({ copying: { seconds: 600 } });
      const laterEnv = { AWS_ENDPOINT_URL: 'https://aws.example' };
      const { action, ended } = await start(world, inputs(told), { ...api(github), laterEnv });
      const isCopied = nth('CopyImage', 1);
      world.onCall = (call) => {
        if (isCopied(call)) {
          action.crash();
        }
      };
      const step = await ended;
      expect(github.statuses.at(-1)).toMatchObject({ state: 'error' });
      const [warning, ...more] = step.post?.lines.filter(({ kind }) => kind === 'warning') ?? [];
      expect(more).toEqual([]);
      expect(warning?.title).toBe('What the step left could not be finished');
      expect(warning?.text).toContain('https://aws.example');
      expect(warning?.text).toContain('Run the step again');
    }));
});

describe('without github-token', () => {
  it('GitHub is told nothing', () =>
    withGitHub({}, async (github) => {
      const step = await run(organization(), inputs(), api(github));
      expect(step.exitCode).toBe(0);
      expect(github.requests).toEqual([]);
    }));
});
