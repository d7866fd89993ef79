import { describe, expect, it } from '@jest/globals';
import type { Effect, Fault } from '../../simulator/settings.ts';
import { statusOf } from '../../src/report/status.ts';
import { gateRoles, verify } from '../support/gate.ts';
import { home, prod, sourceRegion } from '../support/organization.ts';
import { only, type Scenario, scenario, told, toldByPlace } from '../support/scenario.ts';

/** A promotion that holds, in Ireland. */
async function promoted(): Promise<Scenario> {
  const at = scenario({ moreRoles: gateRoles });
  expect(told(only(await at.run()))).toBe('promoted');
  return at;
}

const late: Effect = { kind: 'error', code: 'RequestTimeout', status: 503, message: 'Too late.' };
const source = { account: home, region: sourceRegion } as const;

/** From now on AWS answers every question about the source so. */
function troubled(at: Scenario, kind: 'server-error' | 'access-denied'): void {
  at.world.faults.push({
    action: 'ec2:DescribeImages',
    ...source,
    hits: { kind: 'always' },
    effect: { kind },
  });
}

const minutes = (from: number, to: number) => (to - from) / 60_000;

describe('a key that AWS did not answer about', () => {
  it('is asked for again, and does not cost the whole time', async () => {
    const at = await promoted();
    at.world.faults.push({
      action: 'kms:DescribeKey',
      hits: { kind: 'range', from: 1, times: 30 },
      effect: { kind: 'server-error' },
    });
    const began = at.time.now();
    const step = await verify(at, { 'wait-minutes': '240' });
    expect(told(only(step))).toBe('unchanged');
    expect(at.time.now() - began).toBeLessThan(20 * 60_000);
  });
});

describe('while AWS does not answer about the sources', () => {
  it.each<[what: string, fault: Omit<Fault, 'hits'>, times: number]>([
    ['images are throttled', { action: 'ec2:DescribeImages', ...source, effect: { kind: 'throttle' } }, 70],
    [
      'images end in errors of AWS',
      { action: 'ec2:DescribeImages', ...source, effect: { kind: 'server-error' } },
      40,
    ],
    ['images come too late', { action: 'ec2:DescribeImages', ...source, effect: late }, 40],
    [
      'connections break off',
      { action: 'ec2:DescribeImages', ...source, effect: { kind: 'reset-before' } },
      40,
    ],
    [
      'snapshots end in errors of AWS',
      { action: 'ec2:DescribeSnapshots', ...source, effect: { kind: 'server-error' } },
      40,
    ],
    [
      'the Regions of the account are not told',
      { action: 'ec2:DescribeRegions', account: home, effect: { kind: 'server-error' } },
      40,
    ],
  ])('the gate waits, and opens when it does: %s', async (_what, fault, times) => {
    const at = await promoted();
    at.world.faults.push({ ...fault, hits: { kind: 'range', from: 1, times } });
    const step = await verify(at, { 'wait-minutes': '60' });
    expect(step.failure).toBeUndefined();
    expect(told(only(step))).toBe('unchanged');
    const waiting = step.lines.filter((line) => line.startsWith('Waiting for an answer about the sources: '));
    expect(waiting.length).toBeGreaterThanOrEqual(1);
  });

  it('the gate stays shut when wait-minutes is over', async () => {
    const at = await promoted();
    troubled(at, 'server-error');
    const began = at.time.now();
    const step = await verify(at, { 'wait-minutes': '30' });
    expect(step.failure).toMatchObject({ kind: 'transient', code: 'InternalError' });
    expect(step.result.outcomes).toEqual([]);
    expect(minutes(began, at.time.now())).toBeGreaterThanOrEqual(30);
    expect(minutes(began, at.time.now())).toBeLessThan(36);
  });
});

describe('what AWS denies about the sources', () => {
  it('is told at once', async () => {
    const at = await promoted();
    troubled(at, 'access-denied');
    const began = at.time.now();
    const step = await verify(at, { 'wait-minutes': '60' });
    expect(step.failure).toMatchObject({ kind: 'permission', code: 'UnauthorizedOperation' });
    expect(minutes(began, at.time.now())).toBeLessThan(1);
  });

  it('is told although AWS does not answer about an owner', async () => {
    const at = await promoted();
    at.world.faults.push(
      {
        action: 'ec2:DescribeImages',
        ...source,
        hits: { kind: 'always' },
        effect: { kind: 'access-denied' },
      },
      {
        action: 'ec2:DescribeRegions',
        account: prod,
        hits: { kind: 'always' },
        effect: { kind: 'server-error' },
      },
    );
    const began = at.time.now();
    const step = await verify(at, { accounts: `home\nprod=${prod}`, 'wait-minutes': '60' });
    expect(step.failure).toMatchObject({ kind: 'permission', code: 'UnauthorizedOperation' });
    expect(minutes(began, at.time.now())).toBeLessThan(10);
  });
});

describe('an optional target', () => {
  const wanted = { regions: 'eu-west-1', 'optional-regions': 'us-west-2', 'wait-minutes': '60' };

  it('that is not there neither holds up the gate nor fails it, and is told', async () => {
    const at = await promoted();
    const began = at.time.now();
    const step = await verify(at, wanted);
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'unchanged',
      'home us-west-2': 'failed: NotPresent',
    });
    expect(statusOf(step.result, step.promotion)).toBe('partial');
    expect(minutes(began, at.time.now())).toBeLessThan(1);
  });

  it('that is on its way does neither either', async () => {
    const at = scenario({
      moreRoles: gateRoles,
      copying: { seconds: 3600, factors: { 'eu-west-1': 0.001 } },
    });
    await at.run({ regions: 'eu-west-1\nus-west-2', 'wait-minutes': '1' });
    const began = at.time.now();
    const step = await verify(at, wanted);
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'unchanged',
      'home us-west-2': 'pending: StillCopying',
    });
    expect(statusOf(step.result, step.promotion)).toBe('partial');
    expect(minutes(began, at.time.now())).toBeLessThan(1);
  });
});

describe('a gate that is cancelled', () => {
  it('says of every target that it is not known whether it holds, also where it held a while ago', async () => {
    const at = await promoted();
    const cancel = new AbortController();
    const began = at.time.now();
    at.world.onCall = (call) => {
      if (call.at >= began + 120_000) {
        cancel.abort();
      }
    };
    const step = await verify(
      at,
      { regions: 'eu-west-1\nus-west-2', 'wait-minutes': '60' },
      { signal: cancel.signal },
    );
    expect(step.result.interrupted).toBe(true);
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': expect.stringMatching(/: Interrupted$/),
      'home us-west-2': expect.stringMatching(/: Interrupted$/),
    });
    for (const outcome of step.result.outcomes) {
      expect(outcome).toMatchObject({
        failure: {
          kind: 'interrupted',
          meaning: 'The step was cancelled before it was known whether this target holds.',
          cure: 'Run the step again.',
        },
      });
    }
  });
});
