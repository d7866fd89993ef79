import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { callsOf, liveImagesIn, writesIn } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { over } from '../../src/aspects/close.ts';
import { pullTagsIn } from '../../src/aspects/pull-tags.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  home,
  keyIdOf,
  prod,
  sourceId,
  sourceRegion,
  sourceSnapshots,
  staging,
} from '../support/organization.ts';
import {
  failureOf,
  idOf,
  imageFile,
  onceAt,
  only,
  type Scenario,
  scenario,
  told,
  toldByPlace,
} from '../support/scenario.ts';

const pull = { accounts: `prod=${prod}` };
const pullBoth = { accounts: `prod=${prod}\nstaging=${staging}`, regions: 'eu-west-1\neu-central-1' };

function sourceTags(world: World): Readonly<Record<string, string>> {
  return Object.fromEntries(world.images.get(sourceId)?.tags ?? []);
}

/** Accounts that the image and every snapshot of the source are open to. */
function openTo(world: World): readonly string[] {
  const image = world.images.get(sourceId)?.launchPermissions.current ?? [];
  const ids = image.flatMap((permission) => (permission.kind === 'account' ? permission.id : []));
  return ids.filter((id) =>
    sourceSnapshots.every((snapshot) =>
      world.snapshots.get(snapshot)?.createVolumePermissions.current.includes(id),
    ),
  );
}

/** Takes an account's access to the source away, as somebody else would. */
function takeAway({ world }: Scenario, account: string): void {
  const image = world.images.get(sourceId);
  if (image !== undefined) {
    image.launchPermissions = {
      current: image.launchPermissions.current.filter((one) => one.kind !== 'account' || one.id !== account),
      past: [],
    };
  }
  for (const id of sourceSnapshots) {
    const snapshot = world.snapshots.get(id);
    if (snapshot !== undefined) {
      snapshot.createVolumePermissions = {
        current: snapshot.createVolumePermissions.current.filter((one) => one !== account),
        past: [],
      };
    }
  }
}

/** Opens the source for an account, as somebody else would. */
function give({ world }: Scenario, account: string): void {
  const image = world.images.get(sourceId);
  if (image !== undefined) {
    image.launchPermissions = {
      current: [...image.launchPermissions.current, { kind: 'account', id: account }],
      past: [],
    };
  }
  for (const id of sourceSnapshots) {
    const snapshot = world.snapshots.get(id);
    if (snapshot !== undefined) {
      snapshot.createVolumePermissions = {
        current: [...snapshot.createVolumePermissions.current, account],
        past: [],
      };
    }
  }
}

function writesAtSource(world: World): readonly CallRecord[] {
  return writesIn(world).filter((call) => call.account === home);
}

/** The notes that runs wrote, in order, those that say that all is over among them. */
function notesWritten(world: World) {
  return callsOf(world, 'CreateTags').flatMap(({ params }) => {
    const tags = v.parse(noteCall, params).Tags.map(({ Key, Value }) => [Key, Value]);
    return pullTagsIn(Object.fromEntries(tags));
  });
}

const noteCall = v.object({ Tags: v.array(v.object({ Key: v.string(), Value: v.string() })) });

/** How often a snapshot of the source was opened. */
function permissionsAdded(world: World): number {
  return callsOf(world, 'ModifySnapshotAttribute').filter(({ params }) =>
    JSON.stringify(params).includes('"Add"'),
  ).length;
}

