import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { SimulatedImage, World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import { planText } from '../../src/report/plan.ts';
import {
  consumer,
  home,
  organizationArn,
  prod,
  sourceId,
  sourceRegion,
  staging,
} from '../support/organization.ts';
import {
  failureOf,
  idOf,
  imageFile,
  only,
  type Scenario,
  scenario,
  sole,
  told,
} from '../support/scenario.ts';

const stranger = '123123123123';
const policies = ['../iam/home-policy.json', '../iam/share-snapshots-policy.json'];
const sharing = { [home]: { policies } };
const exact = { sharing: 'exact', 'share-with': consumer };

function copy(world: World): SimulatedImage {
  return sole(imagesIn(world, home, 'eu-west-1'));
}

function give(image: SimulatedImage, ...ids: readonly string[]): void {
  const { current } = image.launchPermissions;
  const added = ids.map((id) => ({ kind: 'account', id }) as const);
  image.launchPermissions = { current: [...current, ...added], past: [] };
}

/** Lets accounts read every snapshot of a place. */
function letRead({ world }: Scenario, region: string, ...ids: readonly string[]): void {
  for (const snapshot of snapshotsIn(world, home, region)) {
    const { current } = snapshot.createVolumePermissions;
    snapshot.createVolumePermissions = { current: [...current, ...ids], past: [] };
  }
}

function holders({ world }: Scenario, region = 'eu-west-1') {
  return snapshotsIn(world, home, region).map(
    ({ createVolumePermissions }) => createVolumePermissions.current,
  );
}

function writesSince({ world }: Scenario, before: number) {
  return writesIn(world).slice(before);
}

describe('sharing: exact', () => {
  it('takes from a copy of ours what nobody wants, on image and snapshots, and nothing else', async () => {
    const at = scenario({ roles: sharing });
    await at.run({ 'share-with': consumer });
    give(copy(at.world), stranger);
    letRead(at, 'eu-west-1', stranger);
    const before = writesIn(at.world).length;
    expect(only(await at.run(exact, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(copy(at.world).launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
    expect(holders(at)).toEqual([[], []]);
    expect(
      writesSince(at, before)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['ModifyImageAttribute', 'ModifySnapshotAttribute', 'ModifySnapshotAttribute']);
    expect(told(only(await at.run(exact, { runId: '1003' })))).toBe('unchanged');
  });

  it('needs no more than the usual policy where only the image is shared too much', async () => {
    const at = scenario();
    await at.run();
    give(copy(at.world), stranger);
    expect(told(only(await at.run(exact, { runId: '1002' })))).toBe('promoted');
    expect(copy(at.world).launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
  });

  it('keeps the snapshots of those that may copy, and closes them to the others', async () => {
    const at = scenario({ roles: sharing });
    const given = { ...exact, 'share-snapshots': 'true' };
    await at.run(given);
    letRead(at, 'eu-west-1', stranger);
    expect(told(only(await at.run(given, { runId: '1002' })))).toBe('promoted');
    expect(holders(at)).toEqual([[consumer], [consumer]]);
  });

  it('closes snapshots that everybody can read', async () => {
    const at = scenario({ roles: sharing, encryptedSource: false });
    const given = { ...exact, 'kms-key': 'none' };
    await at.run(given);
    letRead(at, 'eu-west-1', 'all');
    expect(told(only(await at.run(given, { runId: '1002' })))).toBe('promoted');
    expect(holders(at)).toEqual([[], []]);
  });

  it('takes organizations and everybody away like accounts', async () => {
    const at = scenario({ roles: sharing, encryptedSource: false });
    const given = { ...exact, 'kms-key': 'none' };
    await at.run({ ...given, 'share-with': `${consumer}\n${organizationArn}` });
    const image = copy(at.world);
    image.launchPermissions = {
      current: [...image.launchPermissions.current, { kind: 'everyone' }],
      past: [],
    };
    expect(told(only(await at.run(given, { runId: '1002' })))).toBe('promoted');
    expect(copy(at.world).launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
  });

  it('works on a copy that was adopted by its tag', async () => {
    const tags = { [ownTags.source]: `${home}/${sourceRegion}/${sourceId}` };
    const lineage = { image: sourceId, region: sourceRegion };
    const there = { account: home, region: 'eu-west-1' };
    const at = scenario({
      ...imageFile(there, { tags, lineage, 'launch-permissions': [stranger] }),
      roles: sharing,
    });
    letRead(at, 'eu-west-1', stranger);
    expect(only(await at.run(exact))).toMatchObject({ state: 'promoted', image: { id: idOf('a') } });
    expect(copy(at.world).launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
    expect(holders(at)).toEqual([[], []]);
  });

  it('shows what is too much on the source in its place, and never takes it', async () => {
    const at = scenario({ image: { 'launch-permissions': [stranger] }, roles: sharing });
    letRead(at, sourceRegion, stranger);
    const given = { ...exact, regions: sourceRegion };
    const outcome = only(await at.run(given));
    expect(outcome).toMatchObject({ state: 'promoted', how: 'mended', image: { inPlace: true } });
    const said = outcome.differences.map(({ found, mend }) => `${mend.kind}: ${found}`);
    expect(said).toContain(
      `warning: ${sourceId} also shared with ${stranger}, which is left alone on a source image`,
    );
    expect(said).toHaveLength(3);
    const source = at.world.images.get(sourceId);
    expect(source?.launchPermissions.current).toEqual([
      { kind: 'account', id: stranger },
      { kind: 'account', id: consumer },
    ]);
    expect(holders(at, sourceRegion)).toEqual([[stranger], [stranger]]);
    expect(sole(writesIn(at.world)).action).toBe('ModifyImageAttribute');
  });

  it('leaves accounts that a pull of the copy is noted for', async () => {
    const at = scenario({ roles: sharing });
    await at.run(exact);
    const image = copy(at.world);
    image.tags.set(`${ownTags.pull}example/images/77/1/0a1b2c3d`, `2026-11-30T00:00:00Z ${staging}`);
    give(image, staging);
    letRead(at, 'eu-west-1', staging);
    expect(told(only(await at.run(exact, { runId: '1002' })))).toBe('unchanged');
    expect(holders(at)).toEqual([[staging], [staging]]);
  });

  it('that is read back late is neither repeated nor a failure', async () => {
    const at = scenario({ roles: sharing, switches: { 'attribute-lag-seconds': 50 } });
    await at.run({ 'share-with': consumer });
    give(copy(at.world), stranger);
    const before = writesIn(at.world).length;
    expect(told(only(await at.run(exact, { runId: '1002' })))).toBe('promoted');
    expect(writesSince(at, before)).toHaveLength(1);
  });

  it('works in a pulling account as in the own one', async () => {
    const at = scenario();
    const given = { ...exact, accounts: `prod=${prod}` };
    await at.run(given);
    const image = sole(imagesIn(at.world, prod, 'eu-west-1'));
    give(image, stranger);
    expect(told(only(await at.run(given, { runId: '1002' })))).toBe('promoted');
    expect(image.launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
  });

  it('takes 501 consumers away in two calls, and adds in calls of its own', async () => {
    const many = Array.from({ length: 501 }, (_, index) => String(200_000_000_000 + index));
    const at = scenario();
    await at.run({ 'share-with': many.join('\n') });
    const before = writesIn(at.world).length;
    expect(told(only(await at.run(exact, { runId: '1002' })))).toBe('promoted');
    const calls = writesSince(at, before).map(({ params }) => JSON.stringify(params));
    expect(calls.filter((call) => call.includes('"Remove"'))).toHaveLength(2);
    expect(calls.filter((call) => call.includes('"Add"'))).toHaveLength(1);
    expect(calls).toHaveLength(3);
    expect(copy(at.world).launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
  });

  it('makes room before it adds: the limit counts what is wanted', async () => {
    const at = scenario({ quotas: { 'launch-permissions': 2 } });
    await at.run({ 'share-with': `${staging}\n${prod}` });
    const given = { sharing: 'exact', 'share-with': `${consumer}\n${stranger}` };
    expect(told(only(await at.run(given, { runId: '1002' })))).toBe('promoted');
    expect(copy(at.world).launchPermissions.current).toHaveLength(2);
  });

  it('without the permission for it is a failure with its code', async () => {
    const at = scenario();
    await at.run();
    letRead(at, 'eu-west-1', stranger);
    const step = await at.run({ sharing: 'exact' }, { runId: '1002' });
    expect(failureOf(step)).toMatchObject({
      code: 'UnauthorizedOperation',
      action: 'ec2:ModifySnapshotAttribute',
    });
  });
});

describe('sharing: add', () => {
  it('never takes anything, and says what is too much', async () => {
    const at = scenario({ roles: sharing });
    await at.run({ 'share-with': consumer });
    give(copy(at.world), stranger);
    const before = writesIn(at.world).length;
    const outcome = only(await at.run({ 'share-with': staging }, { runId: '1002' }));
    expect(outcome).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(outcome.differences).toMatchObject([
      {
        found: `${copy(at.world).id} also shared with ${consumer}, ${stranger}, which sharing: exact would take away`,
        mend: { kind: 'warning' },
      },
    ]);
    expect(JSON.stringify(writesSince(at, before).map(({ params }) => params))).not.toContain('Remove');
    expect(copy(at.world).launchPermissions.current).toHaveLength(3);
  });
});

describe('one more account in a re-run', () => {
  it.each(['add', 'exact'])('is exactly one write: %s', async (how) => {
    const at = scenario();
    await at.run({ sharing: how, 'share-with': `${consumer}\n${organizationArn}` });
    const before = writesIn(at.world).length;
    const more = { sharing: how, 'share-with': `${consumer}\n${organizationArn}\n${staging}` };
    expect(told(only(await at.run(more, { runId: '1002' })))).toBe('promoted');
    expect(writesSince(at, before)).toMatchObject([{ action: 'ModifyImageAttribute' }]);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });
});

describe('a plan of what is too much', () => {
  async function shared(): Promise<Scenario> {
    const at = scenario({ roles: sharing });
    await at.run({ 'share-with': consumer });
    give(copy(at.world), stranger);
    letRead(at, 'eu-west-1', stranger);
    return at;
  }

  it('shows each removal', async () => {
    const at = await shared();
    const { result } = await at.run({ ...exact, mode: 'plan' }, { runId: '1002' });
    const [one, two] = snapshotsIn(at.world, home, 'eu-west-1').map(({ id }) => id);
    expect(result.plan?.targets).toMatchObject([
      {
        state: 'change',
        writes: [
          { kind: 'unshare-image', imageId: copy(at.world).id, remove: [stranger] },
          { kind: 'unshare-snapshot', snapshotId: one, remove: [stranger] },
          { kind: 'unshare-snapshot', snapshotId: two, remove: [stranger] },
        ],
      },
    ]);
  });

  it('binds the promotion: what came since is not taken', async () => {
    const at = await shared();
    const { result } = await at.run({ ...exact, mode: 'plan' }, { runId: '1002' });
    const files = { 'plan.json': result.plan === undefined ? '' : planText(result.plan) };
    const given = { ...exact, 'approved-plan': 'plan.json' };
    give(copy(at.world), staging);
    const before = writesIn(at.world).length;
    const step = await at.run(given, { runId: '1003', files });
    expect(failureOf(step)).toMatchObject({ code: 'NotInPlan' });
    expect(failureOf(step).meaning).toContain(staging);
    expect(writesSince(at, before)).toEqual([]);
    const image = copy(at.world);
    const { current } = image.launchPermissions;
    image.launchPermissions = {
      current: current.filter((one) => !('id' in one) || one.id !== staging),
      past: [],
    };
    expect(told(only(await at.run(given, { runId: '1004', files })))).toBe('promoted');
    expect(copy(at.world).launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
  });

  it('that only adds is not an approval to take', async () => {
    const at = await shared();
    const { result } = await at.run(
      { 'share-with': `${consumer}\n${staging}`, mode: 'plan' },
      { runId: '1002' },
    );
    const files = { 'plan.json': result.plan === undefined ? '' : planText(result.plan) };
    const given = { ...exact, 'share-with': `${consumer}\n${staging}`, 'approved-plan': 'plan.json' };
    const before = writesIn(at.world).length;
    expect(failureOf(await at.run(given, { runId: '1003', files }))).toMatchObject({ code: 'NotInPlan' });
    expect(writesSince(at, before)).toEqual([]);
  });
});
