import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { orphansIn, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  fixture,
  home,
  image,
  imageOf,
  ireland,
  plainImage,
  plainSnapshot,
  snapshot,
} from './fixture.ts';
import { deleteSnapshot, deregister, look, removeWithSnapshots, started } from './fixture-removal.ts';

const tagged = async (world: World) => {
  const Filters = [{ Name: 'tag:of', Values: ['copy'] }];
  const { Snapshots = [] } = await ec2(world, 1, ireland).send(
    new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }),
  );
  return Snapshots.map(({ SnapshotId, State }) => [SnapshotId, State]);
};

describe('a failed copy', () => {
  const failed = async (switches: object) => {
    const faults = [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }];
    const { world, clock } = fixture({ faults, switches });
    const copy = await started(world);
    clock.advance(50_000);
    return { world, ...copy };
  };

  it('lists no snapshots; they stay, in error and with their tags, and are deleted one by one', async () => {
    const { world, imageId, snapshotId } = await failed({});
    const [seen] = await look(world, { ImageIds: [imageId] }, 1, ireland);
    expect([seen?.State, seen?.BlockDeviceMappings ?? []]).toEqual(['failed', []]);
    expect(await removeWithSnapshots(world, imageId, ireland)).toEqual({});
    expect(await tagged(world)).toEqual([[snapshotId, 'error']]);
    expect(orphansIn(world).map(({ id }) => id)).toEqual([snapshotId]);
    await deleteSnapshot(world, snapshotId, 1, ireland);
    expect(orphansIn(world)).toEqual([]);
  });

  it('may list them, and then takes them with it', async () => {
    const { world, imageId, snapshotId } = await failed({ 'failed-copy-snapshots': 'listed' });
    const [seen] = await look(world, { ImageIds: [imageId] }, 1, ireland);
    expect(seen?.BlockDeviceMappings?.map(({ Ebs }) => Ebs?.SnapshotId)).toEqual([snapshotId]);
    expect(orphansIn(world)).toEqual([]);
    expect(await removeWithSnapshots(world, imageId, ireland)).toEqual({ [snapshotId]: 'success' });
    expect(await tagged(world)).toEqual([]);
  });
});

describe('a cancelled copy', () => {
  /** Two snapshots, one of them done after 10 seconds, the other after 100. */
  const half = async (switches: object = {}) => {
    const big = 'snap-0000000000000000d';
    const devices = [
      { name: '/dev/xvda', snapshot: plainSnapshot },
      { name: '/dev/xvdb', snapshot: big },
    ];
    const { world, clock } = fixture({
      switches,
      snapshots: [snapshot(plainSnapshot, { 'size-gib': 10 }), snapshot(big, { 'size-gib': 100 })],
      images: [image(plainImage, plainSnapshot, { devices })],
      copying: { 'gib-per-second': 1 },
    });
    const { imageId } = await started(world);
    clock.advance(50_000);
    return { world, clock, imageId };
  };
  const states = (world: World) => snapshotsIn(world, home, ireland).map(({ state }) => state);

  it('never becomes available, and what was not finished is in error', async () => {
    const { world, clock, imageId } = await half();
    await deregister(world, { ImageId: imageId }, 1, ireland);
    expect(states(world)).toEqual(['completed', 'error']);
    clock.advance(60_000);
    expect(states(world)).toEqual(['completed', 'error']);
    expect(imageOf(world, imageId).state).toBe('deregistered');
    expect(orphansIn(world)).toHaveLength(2);
  });

  it('may be copied to the end, for nothing', async () => {
    const { world, clock, imageId } = await half({ 'cancelled-copy-snapshots': 'completed' });
    await deregister(world, { ImageId: imageId }, 1, ireland);
    expect(states(world)).toEqual(['completed', 'pending']);
    clock.advance(60_000);
    expect(orphansIn(world).map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(imageOf(world, imageId).state).toBe('deregistered');
  });

  it.each(['error', 'completed'])('takes its snapshots with it on request (%s)', async (remains) => {
    const { world, clock, imageId } = await half({ 'cancelled-copy-snapshots': remains });
    expect(Object.values(await removeWithSnapshots(world, imageId, ireland))).toEqual(['success', 'success']);
    expect(states(world)).toEqual([]);
    clock.advance(60_000);
    expect(orphansIn(world)).toEqual([]);
  });

  it('makes room for another', async () => {
    const { world } = fixture({ quotas: { 'concurrent-copies': 1, 'time-based-mib-per-second': 1 } });
    const timed = { SnapshotCopyCompletionDurationMinutes: 15 };
    const { imageId } = await started(world, timed);
    await deregister(world, { ImageId: imageId }, 1, ireland);
    await started(world, timed);
  });
});

it('only snapshots of copies are orphans, and only without their image', async () => {
  const { world, clock } = fixture({ images: [image(plainImage, plainSnapshot)] });
  await started(world);
  expect(orphansIn(world)).toEqual([]);
  clock.advance(100_000);
  expect(orphansIn(world)).toEqual([]);
});