describe('opening the source', () => {
  it('happens once for all accounts together, the note first', async () => {
    const at = scenario();
    const step = await at.run(pullBoth);
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted', 'promoted', 'promoted']);
    expect(step.result.opened).toMatchObject([
      { imageId: sourceId, region: sourceRegion, accounts: [prod, staging].sort() },
    ]);
    const [note, ...permissions] = writesAtSource(at.world).slice(0, 4);
    expect(note?.action).toBe('CreateTags');
    expect(permissions.map(({ action }) => action).sort()).toEqual([
      'ModifyImageAttribute',
      'ModifySnapshotAttribute',
      'ModifySnapshotAttribute',
    ]);
    for (const permission of permissions) {
      expect(JSON.stringify(permission.params)).toContain(prod);
      expect(JSON.stringify(permission.params)).toContain(staging);
    }
  });

  it('notes its run, a deadline beyond the waiting, and the accounts that were not permitted before', async () => {
    const at = scenario();
    give(at, staging);
    await at.run(pullBoth, { process: '0a1b2c3d' });
    const [note] = notesWritten(at.world);
    expect(note).toMatchObject({ run: 'example/images/1001/1/0a1b2c3d', accounts: [prod] });
    expect(Date.parse(note?.deadline ?? '')).toBeGreaterThan(at.time.now() + 240 * 60_000);
  });

  it('is left out where everything is there already', async () => {
    const at = scenario();
    await at.run(pull);
    takeAway(at, prod);
    const before = writesIn(at.world).length;
    const second = await at.run(pull, { runId: '1002' });
    expect(only(second)).toMatchObject({ state: 'unchanged' });
    expect(second.result.opened).toEqual([]);
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('is done for those accounts only that still have to pull', async () => {
    const at = scenario();
    await at.run(pull);
    takeAway(at, prod);
    const second = await at.run(pullBoth, { runId: '1002' });
    expect(second.result.outcomes.map(told).sort()).toEqual([
      'promoted',
      'promoted',
      'promoted',
      'unchanged',
    ]);
    expect(notesWritten(at.world)[2]).toMatchObject({ accounts: [prod, staging] });
  });

  it('is not needed where somebody opened it before: nothing is noted', async () => {
    const at = scenario();
    give(at, prod);
    const step = await at.run(pull);
    expect(only(step)).toMatchObject({ state: 'promoted' });
    expect(step.result.opened).toEqual([]);
    expect(writesAtSource(at.world)).toEqual([]);
  });

  it('is given again when somebody takes it away before the copy', async () => {
    const at = scenario();
    onceAt(
      at.world,
      () => permissionsAdded(at.world) === 2,
      () => takeAway(at, prod),
    );
    expect(only(await at.run(pull))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(permissionsAdded(at.world)).toBe(4);
    expect(liveImagesIn(at.world, prod, 'eu-west-1')).toHaveLength(1);
  });

  it('is given again when somebody takes it away during the copy', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    onceAt(
      at.world,
      (call) => call.action === 'DescribeImages' && callsOf(at.world, 'CopyImage').length > 0,
      () => takeAway(at, prod),
    );
    expect(only(await at.run(pull))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(permissionsAdded(at.world)).toBe(4);
  });

  it('is not in the way of a copy that goes on without it', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    at.world.onCall = (call) => {
      if (callsOf(at.world, 'CopyImage').length > 0 && call.account === home) {
        takeAway(at, prod);
      }
    };
    const outcome = only(await at.run(pull));
    expect(outcome).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(outcome.ended - outcome.started).toBeLessThan(12 * 60_000);
    expect(writesAtSource(at.world).length).toBeLessThan(50);
  });

  it('ends when somebody takes it away again and again', async () => {
    const at = scenario();
    at.world.onCall = (call) => {
      if (call.action === 'ModifySnapshotAttribute') {
        takeAway(at, prod);
      }
    };
    const step = await at.run({ ...pull, 'wait-minutes': '30' });
    expect(['failed', 'skipped', 'pending']).toContain(only(step).state);
    expect(only(step).ended - only(step).started).toBeLessThanOrEqual(36 * 60_000);
    expect(writesAtSource(at.world).length).toBeLessThan(150);
  });

  it.each([3, 20, 50])('that is read back %i seconds late is not done twice', async (lag) => {
    const at = scenario({ switches: { 'attribute-lag-seconds': lag } });
    const step = await at.run(pullBoth);
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted', 'promoted', 'promoted']);
    expect(permissionsAdded(at.world)).toBe(2);
    expect(openTo(at.world)).toEqual([]);
  });

  it('is waited for as the pulling role sees it, five minutes at most', async () => {
    const at = scenario({ switches: { 'attribute-lag-seconds': 3600 } });
    const step = await at.run(pull);
    expect(failureOf(step)).toMatchObject({ code: 'SourceNotVisible' });
    expect(only(step).ended - only(step).started).toBeLessThanOrEqual(12 * 60_000);
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
  });

  it('does not hold many targets up', async () => {
    const at = scenario({ copying: { seconds: 60 } });
    const regions = ['us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'us-east-1'];
    await at.run({ ...pullBoth, regions: regions.join('\n') });
    const opened = writesAtSource(at.world).slice(0, 4).at(-1)?.at ?? 0;
    const copied = callsOf(at.world, 'CopyImage').map((call) => call.at - opened);
    expect(copied).toHaveLength(10);
    expect(Math.max(...copied)).toBeLessThanOrEqual(5000);
  });
});

describe('pulling', () => {
  it('is done by the owner under its own key, and the copy is its own', async () => {
    const at = scenario();
    await at.run(pull);
    const copy = callsOf(at.world, 'CopyImage')[0];
    expect(copy).toMatchObject({ account: prod, region: 'eu-west-1' });
    expect(liveImagesIn(at.world, prod, 'eu-west-1')).toHaveLength(1);
    expect(liveImagesIn(at.world, home, 'eu-west-1')).toEqual([]);
  });

  it('takes the source tags along, though AWS does not', async () => {
    const at = scenario();
    await at.run(pull);
    const [image] = liveImagesIn(at.world, prod, 'eu-west-1');
    expect(Object.fromEntries(image?.tags ?? [])).toMatchObject({
      Name: 'web',
      team: 'platform',
      [ownTags.source]: `${home}/${sourceRegion}/${sourceId}`,
    });
  });

  it('works beside a push of the same image', async () => {
    const at = scenario();
    const step = await at.run({ accounts: `home\nprod=${prod}`, regions: 'us-east-1\neu-west-1' });
    expect(toldByPlace(step)).toEqual({
      'home us-east-1': 'unchanged',
      'home eu-west-1': 'promoted',
      'prod us-east-1': 'promoted',
      'prod eu-west-1': 'promoted',
    });
  });

  it('takes a refusal of the storage as final once the source was seen', async () => {
    const at = scenario({ image: { billed: true } });
    const step = await at.run(pull);
    expect(failureOf(step)).toMatchObject({ code: 'InvalidRequest', action: 'ec2:CopyImage' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('waits a few seconds for a permission that was just given', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', times: 2, do: 'access-denied' }] });
    expect(only(await at.run(pull))).toMatchObject({ state: 'promoted' });
    const denied = scenario({ faults: [{ action: 'ec2:CopyImage', do: 'access-denied' }] });
    const step = await denied.run(pull);
    expect(failureOf(step)).toMatchObject({ code: 'UnauthorizedOperation' });
    expect(only(step).ended - only(step).started).toBeLessThan(20_000);
  });

  it('needs the source Region in the owner account too: refused before any write', async () => {
    const place = { account: home, region: 'me-central-1' };
    const at = scenario({
      ...imageFile(place, { name: 'web-me' }, 'b'),
      regions: { [home]: { 'me-central-1': { enabled: true } } },
    });
    const step = await at.run({ ...pull, source: idOf('b'), 'source-region': 'me-central-1' });
    expect(failureOf(step)).toMatchObject({ code: 'RegionNotEnabled' });
    expect(failureOf(step).meaning).toContain('pulled from there');
    expect(writesIn(at.world)).toEqual([]);
  });

  it('fails for the one whom the source key does not let in, and for no other', async () => {
    const at = scenario({ copying: { seconds: 300 } });
    const key = [...at.world.keys.values()].find(({ id }) => id === keyIdOf(home, sourceRegion));
    expect(key?.policies).toHaveLength(3);
    if (key !== undefined) {
      key.policies = key.policies.slice(0, 2);
    }
    const step = await at.run({ ...pullBoth, regions: 'eu-west-1', 'preflight-failures': 'skip-target' });
    expect(toldByPlace(step)).toEqual({
      'prod eu-west-1': 'promoted',
      'staging eu-west-1': 'failed: SourceKeyNotReadable',
    });
    const failed = step.result.outcomes.find((outcome) => outcome.state === 'failed');
    expect(failed).toMatchObject({
      failure: {
        meaning: expect.stringContaining(key?.arn ?? 'nothing'),
        cure: expect.stringContaining('iam/source-key-policy-statements.json'),
      },
    });
  });
});

describe('two runs that pull at once', () => {
  it('both succeed, make one copy for each place, and each notes what it relies on', async () => {
    const at = scenario({ copying: { seconds: 300 } });
    const runs = await Promise.all(['1001', '1002'].map((runId) => at.run(pullBoth, { runId })));
    for (const run of runs) {
      expect(run.result.outcomes.map(told)).toEqual(['promoted', 'promoted', 'promoted', 'promoted']);
    }
    for (const account of [prod, staging]) {
      expect(liveImagesIn(at.world, account, 'eu-west-1')).toHaveLength(1);
      expect(liveImagesIn(at.world, account, 'eu-central-1')).toHaveLength(1);
    }
    const notes = notesWritten(at.world).map(({ run, accounts }) => [run, [...accounts].sort()]);
    expect(
      new Map(notes.map(([run, accounts]) => [String(run).split('/').slice(0, 4).join('/'), accounts])),
    ).toEqual(
      new Map([
        ['example/images/1001/1', [prod, staging]],
        ['example/images/1002/1', [prod, staging]],
      ]),
    );
    expect(openTo(at.world)).toEqual([]);
    expect(pullTagsIn(sourceTags(at.world))).toEqual([]);
  });

  it('note the accounts that the other opens while this one notes its own', async () => {
    const at = scenario();
    const other = `${ownTags.pull}example/images/999/1/00000001`;
    onceAt(
      at.world,
      ({ action }) => action === 'CreateTags',
      () => {
        at.world.images.get(sourceId)?.tags.set(other, `2026-11-25T00:00:00Z ${prod} ${staging}`);
        give(at, staging);
      },
    );
    await at.run({ ...pullBoth, regions: 'eu-west-1' });
    expect(notesWritten(at.world)[0]?.accounts).toEqual([prod, staging]);
    expect(openTo(at.world).toSorted()).toEqual([prod, staging].toSorted());
    const [own] = pullTagsIn(sourceTags(at.world)).filter(({ run }) => run.startsWith('example/images/1001'));
    expect(own).toMatchObject({ deadline: over, accounts: [prod, staging] });
  });

  it('as jobs of one run have a note each, and close nothing under each other', async () => {
    const slow = { action: 'ec2:DescribeSnapshotAttribute', do: 'delay', milliseconds: 1000 };
    const at = scenario({ faults: [slow], copying: { seconds: 60, factors: { 'eu-central-1': 10 } } });
    const runs = await Promise.all([
      at.run({ ...pull, regions: 'eu-west-1' }, { process: '00000001' }),
      at.run({ ...pull, regions: 'eu-central-1' }, { process: '00000002' }),
    ]);
    expect(runs.flatMap((run) => run.result.outcomes.map(told))).toEqual(['promoted', 'promoted']);
    const closed = writesAtSource(at.world).filter(({ params }) => JSON.stringify(params).includes('Remove'));
    expect(new Set(closed.map(({ at }) => at)).size).toBe(1);
    expect(openTo(at.world)).toEqual([]);
  });
});
