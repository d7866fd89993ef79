import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from '@jest/globals';
import { primaryLimit, secondaryLimit, trouble } from '../../simulator/github/faults.ts';
import type { CommitStatus } from '../../src/model/commit-status.ts';
import { run } from '../support/builders.ts';
import { type Hub, head, job, pace, token, until, withHub } from './hub.ts';
import { sideBySide } from './side-by-side.ts';

const it = sideBySide();
const operation = 'repos/create-commit-status';
const success: CommitStatus = { state: 'success', description: '6 of 6 promoted' };
const pending = (count: number): CommitStatus => ({
  state: 'pending',
  description: `${count} of 6 promoted`,
});
const descriptions = ({ github }: Hub) => github.statuses.map(({ description }) => description);

describe('the status of a commit', () => {
  it('is set on the newest commit of the pull request, and links to the run', () =>
    withHub({}, async ({ github, notices, warnings }) => {
      await (await notices()).conclude(success);
      expect(github.statuses).toEqual([
        {
          sha: head,
          state: 'success',
          context: 'ami-promotion',
          description: '6 of 6 promoted',
          targetUrl: run().url,
          creator: job,
        },
      ]);
      expect(warnings).toEqual([]);
    }));

  const others = {
    'of any other event': {},
    'once the pull request is merged': {
      pull_request: { number: 7, head: { sha: head }, merged: true },
    },
    'of a comment on a pull request, which says nothing of commits': { issue: { pull_request: {} } },
  };
  for (const [name, event] of Object.entries(others)) {
    it(`is that of the commit of the run ${name}`, () =>
      withHub({}, async ({ github, notices }) => {
        await (await notices({ event })).conclude(success);
        expect(github.statuses).toMatchObject([{ sha: run().sha, state: 'success' }]);
      }));
  }

  it('is that of the commit that another workflow ran on, where its end started this run', () =>
    withHub({}, async ({ github, notices }) => {
      await (await notices({ event: { workflow_run: { head_sha: head } } })).conclude(success);
      expect(github.statuses).toMatchObject([{ sha: head, state: 'success' }]);
    }));

  it('goes to GitHub Enterprise Server where the run is there', () =>
    withHub({ basePath: '/api/v3' }, async ({ github, notices }) => {
      await (await notices()).conclude(success);
      expect(github.statuses).toHaveLength(1);
      expect(github.requests[0]?.path).toBe(`/api/v3/repos/acme/images/statuses/${head}`);
    }));

  it('is pending with the newest counts while the step runs', () =>
    withHub({ faults: [{ operation, nth: [1], kind: 'slow', ms: 100 }] }, async (hub) => {
      const { progress, conclude } = await hub.notices();
      for (let count = 0; count <= 5; count += 1) {
        progress(pending(count));
      }
      await until(() => hub.github.statuses.length === 2);
      expect(descriptions(hub)).toEqual(['0 of 6 promoted', '5 of 6 promoted']);
      await conclude(success);
      expect(hub.github.statuses.map(({ state }) => state)).toEqual(['pending', 'pending', 'success']);
    }));

  it('is not overtaken at the end by one that is still under way, or comes later', () =>
    withHub({ faults: [{ operation, nth: [1], kind: 'slow', ms: 1_600 }] }, async (hub) => {
      const { progress, conclude } = await hub.notices();
      progress(pending(1));
      await until(() => hub.github.requests.length === 1);
      progress(pending(2));
      const concluded = conclude(success);
      progress(pending(3));
      await concluded;
      progress(pending(4));
      await conclude({ state: 'success', description: 'later' });
      expect(descriptions(hub)).toEqual(['1 of 6 promoted', '6 of 6 promoted', 'later']);
      expect(hub.github.requests).toHaveLength(3);
    }));

  it('is told again after trouble while the step runs', () =>
    withHub({ faults: [{ operation, nth: [1], kind: 'answer', answer: trouble() }] }, async (hub) => {
      const { progress } = await hub.notices();
      progress(pending(1));
      await until(() => hub.github.requests.length === 1);
      progress(pending(2));
      await until(() => hub.github.statuses.length === 1);
      expect(descriptions(hub)).toEqual(['2 of 6 promoted']);
      expect(hub.warnings).toEqual([]);
    }));
});

