import { expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { home, organization, prod, unitArn } from '../support/organization.ts';
import { type Inputs, inputs } from '../support/promotion.ts';
import { copiesIn, run, type Started, type Step, start } from './step.ts';

const copying = { seconds: 0.5 };
const push = inputs({ regions: 'eu-west-1\nus-west-2', tags: 'stage=production', 'share-with': unitArn });
const pull = inputs({ accounts: `prod=${prod}`, 'kms-key': 'ebs-default', tags: 'stage=production' });

interface Death {
  readonly at: string;
  readonly given: Inputs;
  readonly account: string;
  /** The call whose effect is the last thing that happens. */
  readonly last: (call: CallRecord, world: World) => boolean;
}

const deaths: readonly Death[] = [
  { at: 'right after the first CopyImage of a push', given: push, account: home, last: nth('CopyImage', 1) },
  { at: 'right after the second CopyImage of a push', given: push, account: home, last: nth('CopyImage', 2) },
  {
    at: 'while it waits for its copies',
    given: push,
    account: home,
    last: (call, world) => call.action === 'DescribeImages' && callsOf(world, 'CopyImage').length === 2,
  },
  { at: 'right after it shared a copy', given: push, account: home, last: nth('ModifyImageAttribute', 1) },
  { at: 'right after it noted a pull', given: pull, account: prod, last: nth('CreateTags', 1) },
  { at: 'right after it opened the image', given: pull, account: prod, last: nth('ModifyImageAttribute', 1) },
  {
    at: 'right after it opened one of two snapshots',
    given: pull,
    account: prod,
    last: nth('ModifySnapshotAttribute', 1),
  },
  { at: 'right after the CopyImage of a pull', given: pull, account: prod, last: nth('CopyImage', 1) },
];

it.concurrent.each(deaths)(
  'a run that is killed $at is finished by the next one, with no second copy',
  async ({ given, account, last }) => {
    const world = organization({ copying });
    const killed = await killedAt(world, given, last);
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.outputs.status).toBe('failure');
    const next = await run(world, given, { job: { runAttempt: '2' } });
    expect(next).toMatchObject({ exitCode: 0, outputs: { status: 'success', converged: 'true' } });
    const regions = (given.regions ?? '').split('\n');
    for (const region of regions) {
      expect(copiesIn(world, account, region)).toMatchObject([{ state: 'available' }]);
    }
    expect(callsOf(world, 'CopyImage').filter(({ code }) => code === 'ok')).toHaveLength(regions.length);
  },
);

it.concurrent('two runs of one workflow at once make one copy for each target, and tell the same ids', async () => {
  const world = organization({ copying });
  const steps = await Promise.all([
    run(world, push, { job: { runId: '3001' } }),
    run(world, push, { job: { runId: '3002' } }),
  ]);
  expect(steps.map(({ outputs }) => outputs.status)).toEqual(['success', 'success']);
  expect(steps[0]?.outputs.amis).toBe(steps[1]?.outputs.amis);
  for (const region of ['eu-west-1', 'us-west-2']) {
    expect(copiesIn(world, home, region)).toHaveLength(1);
  }
});

it.concurrent('two runs of one workflow at once make one copy each even where AWS shows new images late', async () => {
  const world = organization({ copying, switches: { 'visibility-lag-seconds': 1 } });
  const steps = await Promise.all([
    run(world, push, { job: { runId: '3001' } }),
    run(world, push, { job: { runId: '3002' } }),
  ]);
  expect(steps.map(({ outputs }) => outputs.status)).toEqual(['success', 'success']);
  for (const region of ['eu-west-1', 'us-west-2']) {
    expect(copiesIn(world, home, region)).toHaveLength(1);
  }
});

it.concurrent('a lost answer to CopyImage leads to no second copy', async () => {
  const world = organization({
    copying,
    faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'reset-after' }],
  });
  const step = await run(world, inputs());
  expect(step.outputs.status).toBe('success');
  expect(copiesIn(world, home, 'eu-west-1')).toHaveLength(1);
  expect(callsOf(world, 'CopyImage')).toHaveLength(2);
});

function nth(action: string, count: number): Death['last'] {
  return (call, world) => call.action === action && callsOf(world, action).length === count;
}

/** A run whose machine dies in the moment in which a call has had its effect. */
async function killedAt(world: World, given: Inputs, last: Death['last']): Promise<Step> {
  let started: Started | undefined;
  world.onCall = (call) => {
    if (last(call, world)) {
      started?.action.kill();
    }
  };
  started = await start(world, given);
  const step = await started.ended;
  world.onCall = () => undefined;
  return step;
}
