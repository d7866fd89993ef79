import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { SimulatedImage, SimulatedSnapshot, World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  type Changes,
  consumer,
  home,
  keyArnOf,
  keyIdOf,
  organizationArn,
  prod,
} from '../support/organization.ts';
import type { InProcess, Inputs } from '../support/promotion.ts';
import { only, type Scenario, scenario, sole, told, toldByPlace } from '../support/scenario.ts';

/** What was promoted, and is asked of the gate. */
const wanted: Inputs = {
  tags: 'stage=production',
  'share-with': `${consumer}\n${organizationArn}`,
  'share-snapshots': 'true',
  sharing: 'exact',
};
const gate: Inputs = { ...wanted, mode: 'verify', role: 'ami-verification', 'wait-minutes': '0' };

const verification = {
  name: 'ami-verification',
  'trust-policy': '../iam/trust-policy.json',
  policies: ['../iam/verification-policy.json'],
};
const reading: Changes = { moreRoles: { [home]: [verification], [prod]: [verification] } };
/** Launch and volume permissions need more than the files for a main job. */
const sharing: Changes = {
  roles: { [home]: { policies: ['../iam/home-policy.json', '../iam/share-snapshots-policy.json'] } },
};

/** A promotion that has just been made, and the copy. */
async function promoted(changes: Changes = {}, given: Inputs = wanted) {
  const at = scenario({ ...reading, ...sharing, ...changes });
  expect(told(only(await at.run(given)))).toBe('promoted');
  const copy = sole(liveImagesIn(at.world, home, 'eu-west-1'));
  const snapshots = snapshotsIn(at.world, home, 'eu-west-1');
  return { at, copy, snapshots, writes: writesIn(at.world).length };
}

/** Everything that the gate says of the only target. */
function reasonsIn(step: InProcess): readonly string[] {
  const outcome = only(step);
  const others = outcome.state === 'failed' ? outcome.others : [];
  return 'failure' in outcome ? [outcome.failure, ...others].map(({ code }) => code) : [];
}

const run = (at: Scenario, over: Inputs = {}, runId = '1002') => at.run({ ...gate, ...over }, { runId });

describe('a clean world', () => {
  it('has no difference, and nothing is written, or tried', async () => {
    const { at, copy, writes } = await promoted();
    const step = await run(at);
    expect(only(step)).toMatchObject({ state: 'unchanged', image: { id: copy.id }, differences: [] });
    expect(step.result.plan?.converged).toBe(true);
    expect(writesIn(at.world)).toHaveLength(writes);
    expect(step.journal).toEqual([]);
    const asked = at.world.record.filter(({ principal }) => principal.includes('ami-verification'));
    expect(asked.filter(({ code }) => code !== 'ok')).toEqual([]);
    expect(asked.filter(({ params }) => 'DryRun' in params)).toEqual([]);
  });

  it('has none where the image is the source itself, or the key the default one', async () => {
    const at = scenario(reading);
    const step = await run(at, { ...quiet, regions: 'us-east-1', 'kms-key': 'ebs-default' });
    expect(only(step)).toMatchObject({ state: 'unchanged', image: { inPlace: true } });
  });
});

interface Spoilt {
  readonly world: World;
  readonly copy: SimulatedImage;
  readonly snapshots: readonly SimulatedSnapshot[];
}
type Spoil = (spoilt: Spoilt) => unknown;

const attribute =
  (over: Partial<SimulatedImage['attributes']>): Spoil =>
  ({ copy }) =>
    Object.assign(copy, { attributes: { ...copy.attributes, ...over } });
const keyOf =
  (over: object): Spoil =>
  ({ world }) =>
    Object.assign(world.keys.get(keyArnOf(home, 'eu-west-1')) ?? {}, over);