describe('trouble of GitHub', () => {
  for (const fault of [{ kind: 'answer', answer: trouble() }, { kind: 'drop' }] as const) {
    it(`is waited out (${fault.kind})`, () =>
      withHub({ faults: [{ operation, nth: [1], ...fault }] }, async ({ github, notices, warnings }) => {
        await (await notices()).conclude(success);
        expect(github.statuses).toHaveLength(1);
        expect(warnings).toEqual([]);
      }));
  }

  it('is given up at last', () =>
    withHub(
      { faults: [{ operation, nth: 'every', kind: 'answer', answer: trouble(503) }] },
      async ({ notices, warnings }) => {
        await (await notices()).conclude(success);
        expect(warnings).toEqual([['No commit status', expect.stringContaining('status 503')]]);
      },
    ));

  const limits = {
    secondary: (seconds: number) => secondaryLimit(seconds),
    'secondary, as 429': (seconds: number) => secondaryLimit(seconds, 429),
    primary: (seconds: number) => primaryLimit(seconds),
  };
  for (const [name, limit] of Object.entries(limits)) {
    it(`is a limit: the time is waited that GitHub says (${name})`, () =>
      withHub(
        { faults: [{ operation, nth: [1], kind: 'answer', answer: limit(75) }] },
        async ({ github, notices, warnings }) => {
          await (await notices()).conclude(success);
          const [first, second] = github.requests;
          expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(70 * pace.secondMs);
          expect(github.statuses).toHaveLength(1);
          expect(warnings).toEqual([]);
        },
      ));

    it(`is a limit that is not waited for beyond the bound (${name})`, () =>
      withHub(
        { faults: [{ operation, nth: 'every', kind: 'answer', answer: limit(3_600) }] },
        async (hub) => {
          const { conclude } = await hub.notices();
          expect(await endsWithin(5_000, conclude(success))).toBe(true);
          expect(hub.warnings).toEqual([['No commit status', expect.stringContaining('too many requests')]]);
          expect(hub.github.requests).toHaveLength(1);
        },
      ));
  }

  it('is silence: it ends, and nothing is sent after that', () =>
    withHub({ faults: [{ operation, nth: 'every', kind: 'silence' }] }, async (hub) => {
      const { progress, conclude } = await hub.notices({
        pace: { ...pace, progressMs: 500, finalMs: 2_000 },
      });
      progress(pending(1));
      const concluded = conclude(success);
      expect(await endsWithin(1_900, concluded)).toBe(false);
      expect(await endsWithin(1_100, concluded)).toBe(true);
      expect(hub.warnings).toEqual([['No commit status', expect.stringContaining('did not answer in time')]]);
      const { length } = hub.github.requests;
      await delay(500);
      expect(hub.github.requests).toHaveLength(length);
    }));

  for (const sent of [0, 1]) {
    it(`is silence: it ends soon once the step is cancelled (after ${sent} requests)`, () =>
      withHub({ faults: [{ operation, nth: 'every', kind: 'silence' }] }, async (hub) => {
        const cancel = new AbortController();
        const { conclude } = await hub.notices({
          signal: cancel.signal,
          pace: { ...pace, finalMs: 30_000, cancelledMs: 500 },
        });
        const concluded = conclude(success);
        await until(() => hub.github.requests.length === sent);
        cancel.abort();
        expect(await endsWithin(1_000, concluded)).toBe(true);
        expect(hub.warnings).toHaveLength(1);
      }));
  }

  it('keeps no step that was cancelled from its status', () =>
    withHub({}, async ({ github, notices, warnings }) => {
      await (await notices({ signal: AbortSignal.abort() })).conclude({ ...success, state: 'error' });
      expect(github.statuses).toMatchObject([{ state: 'error' }]);
      expect(warnings).toEqual([]);
    }));
});

describe('what GitHub refuses', () => {
  const refusals = [
    [
      'without the permission',
      { tokens: { [token]: { ...job, writes: ['pull-requests'] } } },
      /status 403.*`permissions: statuses: write`.*fork/,
    ],
    ['with a token that is over', { tokens: {} }, /status 401.*not valid.*github\.token/],
    [
      'with a token that does not see the repository',
      { tokens: { [token]: { ...job, sees: false } } },
      /status 404.*`permissions: statuses: write`/,
    ],
    ['on a commit that is not there', { commits: [] }, /status 422.*not in this repository/],
  ] as const;
  for (const [name, options, said] of refusals) {
    it(`is one warning, with the status and what to do, and is not asked for on and on: ${name}`, () =>
      withHub(options, async (hub) => {
        const { progress, conclude } = await hub.notices();
        progress(pending(1));
        await until(() => hub.github.requests.length === 1);
        await delay(100);
        progress(pending(2));
        await conclude(success);
        expect(hub.github.requests).toHaveLength(2);
        expect(hub.warnings).toEqual([['No commit status', expect.stringMatching(said)]]);
        expect(hub.warnings.join()).not.toContain(token);
        expect(hub.github.statuses).toEqual([]);
      }));
  }
});

describe('the address of the API', () => {
  const elsewhere = [
    'http://github.example/api/v3',
    'http://127.0.0.1@github.example',
    'ftp://127.0.0.1',
    'github.example',
  ];
  for (const url of elsewhere) {
    it(`is refused where the token could be read on its way, or elsewhere: ${url}`, () =>
      withHub({}, async ({ notices, warnings }) => {
        const { progress, conclude, comment } = await notices({ env: { GITHUB_API_URL: url } });
        progress(pending(1));
        await conclude(success);
        await comment('## Plan');
        expect(warnings).toEqual([
          ['GitHub is not told of this step', expect.stringContaining('GITHUB_API_URL')],
        ]);
      }));
  }
});

/**
 * Whether work that waits for a timer of this process ends before another timer, of so many milliseconds from now: timers
 * fire in their order, however busy the machine is.
 */
function endsWithin(ms: number, work: Promise<void>): Promise<boolean> {
  return Promise.race([work.then(() => true), delay(ms, false, { ref: false })]);
}
