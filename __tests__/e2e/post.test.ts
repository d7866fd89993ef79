import { globSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { stateOf } from '../../simulator/world-state.ts';
import { home, organization, prod, sourceId, staging } from '../support/organization.ts';
import { type Inputs, inputs } from '../support/promotion.ts';
import { endCopiesWhenSeen, type Interrupted, interrupted, nth, polled } from './interrupted.ts';
import { expectClosed, noted, openTo } from './source.ts';
import { copiesIn, run, start, writeCount } from './step.ts';

const slow = { seconds: 600 };
const quick = { seconds: 0.5 };
const push: Inputs = { regions: 'eu-west-1\nus-west-2' };
const pull: Inputs = { accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' };

it.concurrent('a job that is cancelled before it wrote anything leaves post nothing to do', async () => {
  const world = organization();
  const { step, callsOfPost } = await interrupted(world, inputs({ ...pull, 'rollback-on': 'cancel' }), {
    way: 'cancel',
    when: nth('DescribeRegions', 1),
  });
  expect(step).toMatchObject({ exitCode: 130, post: { log: '', summary: '' } });
  expect([writeCount(world), callsOfPost]).toEqual([0, 0]);
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
  expect(step.post?.durationMs).toBeLessThan(step.durationMs);
});

it.concurrent('without rollback-on, post closes the source once the copies have ended, and a re-run adopts them', async () => {
  const world = organization({ copying: slow });
  const { step, writesOfMain, writesBefore } = await interrupted(world, inputs(pull), {
    way: 'cancel',
    when: polled(2),
    onPost: () => endCopiesWhenSeen(world),
  });
  expect(step.exitCode).toBe(130);
  expect(writesOfMain).toBe(writesBefore);
  expect(step.summary).toContain('### Opened on the source');
  expect(step.summary).not.toContain('```sh');
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
    when: polled(2),
  });
  expect(openTo(world).image).toEqual([prod, staging]);
  expect(noted(world)).toEqual([]);
  expect(step.post?.summary).toContain('kept open');
});

it.concurrent('post goes by the files that the step read, though a later step deleted or changed them', async () => {
  const { step, callsOfPost, world, end } = await withTargetsFile((file) => rmSync(file));
  expect(callsOfPost).toBeGreaterThan(0);
  expect(step.post).toMatchObject({ exitCode: 0, summary: expect.stringContaining('rolled back') });
  expect([prod, staging].flatMap((account) => liveImagesIn(world, account, 'eu-west-1'))).toEqual([]);
  expectClosed(world);
  await end();
});

it.concurrent('where the inputs can no longer be read, post says so, and the next run finishes', async () => {
  const { step, callsOfPost, world, again, end } = await withTargetsFile((file, temp) => {
    rmSync(file);
    for (const kept of globSync('promote-ami-file-*', { cwd: temp })) {
      rmSync(join(temp, kept));
    }
  });
  expect(callsOfPost).toBe(0);
  expect(step.post).toMatchObject({ exitCode: 0 });
  expect(step.post?.lines.some(({ kind, text }) => kind === 'warning' && text.includes('targets-file'))).toBe(
    true,
  );
  const next = await again();
  expect(next.outputs.status).toBe('success');
  expect(copiesIn(world, prod, 'eu-west-1')).toHaveLength(1);
  await end();
});

/** A step with a file, cancelled in the middle; the file is dealt with before post. */
async function withTargetsFile(deal: (file: string, temp: string) => void) {
  const world = organization({ copying: slow });
  const cwd = await mkdtemp(join(tmpdir(), 'workspace-'));
  const file = join(cwd, 'targets.yml');
  const content = 'accounts:\n  prod:\n    tags: { stage: production }\n';
  writeFileSync(file, content);
  const given = inputs({ ...pull, 'targets-file': 'targets.yml', 'rollback-on': 'cancel' });
  const { step, callsOfPost } = await interrupted(world, given, {
    way: 'cancel',
    when: polled(2),
    options: { cwd },
    onPost: (_, { files }) => deal(file, files.temp),
  });
  const again = () => {
    writeFileSync(file, content);
    endCopiesWhenSeen(world);
    return run(world, given, { cwd, job: { runAttempt: '2' } });
  };
  return { world, step, callsOfPost, again, end: () => rm(cwd, { recursive: true }) };
}

it.concurrent('where the journal is gone, post does nothing, and the next run finishes', async () => {
  const world = organization({ copying: slow });
  const { step, callsOfPost } = await withJournal(world, (path) => rmSync(path));
  expect(step.post).toMatchObject({ exitCode: 0 });
  expect(callsOfPost).toBe(0);
  endCopiesWhenSeen(world);
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
  const look = nth('DescribeImages', 2);
  const { step, afterAgainMs, soonMs } = await cancelledAgain(
    world,
    inputs(pull),
    (call) => call.account === prod && call.region === 'eu-west-1' && look(call),
  );
  expect(afterAgainMs).toBeLessThan(soonMs);
  expect(step.post?.signal).toBeNull();
  expect(step.post?.summary).toMatch(/(stays|still) open/);
  expect(step.post?.summary).toContain(`--image-id ${sourceId} --launch-permission 'Remove=[`);
  expect(step.post?.lines.filter(({ kind }) => kind === 'warning')).toHaveLength(1);
});

it.concurrent('a second cancel ends a rollback, which tells what is left, with the commands', async () => {
  const world = organization({ copying: slow, faults: [{ action: 'ec2:DeregisterImage', do: 'silent' }] });
  const given = inputs({ ...push, 'rollback-on': 'cancel' });
  const { step, afterAgainMs, soonMs } = await cancelledAgain(world, given, nth('DeregisterImage', 2));
  expect(afterAgainMs).toBeLessThan(soonMs);
  expect(step.post?.signal).toBeNull();
  for (const region of ['eu-west-1', 'us-west-2']) {
    const [copy] = imagesIn(world, home, region);
    expect(step.post?.summary).toContain(
      `aws ec2 deregister-image --region ${region} --image-id ${copy?.id} --delete-associated-snapshots`,
    );
  }
  const [warning, ...more] = step.post?.lines.filter(({ kind }) => kind === 'warning') ?? [];
  expect(more).toEqual([]);
  expect(warning?.text).toContain('web-1 × home × us-west-2: ami-');
  expect(warning?.text).toContain('web-1 × home × eu-west-1: ami-');
});

/** A pull that crashed while its copies were pending, whose journal something happens to before `post`. */
async function withJournal(world: World, change: (path: string) => void): Promise<Interrupted> {
  return interrupted(world, inputs({ ...pull, 'rollback-on': 'failure' }), {
    way: 'crash',
    when: polled(2),
    onPost: ({ state }) => change(state.journal ?? ''),
  });
}

/** A step that is cancelled while its copies are pending, and whose post is cancelled with a call. */
async function cancelledAgain(
  world: World,
  given: Inputs,
  when: (call: CallRecord) => boolean,
): Promise<Interrupted & { readonly afterAgainMs: number }> {
  let [began, at] = [0, Number.NaN];
  const result = await interrupted(world, given, {
    way: 'cancel',
    when: polled(2),
    onPost: (_, action) => {
      began = performance.now();
      world.onCall = (call) => {
        if (when(call)) {
          world.onCall = () => undefined;
          at = performance.now();
          action.cancel();
        }
      };
    },
  });
  return { ...result, afterAgainMs: began + result.postMs - at };
}
