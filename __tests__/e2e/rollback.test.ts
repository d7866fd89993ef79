import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { callsOf, imagesIn, orphansIn } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { stateOf } from '../../simulator/world-state.ts';
import { home, organization, prod, sourceId, staging, unitArn } from '../support/organization.ts';
import { type Inputs, inputs } from '../support/promotion.ts';
import { type Interrupted, type Interruption, interrupted } from './interrupted.ts';
import { noted, openTo } from './source.ts';
import { copiesIn, run, start, writeCount } from './step.ts';

const slow = { seconds: 60 };
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

interface Moment extends Pick<Interruption, 'when' | 'delayMs'> {
  readonly moment: string;
  readonly given: Inputs;
  readonly seconds: number;
}

const moments: readonly Moment[] = [
  {
    moment: 'while the copies of a push are pending',
    given: push,
    seconds: 60,
    when: nth('CopyImage', 2),
    delayMs: 500,
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
    when: nth('CopyImage', 2),
    delayMs: 500,
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
    const { step, afterMs, postMs } = await interrupted(
      world,
      inputs({ ...given, 'rollback-on': rollbackOn }),
      interruption,
    );
    expect(step).toMatchObject({ exitCode: 130, outputs: { status: 'failure' } });
    expect(afterMs).toBeLessThan(5_000);
    expect(step.summary).toContain('interrupted');
    expect(stateOf(world)).toEqual(before);
    expect(orphansIn(world)).toEqual([]);
    expect(step.post?.summary).toMatch(/^## Promote AMI: /);
    expect(step.post?.summary).not.toContain('```sh');
    expect(step.post?.lines.filter(({ kind }) => kind === 'warning')).toEqual([]);
    expect(postMs).toBeLessThan(30_000);
  },
);

it.concurrent('a job that is cancelled before it wrote anything leaves post nothing to do', async () => {
  const world = organization();
  const { step, callsOfPost } = await interrupted(world, inputs({ ...pull, 'rollback-on': 'cancel' }), {
    way: 'cancel',
    when: nth('DescribeRegions', 1),
  });
  expect(step).toMatchObject({ exitCode: 130, post: { log: '', summary: '' } });
  expect([writeCount(world), callsOfPost]).toEqual([0, 0]);
});

it.concurrent('without rollback-on, post closes the source once the copies have ended, and a re-run adopts them', async () => {
  const world = organization({ copying: { seconds: 5 } });
  const { step, writesOfMain, writesBefore } = await interrupted(world, inputs(pull), {
    way: 'cancel',
    when: nth('CopyImage', 2),
    delayMs: 500,
  });
  expect(step.exitCode).toBe(130);
  expect(writesOfMain).toBe(writesBefore);
  expect(step.summary).toMatch(/(stays|still) open/);
  const states = [prod, staging].map((account) => copiesIn(world, account, 'eu-west-1')[0]?.state);
  expect(states).toEqual(['available', 'available']);
  expectClosed(world);
  expect(step.post?.summary).toContain('closed again');
  const next = await run(world, inputs(pull), { job: { runAttempt: '2' } });
  expect(next).toMatchObject({ exitCode: 0, outputs: { status: 'success' } });
  expect(callsOf(world, 'CopyImage')).toHaveLength(2);
});

it.concurrent('with keep-source-access, post leaves the source open and takes the note off', async () => {
  const world = organization({ copying: slow });
  const { step } = await interrupted(world, inputs({ ...pull, 'keep-source-access': 'true' }), {
    way: 'cancel',
    when: nth('CopyImage', 2),
    delayMs: 500,
  });
  expect(openTo(world).image).toEqual([prod, staging]);
  expect(noted(world)).toEqual([]);
  expect(step.post?.summary).toContain('kept open');
});

it.concurrent.each([
  { rollbackOn: 'failure', undoes: true },
  { rollbackOn: 'failure,cancel', undoes: true },
  { rollbackOn: 'cancel', undoes: false },
  { rollbackOn: 'none', undoes: false },
])('a process that crashed is a failure to post: rollback-on $rollbackOn', async ({ rollbackOn, undoes }) => {
  const world = organization({ copying: { seconds: undoes ? 60 : 4 } });
  const before = stateOf(world);
  const { step } = await interrupted(world, inputs({ ...pull, 'rollback-on': rollbackOn }), {
    way: 'crash',
    when: nth('CopyImage', 2),
    delayMs: 200,
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

it.concurrent('after a step that came to its end, post asks AWS and GitHub nothing and is over at once', async () => {
  const world = organization({ copying: quick });
  let [calls, tokens] = [0, 0];
  const started = await start(world, inputs({ ...pull, 'rollback-on': 'failure,cancel' }), {
    onPost: () => {
      calls = world.record.length;
      tokens = started.issuer.tokens.length;
    },
  });
  const step = await started.ended;
  expect(step).toMatchObject({ exitCode: 0, post: { exitCode: 0, log: '', summary: '' } });
  expect([world.record.length, started.issuer.tokens.length]).toEqual([calls, tokens]);
  expect(step.post?.durationMs).toBeLessThan(5_000);
});

it.concurrent('where the inputs can no longer be read, post says so, and the next run finishes', async () => {
  const world = organization({ copying: { seconds: 3 } });
  const cwd = await mkdtemp(join(tmpdir(), 'workspace-'));
  const file = join(cwd, 'targets.yml');
  const content = 'accounts:\n  prod:\n    tags: { stage: production }\n';
  writeFileSync(file, content);
  const given = inputs({ ...pull, 'targets-file': 'targets.yml', 'rollback-on': 'cancel' });
  const { step, callsOfPost } = await interrupted(world, given, {
    way: 'cancel',
    when: nth('CopyImage', 2),
    delayMs: 200,
    options: { cwd },
    onPost: () => rmSync(file),
  });
  expect(callsOfPost).toBe(0);
  expect(step.post).toMatchObject({ exitCode: 0 });
  expect(step.post?.lines.some(({ kind, text }) => kind === 'warning' && text.includes('targets-file'))).toBe(
    true,
  );
  writeFileSync(file, content);
  const next = await run(world, given, { cwd, job: { runAttempt: '2' } });
  expect(next.outputs.status).toBe('success');
  await rm(cwd, { recursive: true });
});

it.concurrent('where the journal is gone, post does nothing, and the next run finishes', async () => {
  const world = organization({ copying: { seconds: 3 } });
  const { step, callsOfPost } = await withJournal(world, (path) => rmSync(path));
  expect(step.post).toMatchObject({ exitCode: 0 });
  expect(callsOfPost).toBe(0);
  const next = await run(world, inputs(pull), { job: { runAttempt: '2' } });
  expect(next.outputs.status).toBe('success');
  expect(callsOf(world, 'CopyImage')).toHaveLength(2);
});

it.concurrent('a journal whose last line was cut off serves for all that came before it', async () => {
  const world = organization({ copying: slow });
  const before = stateOf(world);
  await withJournal(world, (path) => truncateSync(path, readFileSync(path).length - 9));
  expect(stateOf(world)).toEqual(before);
});

it.concurrent('a second cancel ends post, which tells that the source is still open, and how to close it', async () => {
  const world = organization({ copying: slow });
  const { step, postMs } = await cancelledAgain(
    world,
    inputs(pull),
    (call) => call.action === 'DescribeImages',
  );
  expect(postMs).toBeLessThan(8_000);
  expect(step.post?.signal).toBeNull();
  expect(step.post?.summary).toMatch(/(stays|still) open/);
  expect(step.post?.summary).toContain(`--image-id ${sourceId} --launch-permission 'Remove=[`);
  expect(step.post?.lines.filter(({ kind }) => kind === 'warning')).toHaveLength(1);
});

it.concurrent('a second cancel ends a rollback, which tells what is left, with the commands', async () => {
  const slowly = { action: 'ec2:DeregisterImage', do: 'delay', milliseconds: 30_000 };
  const world = organization({ copying: slow, faults: [slowly] });
  const given = inputs({ ...push, regions: 'eu-west-1\nus-west-2', 'rollback-on': 'cancel' });
  const { step, postMs } = await cancelledAgain(world, given, (call) => call.action === 'DeregisterImage');
  expect(postMs).toBeLessThan(8_000);
  expect(step.post?.signal).toBeNull();
  for (const region of ['eu-west-1', 'us-west-2']) {
    const [copy] = imagesIn(world, home, region);
    expect(step.post?.summary).toContain(
      `aws ec2 deregister-image --region ${region} --image-id ${copy?.id} --delete-associated-snapshots`,
    );
  }
  expect(step.post?.lines.filter(({ kind }) => kind === 'warning')).toHaveLength(2);
});

it.concurrent('what a role may not undo is told, with the commands, and all else is undone', async () => {
  const world = organization({ copying: slow });
  const { step } = await interrupted(world, inputs({ ...push, 'rollback-on': 'cancel' }), {
    way: 'cancel',
    when: nth('CopyImage', 2),
    delayMs: 500,
  });
  expect(step.post?.summary).toContain('could not be undone');
  expect(step.post?.summary).toContain(`aws ec2 delete-tags --region us-east-1 --resources ${sourceId}`);
  expect([...(world.images.get(sourceId)?.tags ?? [])]).toContainEqual(['stage', 'production']);
  expect([...(world.images.get(sourceId)?.tags ?? [])]).toContainEqual(['team', 'platform']);
  expect(['eu-west-1', 'us-west-2'].flatMap((region) => live(world, region))).toEqual([]);
});

/** A pull that crashed while its copies were pending, whose journal something happens to before `post`. */
async function withJournal(world: World, change: (path: string) => void): Promise<Interrupted> {
  return interrupted(world, inputs({ ...pull, 'rollback-on': 'failure' }), {
    way: 'crash',
    when: nth('CopyImage', 2),
    delayMs: 300,
    onPost: ({ state }) => change(state.journal ?? ''),
  });
}

/** A step that is cancelled while its copies are pending, and whose post is cancelled half a second after a call. */
async function cancelledAgain(
  world: World,
  given: Inputs,
  when: (call: CallRecord) => boolean,
): Promise<Interrupted> {
  return interrupted(world, given, {
    way: 'cancel',
    when: nth('CopyImage', 2),
    delayMs: 500,
    onPost: (_, action) => {
      world.onCall = (call) => {
        if (when(call)) {
          world.onCall = () => undefined;
          setTimeout(() => action.cancel(), 500);
        }
      };
    },
  });
}

function nth(action: string, count: number): (call: CallRecord) => boolean {
  let seen = 0;
  return (call) =>
    call.action === action &&
    call.onBehalfOf === undefined &&
    call.params.DryRun !== true &&
    ++seen === count;
}

function expectClosed(world: World): void {
  expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  expect(noted(world)).toEqual([]);
}

function live(world: World, region: string): readonly string[] {
  return imagesIn(world, home, region).flatMap(({ id, state }) => (state === 'deregistered' ? [] : [id]));
}