describe('the gate finds', () => {
  it.each<[what: string, code: string, spoil: Spoil, over?: Inputs]>([
    ['a copy that is gone', 'NotPresent', ({ world, copy }) => world.images.delete(copy.id)],
    [
      'a copy that was deregistered',
      'NotPresent',
      ({ copy }) => Object.assign(copy, { state: 'deregistered' }),
    ],
    ['a copy that failed', 'NotPresent', ({ copy }) => Object.assign(copy, { state: 'failed' })],
    ['a copy whose tags were taken away', 'NotPresent', ({ copy }) => copy.tags.clear()],
    ['a copy on its way', 'StillCopying', ({ copy }) => Object.assign(copy, { state: 'pending' })],
    ['a copy that is disabled', 'ImageDisabled', ({ copy }) => Object.assign(copy, { state: 'disabled' })],
    ['a copy that is deprecated', 'ImageDeprecated', ({ copy }) => Object.assign(copy, { deprecated: 0 })],
    [
      'a copy under another key',
      'WrongKey',
      ({ snapshots }) => Object.assign(snapshots[0] ?? {}, { key: keyArnOf(prod, 'eu-west-1') }),
    ],
    [
      'a copy that is not encrypted',
      'WrongKey',
      ({ snapshots }) => Object.assign(snapshots[1] ?? {}, { key: undefined }),
    ],
    ['a key that is disabled', 'KeyNotUsable', keyOf({ state: 'Disabled' })],
    ['a key that is to be deleted', 'KeyNotUsable', keyOf({ state: 'PendingDeletion' })],
    ['a key that does not exist', 'NotFoundException', () => undefined, { 'kms-key': 'alias/none' }],
    [
      'another architecture',
      'NotEqualToSource',
      attribute({ architecture: 'arm64', bootMode: 'uefi-preferred' }),
    ],
    ['another virtualization', 'NotEqualToSource', attribute({ virtualizationType: 'paravirtual' })],
    ['another root device', 'NotEqualToSource', attribute({ rootDeviceName: '/dev/sda1' })],
    ['another boot mode', 'NotEqualToSource', attribute({ bootMode: 'legacy-bios' })],
    ['another TPM', 'NotEqualToSource', attribute({ tpmSupport: 'v2.0' })],
    ['other platform details', 'NotEqualToSource', attribute({ platformDetails: 'Windows' })],
    ['another usage operation', 'NotEqualToSource', attribute({ usageOperation: 'RunInstances:0002' })],
    ['IMDS that cannot be taken back', 'NotEqualToSource', attribute({ imdsSupport: 'v2.0' })],
    [
      'a volume that is missing',
      'NotEqualToSource',
      ({ copy }) => Object.assign(copy, { devices: copy.devices.slice(0, 1) }),
    ],
    [
      'a volume of another size',
      'NotEqualToSource',
      ({ copy }) => Object.assign(copy, { devices: copy.devices.map((one) => ({ ...one, sizeGiB: 100 })) }),
    ],
    ['a tag that is missing on the image', 'TagsDiffer', ({ copy }) => copy.tags.delete('stage')],
    [
      'a tag that is missing on a snapshot',
      'TagsDiffer',
      ({ snapshots }) => snapshots[0]?.tags.delete('stage'),
    ],
    ['a tag with another value', 'TagsDiffer', ({ copy }) => copy.tags.set('stage', 'beta')],
    [
      'an account without launch permission',
      'NotShared',
      ({ copy }) => permit(copy, ({ kind }) => kind !== 'account'),
    ],
    [
      'an organization without launch permission',
      'NotShared',
      ({ copy }) => permit(copy, ({ kind }) => kind !== 'organization'),
    ],
    [
      'a snapshot that is not shared',
      'SnapshotsNotShared',
      ({ snapshots }) => Object.assign(snapshots[1]?.createVolumePermissions ?? {}, { current: [] }),
    ],
    [
      'an account with a launch permission too much',
      'SharedTooWidely',
      ({ copy }) =>
        Object.assign(copy.launchPermissions, {
          current: [...copy.launchPermissions.current, { kind: 'account', id: prod }],
        }),
    ],
    [
      'a snapshot that is shared too widely',
      'SharedTooWidely',
      ({ snapshots }) =>
        Object.assign(snapshots[0]?.createVolumePermissions ?? {}, { current: [consumer, prod] }),
    ],
    ['a source that is gone', 'SourceNotFound', ({ world }) => world.images.delete('ami-0a1b2c3d4e5f60718')],
  ])('%s: %s', async (_what, code, spoil, over = {}) => {
    const { at, copy, snapshots, writes } = await promoted();
    spoil({ world: at.world, copy, snapshots });
    const step = await run(at, over);
    const found = step.failure === undefined ? reasonsIn(step) : [step.failure.code];
    expect([...new Set(found)]).toEqual([code]);
    expect(writesIn(at.world)).toHaveLength(writes);
  });

  it('IMDSv2 that the source has and the copy lacks', async () => {
    const { at, copy } = await promoted({ image: { 'imds-support': 'v2.0' } });
    attribute({ imdsSupport: undefined })({ world: at.world, copy, snapshots: [] });
    expect(reasonsIn(await run(at))).toEqual(['ImdsDiffers']);
  });

  it('an image that is not public', async () => {
    const regions = { [home]: { 'eu-west-1': { 'public-sharing': true } } };
    const open = {
      public: 'true',
      'kms-key': 'none',
      'share-with': 'none',
      'share-snapshots': 'false',
      sharing: 'add',
    };
    const at = scenario({ ...reading, encryptedSource: false, regions });
    await at.run(open);
    permit(sole(liveImagesIn(at.world, home, 'eu-west-1')), () => false);
    expect(reasonsIn(await run(at, { ...open, tags: 'none' }))).toEqual(['NotShared']);
  });

  it('a Region that the owner has not enabled, and a role that may not look', async () => {
    const { at } = await promoted();
    const off = await run(at, { regions: 'me-central-1' });
    expect(reasonsIn(off)).toEqual(['RegionNotEnabled']);
    const denied = await run(at, { role: 'ami-nobody' });
    expect(denied.failure).toMatchObject({ code: 'AccessDenied' });
  });

  it('all differences of all targets at once', async () => {
    const at = scenario({ ...reading, ...sharing });
    await at.run({ ...wanted, regions: 'eu-west-1\nus-west-2' });
    imagesIn(at.world, home, 'eu-west-1')[0]?.tags.delete('stage');
    permit(sole(liveImagesIn(at.world, home, 'eu-west-1')), () => false);
    const step = await run(at, { regions: 'eu-west-1\nus-west-2\neu-central-1' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'failed: TagsDiffer',
      'home us-west-2': 'unchanged',
      'home eu-central-1': 'failed: NotPresent',
    });
    const [ireland] = step.result.outcomes;
    expect(ireland?.state === 'failed' && ireland.others.map(({ code }) => code)).toEqual(['NotShared']);
    expect(step.result.plan?.targets.map(({ state }) => state)).toEqual(['change', 'unchanged', 'change']);
  });
});

