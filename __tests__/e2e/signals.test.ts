import { expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { home, organization, prod, staging } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { interrupted, nth, polled } from './interrupted.ts';
import { copiesIn, endCopiesWhenPolled, run, writeCount } from './step.ts';

/** A copy into eu-west-1 takes half a second, into us-west-2 for ever. */
const copying = { seconds: 0.5, factors: { 'us-west-2': 100_000 } };
/** As a wait is told that was cut off, and a read that was under way. */
const cancelled = 'Interrupted';
const push = inputs({ regions: 'eu-west-1\nus-west-2' });

it.concurrent.each(['cancel', 'terminate'] as const)(
  'a step that is cancelled while it waits ends in time with what is true, and writes nothing more: %s',
  async (way) => {
    const world = organization({ copying });
    const { step, afterMs, soonMs, writesBefore } = await interrupted(world, push, {
      way,
      when: /eu-west-1: ami-\w+ promoted/,
    });
    expect(step).toMatchObject({ exitCode: 130, signal: null, outputs: { status: 'failure' } });
    expect(afterMs).toBeLessThan(soonMs);
    expect(writeCount(world)).toBe(writesBefore);
    const [done] = copiesIn(world, home, 'eu-west-1');
    const [pending] = copiesIn(world, home, 'us-west-2');
    expect(JSON.parse(step.outputs['ami-ids'] ?? '')).toEqual({ 'eu-west-1': done?.id });
    expect(step.outputs.converged).toBe('false');
    expect(JSON.parse(step.outputs.missing ?? '')).toMatchObject([
      { region: 'us-west-2', state: 'pending', code: 'Interrupted' },
    ]);
    expect(step.manifest?.targets).toMatchObject([
      { region: 'eu-west-1', state: 'promoted', imageId: done?.id },
      { region: 'us-west-2', state: 'pending', imageId: pending?.id },
    ]);
    expect(step.summary).toContain('interrupted');
    expect(pending?.state).toBe('pending');
  },
);

it.concurrent('a step that is cancelled before anything was decided writes nothing, and every target is told', async () => {
  const world = organization({ copying });
  const { step, afterMs, soonMs } = await interrupted(world, push, {
    way: 'cancel',
    when: ({ action }) => action === 'AssumeRoleWithWebIdentity',
  });
  expect(step).toMatchObject({ exitCode: 130, outputs: { status: 'failure', amis: '{}' } });
  expect(afterMs).toBeLessThan(soonMs);
  expect(writeCount(world)).toBe(0);
  expect(JSON.parse(step.outputs.missing ?? '')).toMatchObject([
    { region: 'eu-west-1', state: 'skipped', code: cancelled },
    { region: 'us-west-2', state: 'skipped', code: cancelled },
  ]);
});

it.concurrent.each(['AssumeRoleWithWebIdentity', 'DescribeRegions'])(
  'a step that is cancelled while %s is never answered ends in time all the same',
  async (action) => {
    const world = organization({
      copying,
      faults: [
        {
          action: `${action.startsWith('Assume') ? 'sts' : 'ec2'}:${action}`,
          do: 'silent',
        },
      ],
    });
    const { step, afterMs, soonMs } = await interrupted(world, push, {
      way: 'cancel',
      when: (call) => call.action === action,
    });
    expect(step).toMatchObject({ exitCode: 130, outputs: { status: 'failure' } });
    expect(afterMs).toBeLessThan(soonMs);
  },
);

it.concurrent('a step that is cancelled while a copy is being asked for waits for the answer, and tells its id', async () => {
  const world = organization({
    copying,
    faults: [{ action: 'ec2:CopyImage', region: 'us-west-2', do: 'delay', milliseconds: 500 }],
  });
  const { step, afterMs, soonMs } = await interrupted(world, inputs({ regions: 'us-west-2' }), {
    way: 'cancel',
    when: nth('CopyImage', 1),
  });
  expect(afterMs).toBeLessThan(soonMs);
  const [copy] = copiesIn(world, home, 'us-west-2');
  expect(step.manifest?.targets).toMatchObject([{ state: 'pending', imageId: copy?.id }]);
});

it.concurrent('a step that is cancelled after it opened a source says so, and makes no copy any more', async () => {
  const world = organization({ copying, switches: { 'attribute-lag-seconds': 600 } });
  const wanted = inputs({ accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' });
  const { step } = await interrupted(world, wanted, {
    way: 'cancel',
    when: ({ action, account }) =>
      action === 'DescribeImages' &&
      account === staging &&
      callsOf(world, 'ModifySnapshotAttribute').length === 2,
  });
  expect(step.exitCode).toBe(130);
  expect(step.manifest?.opened).toMatchObject([{ accounts: [prod, staging] }]);
  expect(step.summary).toContain('### Opened on the source');
  expect(copiesIn(world, prod, 'eu-west-1')).toEqual([]);
});

it.concurrent('a step that is cancelled leaves what the next run finishes', async () => {
  const world = organization({ copying: { seconds: 600 } });
  const { step } = await interrupted(world, push, {
    way: 'cancel',
    when: polled(2),
  });
  expect(step.exitCode).toBe(130);
  endCopiesWhenPolled(world);
  const next = await run(world, push, { job: { runAttempt: '2' } });
  expect(next.outputs.status).toBe('success');
  expect(next.manifest?.targets.map(({ how }) => how)).toEqual(['adopted', 'adopted']);
});
