import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { imagesIn, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  fixture,
  frankfurt,
  home,
  image,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
  user,
} from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';

const within = (SnapshotCopyCompletionDurationMinutes: number) => ({ SnapshotCopyCompletionDurationMinutes });

/** A world whose image has 90,000 MiB (100 MiB/s for a copy in 15 minutes) unless told otherwise. */
const withData = (parts: object = {}, full = 90_000 / 1024) =>
  fixture({
    snapshots: [snapshot(plainSnapshot, { 'size-gib': 2000, 'full-size-gib': full })],
    images: [image(plainImage, plainSnapshot)],
    ...parts,
  });

const copied = async (world: World) =>
  (await ec2(world, 1, ireland).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? [];

describe('a time-based copy', () => {
  it.each([0, 14, 16, 20, 2895, -15])('does not take %d minutes', async (minutes) => {
    const nobody = user(1, []);
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [nobody] }] });
    for (const DryRun of [true, false]) {
      expect(await refused(world, { ...within(minutes), DryRun })).toMatchObject({
        code: 'InvalidParameterValue',
      });
    }
  });

  it.each([15, 2880])('takes %d minutes and shows it on every snapshot', async (minutes) => {
    const { world } = withData();
    await copy(world, within(minutes));
    expect(await copied(world)).toMatchObject([
      { TransferType: 'time-based', CompletionDurationMinutes: minutes },
    ]);
  });

  it('is another request than one without', async () => {
    const { world } = withData();
    const token = { ClientToken: 'once' };
    const id = await copy(world, { ...token, ...within(15) });
    expect(await copy(world, { ...token, ...within(15) })).toBe(id);
    expect(await refused(world, token)).toMatchObject({ code: 'IdempotentParameterMismatch' });
    expect(await refused(world, { ...token, ...within(30) })).toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
  });
});

describe('a standard copy', () => {
  it('says so; what is no copy says nothing', async () => {
    const { world } = withData();
    await copy(world);
    const [standard] = await copied(world);
    expect(standard?.TransferType).toBe('standard');
    expect(standard).not.toHaveProperty('CompletionDurationMinutes');
    const { Snapshots } = await ec2(world).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    expect(Snapshots?.[0]).not.toHaveProperty('TransferType');
  });
});

describe('the full size', () => {
  it('is that of the data, in the source and its copies', async () => {
    const { world, clock } = withData({}, 2.5);
    await copy(world);
    expect((await copied(world))[0]).not.toHaveProperty('FullSnapshotSizeInBytes');
    clock.advance(100_000);
    const { Snapshots } = await ec2(world).send(
      new DescribeSnapshotsCommand({ SnapshotIds: [plainSnapshot] }),
    );
    for (const one of [Snapshots?.[0], (await copied(world))[0]]) {
      expect(one).toMatchObject({ VolumeSize: 2000, FullSnapshotSizeInBytes: 2.5 * 1024 ** 3 });
    }
  });

  it('is the size unless given, and never more', () => {
    expect(snapshotsIn(fixture().world, home, frankfurt)[0]?.fullSizeGiB).toBe(8);
    const more = [snapshot(plainSnapshot, { 'full-size-gib': 8.5 })];
    expect(() => fixture({ snapshots: more, images: [] })).toThrow('cannot hold more than its size');
  });
});

describe('the quota of time-based copies', () => {
  const quota = (mib: number, full?: number) =>
    withData({ quotas: { 'time-based-mib-per-second': mib } }, full);
  const exceeded = { code: 'ResourceLimitExceeded' };

  it('refuses when nothing is left, until a copy is over', async () => {
    const { world, clock } = quota(200);
    await copy(world, within(15));
    await copy(world, within(15));
    expect(await refused(world, within(15))).toMatchObject(exceeded);
    expect(await refused(world, within(2880))).toMatchObject(exceeded);
    expect(imagesIn(world, home, ireland)).toHaveLength(2);
    clock.advance(100_000);
    await copy(world, within(15));
  });

  it('accepts when less is left than needed', async () => {
    const { world } = quota(150);
    await copy(world, within(15));
    await copy(world, within(15));
    expect(await refused(world, within(15))).toMatchObject(exceeded);
  });

  it('counts less for a longer time, and at most 500 MiB/s for a snapshot', async () => {
    const { world: slow } = quota(100);
    await copy(slow, within(30));
    await copy(slow, within(30));
    expect(await refused(slow, within(30))).toMatchObject(exceeded);
    const { world: large } = quota(1000, 2000);
    await copy(large, within(15));
    await copy(large, within(15));
    expect(await refused(large, within(15))).toMatchObject(exceeded);
  });

  it('counts neither standard copies nor other Regions or accounts', async () => {
    const { world } = withData({
      quotas: { 'time-based-mib-per-second': 100 },
      snapshots: [
        snapshot(plainSnapshot, { 'size-gib': 100, 'create-volume-permissions': [production] }),
        snapshot('snap-0000000000000000d', { region: ireland, 'size-gib': 100 }),
      ],
      images: [
        image(plainImage, plainSnapshot, { 'launch-permissions': [production] }),
        image('ami-0000000000000000d', 'snap-0000000000000000d', { region: ireland }),
      ],
    });
    await copy(world);
    await copy(world, within(15));
    await copy(world, within(15), frankfurt);
    await copy(world, { ...within(15), SourceRegion: ireland, SourceImageId: 'ami-0000000000000000d' });
    await copy(world, within(15), ireland, 2);
    await copy(world);
    expect(await refused(world, within(15))).toMatchObject(exceeded);
  });

  it('is 2,000 MiB/s unless given', async () => {
    const { world } = withData({}, 2000);
    for (let number = 0; number < 4; number++) {
      await copy(world, within(15));
    }
    expect(await refused(world, within(15))).toMatchObject(exceeded);
  });
});