function permit(copy: SimulatedImage, keeps: (permission: { kind: string }) => boolean): void {
  Object.assign(copy.launchPermissions, { current: copy.launchPermissions.current.filter(keeps) });
}

describe('the gate only says', () => {
  it('what a promotion only says, and what tidying would remove', async () => {
    const { at, copy } = await promoted();
    const failed = {
      ...copy,
      id: 'ami-00000000000000bad',
      state: 'failed' as const,
      tags: new Map([...copy.tags, [ownTags.attempt, '9']]),
    };
    at.world.images.set(failed.id, failed);
    const step = await run(at);
    expect(told(only(step))).toBe('unchanged');
    expect(only(step).differences).toMatchObject([{ aspect: 'tidy' }]);
    expect(step.result.plan?.converged).toBe(false);
  });

  it('who else may launch it, where sharing is not exact', async () => {
    const { at } = await promoted();
    const step = await run(at, { 'share-with': consumer, sharing: 'add' });
    expect(only(step)).toMatchObject({ state: 'unchanged', differences: [{ mend: { kind: 'warning' } }] });
  });
});

describe('waiting', () => {
  it('lets a gate wait for copies that another job has started, and open once they are shared', async () => {
    const at = scenario({ ...reading, ...sharing, copying: { seconds: 600 } });
    expect(told(only(await at.run({ ...wanted, 'wait-minutes': '0' })))).toBe('pending: StillCopying');
    const [step, rest] = await Promise.all([
      run(at, { 'wait-minutes': '30' }),
      at.run(wanted, { runId: '1003' }),
    ]);
    expect(told(only(rest))).toBe('promoted');
    expect(told(only(step))).toBe('unchanged');
    expect(step.lines.filter((line) => line.includes(': waiting.')).length).toBeGreaterThan(0);
    const seconds = (only(step).ended - only(step).started) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(590);
    expect(seconds).toBeLessThanOrEqual(660);
  });

  it('ends with the time, and tells what was still on its way', async () => {
    const at = scenario({ ...reading, ...sharing, copying: { seconds: 3600 } });
    await at.run({ ...wanted, 'wait-minutes': '0' });
    const step = await run(at, { 'wait-minutes': '10' });
    expect(told(only(step))).toBe('pending: StillCopying');
    expect((only(step).ended - only(step).started) / 60_000).toBeCloseTo(10, 0);
  });

  it('ends at once when a required target can never hold, and says what else was not there yet', async () => {
    const at = scenario({
      ...reading,
      ...sharing,
      copying: { seconds: 3600, factors: { 'us-west-2': 0.001 } },
    });
    await at.run({ ...wanted, regions: 'eu-west-1\nus-west-2', 'wait-minutes': '1' });
    Object.assign(sole(liveImagesIn(at.world, home, 'us-west-2')), { state: 'disabled' });
    const before = at.time.now();
    const step = await run(at, { regions: 'eu-west-1\nus-west-2', 'wait-minutes': '60' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'pending: StillCopying',
      'home us-west-2': 'failed: ImageDisabled',
    });
    expect(at.time.now() - before).toBeLessThan(60_000);
  });

  it('goes on waiting where only an optional target can never hold', async () => {
    const at = scenario({ ...reading, ...sharing, copying: { seconds: 300 } });
    await at.run({ ...wanted, 'wait-minutes': '0' });
    const [step] = await Promise.all([
      run(at, { 'optional-regions': 'me-central-1', 'wait-minutes': '20' }),
      at.run(wanted, { runId: '1003' }),
    ]);
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'unchanged',
      'home me-central-1': 'failed: RegionNotEnabled',
    });
  });

  it('asks each place once a poll, however many images it waits for, and no more than it needs', async () => {
    const at = scenario({ ...reading, copying: { seconds: 600 } });
    await at.run({ regions: 'eu-west-1\nus-west-2', 'wait-minutes': '0' });
    const before = at.world.record.length;
    await run(at, { ...quiet, regions: 'eu-west-1\nus-west-2', 'wait-minutes': '5' });
    const calls = at.world.record.slice(before).filter(({ action }) => action === 'DescribeImages');
    const inIreland = calls.filter(({ region }) => region === 'eu-west-1');
    expect(inIreland.length).toBeGreaterThanOrEqual(29);
    expect(inIreland.length).toBeLessThanOrEqual(32);
  });

  it('lasts through answers that do not come', async () => {
    const { at } = await promoted();
    at.world.faults.push({
      action: 'ec2:DescribeImages',
      account: home,
      region: 'eu-west-1',
      hits: { kind: 'range', from: 1, times: 40 },
      effect: { kind: 'server-error' },
    });
    const step = await run(at, { 'wait-minutes': '30' });
    expect(told(only(step))).toBe('unchanged');
  });
});

const quiet: Inputs = { tags: 'none', 'share-with': 'none', 'share-snapshots': 'false', sharing: 'add' };

describe('a key', () => {
  it('is compared by what it is, not by how it is called', async () => {
    const { at } = await promoted();
    expect(told(only(await run(at, { 'kms-key': keyIdOf(home, 'eu-west-1') })))).toBe('unchanged');
    expect(callsOf(at.world, 'DescribeKey').length).toBeGreaterThan(0);
  });
});
