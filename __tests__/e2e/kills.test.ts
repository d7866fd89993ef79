import { expect, it } from '@jest/globals';
import { imagesIn, orphansIn } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { organization, prod, staging } from '../support/organization.ts';
import { inputs, runBundle } from '../support/promotion.ts';
import { endNotes, noted, openTo } from './source.ts';
import { copiesIn, run, type Started, start } from './step.ts';

/**
 * The machine dies with the nth call to AWS of a promotion: the call had its effect, nothing after it was done, and no
 * `post` ran. `npm test` takes every write and a sample of the reads; `npm run simulate:kills` (KILLS=all) takes every
 * call.
 */
const everyCall = process.env.KILLS === 'all';
const longestMs = everyCall ? 300_000 : 60_000;
const sampledReads = 11;
/** Writes after which it is also seen that the source is closed once the killed run's deadline is over. */
const afterDeadline = [2, 6, 9];
const wanted = inputs({ accounts: `prod=${prod}\nstaging=${staging}`, 'kms-key': 'ebs-default' });

const reference = organizationNow();
const { outputs } = await runBundle(reference, wanted);
const calls = reference.record.filter(isCall);
const writes = calls.filter(({ mutating }) => mutating);

it('the reference promotion opens the source, copies twice, and closes the source', () => {
  expect(outputs.status).toBe('success');
  expect(writes.map(({ action }) => action)).toEqual([
    ...['CreateTags', 'ModifyImageAttribute', 'ModifySnapshotAttribute', 'ModifySnapshotAttribute'],
    ...['CopyImage', 'CopyImage'],
    ...['CreateTags', 'ModifyImageAttribute', 'ModifySnapshotAttribute', 'ModifySnapshotAttribute'],
    'DeleteTags',
  ]);
  expect(calls.length).toBeGreaterThan(sampledReads + writes.length);
});

it.concurrent.each(everyCall ? range(calls.length) : spread(sampledReads, calls.length))(
  'a promotion that is killed with its call %i is finished by the next one',
  (count) => killedAndFinished((done) => done.length === count || isEnd(done.at(-1))),
  longestMs,
);

it.concurrent.each(range(writes.length))(
  'a promotion that is killed with its write %i is finished by the next one',
  (count) =>
    killedAndFinished((done) => {
      const last = done.at(-1);
      return last?.mutating === true && done.filter(({ mutating }) => mutating).length === count;
    }, everyCall || afterDeadline.includes(count)),
  longestMs,
);

/**
 * Whether a killed run left the world so that the next one ends right; and, where that is looked at too, that what the
 * killed one left open is closed by a run after its deadline.
 */
async function killedAndFinished(
  isLast: (done: readonly CallRecord[]) => boolean,
  closesLater = false,
): Promise<void> {
  const world = organizationNow();
  let action: Started['action'] | undefined;
  world.onCall = () => {
    if (isLast(world.record.filter(isCall))) {
      action?.kill();
    }
  };
  const started = await start(world, wanted);
  action = started.action;
  const killed = await started.ended;
  world.onCall = () => undefined;
  expect(killed).toMatchObject({ signal: 'SIGKILL' });
  expect(killed.post).toBeUndefined();
  expectNotes(world);

  const next = await run(world, wanted, { job: { runAttempt: '2' } });
  expect(next).toMatchObject({
    exitCode: 0,
    outputs: { status: 'success', converged: 'true', missing: '[]' },
  });
  for (const account of [prod, staging]) {
    expect(copiesIn(world, account, 'eu-west-1')).toMatchObject([{ state: 'available' }]);
    expect(imagesIn(world, account, 'eu-west-1')).toHaveLength(1);
  }
  expect(orphansIn(world)).toEqual([]);
  expectNotes(world);
  const left = noted(world);
  const inForce = left.filter(([deadline]) => Date.parse(deadline) > Date.now());
  expect(inForce.filter(([, , run]) => !run.startsWith('example/images/1001/1/'))).toEqual([]);
  if (inForce.length === 0) {
    expect(left).toEqual([]);
    expect(openTo(world)).toEqual(closed);
  }
  if (closesLater) {
    endNotes(world);
    const last = await run(world, wanted, { job: { runAttempt: '3' } });
    expect(last.manifest?.targets.map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
    expect(noted(world)).toEqual([]);
    expect(openTo(world)).toEqual(closed);
  }
}

const closed = { image: [], snapshots: [[], []] };

/** The source is open to nobody whom no note lists: whoever closes after the deadline finds them. */
function expectNotes(world: World): void {
  const listed = noted(world).flatMap(([, accounts]) => accounts);
  const { image, snapshots } = openTo(world);
  expect([image, ...snapshots].flat().filter((id) => !listed.includes(id))).toEqual([]);
}

function organizationNow(): World {
  return organization({ copying: { seconds: 0.3 } });
}

/** A request of the action: not what AWS asks KMS on its behalf. */
function isCall({ onBehalfOf }: CallRecord): boolean {
  return onBehalfOf === undefined;
}

/** The last call of the reference; another run may have made one look less before it. */
function isEnd(call: CallRecord | undefined): boolean {
  return call?.action === 'DeleteTags' && call.params.DryRun !== true;
}

/** 1 … n */
function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** The first, the last and numbers in between. */
function spread(count: number, of: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.round(1 + (index * (of - 1)) / (count - 1)));
}
