import { expect, it } from '@jest/globals';
import { imagesIn, orphansIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { stateOf } from '../../simulator/world-state.ts';
import { home, organization, prod, sourceId, staging, unitArn } from '../support/organization.ts';
import { type Inputs, inputs } from '../support/promotion.ts';
import { endCopiesWhenSeen, type Interruption, interrupted, nth, polled } from './interrupted.ts';
import { expectClosed } from './source.ts';
import { copiesIn, run } from './step.ts';

const slow = { seconds: 600 };
const quick = { seconds: 0.5 };
/** Tags on the source itself, which is in place in its own Region, are there to be restored. */
const push: Inputs = {
  regions: 'us-east-1\neu-west-1\nus-west-2',
  tags: 'team=web\nstage=production',
  'share-with': unitArn,
};
const pull: Inputs = { accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' };
const restoring = {
  [home]: { policies: ['../iam/home-policy.json', '../iam/rollback-policy.json'] },
};

interface Moment extends Pick<Interruption, 'when'> {
  readonly moment: string;
  readonly given: Inputs;
  readonly seconds: number;
}

const moments: readonly Moment[] = [
  {
    moment: 'while the copies of a push are pending',
    given: push,
    seconds: 60,
    when: polled(2),
  },
  {
    moment: 'while the second copy of a push is asked for',
    given: push,
    seconds: 60,
    when: nth('CopyImage', 2),
  },
  { moment: 'while a push shares', given: push, seconds: 0.5, when: nth('ModifyImageAttribute', 2) },
  { moment: 'while a push tags the source in place', given: push, seconds: 60, when: nth('CreateTags', 1) },
  {
    moment: 'while the copies of a pull are pending',
    given: pull,
    seconds: 60,
    when: polled(2),
  },
  { moment: 'while a pull notes on the source', given: pull, seconds: 60, when: nth('CreateTags', 1) },
  {
    moment: 'while a pull opens the source',
    given: pull,
    seconds: 60,
    when: nth('ModifySnapshotAttribute', 1),
  },
  {
    moment: 'while a pull closes the source',
    given: pull,
    seconds: 0.5,
    when: nth('ModifySnapshotAttribute', 3),
  },
];

it.concurrent.each(
  moments.map((moment, index) => ({
    ...moment,
    rollbackOn: index % 2 === 0 ? 'cancel' : 'failure,cancel',
    way: index % 3 === 2 ? ('terminate' as const) : ('cancel' as const),
  })),
)(
  'a job that is cancelled $moment ends in time, and post leaves the world as it was: $way, rollback-on: $rollbackOn',
  async ({ given, seconds, rollbackOn, ...interruption }) => {
    const world = organization({ copying: { seconds }, roles: restoring });
    const before = stateOf(world);
    const { step, afterMs, soonMs, postMs } = await interrupted(
      world,
      inputs({ ...given, 'rollback-on': rollbackOn }),
      interruption,
    );
    expect(step).toMatchObject({ exitCode: 130, outputs: { status: 'failure' } });
    expect(afterMs).toBeLessThan(soonMs);
    expect(step.summary).toContain('interrupted');
    expect(stateOf(world)).toEqual(before);
    expect(orphansIn(world)).toEqual([]);
    expect(step.post?.summary).toMatch(/^## Promote AMI: /);
    expect(step.post?.summary).not.toContain('```sh');
    expect(step.post?.lines.filter(({ kind }) => kind === 'warning')).toEqual([]);
    expect(postMs).toBeLessThan(3 * soonMs);
  },
);

it.concurrent.each([
  { rollbackOn: 'failure', undoes: true },
  { rollbackOn: 'failure,cancel', undoes: true },
  { rollbackOn: 'cancel', undoes: false },
  { rollbackOn: 'none', undoes: false },
])('a process that crashed is a failure to post: rollback-on $rollbackOn', async ({ rollbackOn, undoes }) => {
  const world = organization({ copying: slow });
  const before = stateOf(world);
  const { step } = await interrupted(world, inputs({ ...pull, 'rollback-on': rollbackOn }), {
    way: 'crash',
    when: polled(2),
    onPost: () => (undoes ? undefined : endCopiesWhenSeen(world)),
  });
  expect(step).toMatchObject({ signal: 'SIGKILL', conclusion: 'failure' });
  expectClosed(world);
  if (undoes) {
    expect(stateOf(world)).toEqual(before);
  } else {
    expect([prod, staging].map((account) => copiesIn(world, account, 'eu-west-1').length)).toEqual([1, 1]);
  }
  expect(step.post?.summary).toContain('finished after an interruption');
});

it.concurrent('with rollback-on failure, a Region that fails leaves nothing of the others, and post has nothing to do', async () => {
  const failing = { action: 'ec2:CopyImage', region: 'us-west-2', do: 'fail-copy', reason: 'Broken.' };
  const world = organization({ copying: quick, roles: restoring, faults: [failing] });
  const before = stateOf(world);
  const step = await run(world, inputs({ ...push, 'rollback-on': 'failure' }));
  expect(step).toMatchObject({ exitCode: 1, outputs: { status: 'failure', amis: '{}' } });
  expect(stateOf(world)).toEqual(before);
  const missing: { region: string; code: string }[] = JSON.parse(step.outputs.missing ?? '');
  expect(missing.map(({ region, code }) => `${region} ${code}`)).toEqual([
    'eu-west-1 RolledBack',
    'us-east-1 RolledBack',
    'us-west-2 CopyFailed',
  ]);
  expect(step.summary).toContain('Broken.');
  expect(step.post).toMatchObject({ log: '', summary: '' });
});

it.concurrent('what a role may not undo is told, with the commands, and all else is undone', async () => {
  const world = organization({ copying: slow });
  const { step } = await interrupted(world, inputs({ ...push, 'rollback-on': 'cancel' }), {
    way: 'cancel',
    when: polled(2),
  });
  expect(step.post?.summary).toContain('could not be undone');
  expect(step.post?.summary).toContain(`aws ec2 delete-tags --region us-east-1 --resources ${sourceId}`);
  expect([...(world.images.get(sourceId)?.tags ?? [])]).toContainEqual(['stage', 'production']);
  expect([...(world.images.get(sourceId)?.tags ?? [])]).toContainEqual(['team', 'platform']);
  expect(['eu-west-1', 'us-west-2'].flatMap((region) => live(world, region))).toEqual([]);
});

function live(world: World, region: string): readonly string[] {
  return imagesIn(world, home, region).flatMap(({ id, state }) => (state === 'deregistered' ? [] : [id]));
}
