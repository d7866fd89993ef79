import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import {
  allowAll,
  ec2,
  failure,
  fixture,
  home,
  image,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
  user,
} from './fixture.ts';
import { codeOf, deleteSnapshot, deregister, started } from './fixture-removal.ts';

const other = 'ami-0000000000000000d';
const loose = { images: [] };

describe('DeleteSnapshot', () => {
  it('deletes what no image uses, once', async () => {
    const { world } = fixture(loose);
    await deleteSnapshot(world);
    expect(world.snapshots.has(plainSnapshot)).toBe(false);
    expect(await codeOf(deleteSnapshot(world))).toBe('InvalidSnapshot.NotFound');
    const read = new DescribeSnapshotsCommand({ SnapshotIds: [plainSnapshot] });
    expect(await codeOf(ec2(world).send(read))).toBe('InvalidSnapshot.NotFound');
  });

  it.each(['available', 'pending', 'failed', 'disabled'])(
    'refuses what an image uses that is %s',
    async (state) => {
      const images = [image(plainImage, plainSnapshot, { state }), image(other, plainSnapshot)];
      const { world } = fixture({ images });
      expect(await failure(deleteSnapshot(world))).toMatchObject({
        code: 'InvalidSnapshot.InUse',
        status: 400,
        message: `The snapshot ${plainSnapshot} is currently in use by ${plainImage}, ${other}`,
      });
    },
  );

  it('waits for the last image', async () => {
    const { world } = fixture({
      images: [image(plainImage, plainSnapshot), image(other, plainSnapshot)],
    });
    await deregister(world);
    expect(await codeOf(deleteSnapshot(world))).toBe('InvalidSnapshot.InUse');
    await deregister(world, { ImageId: other });
    await deleteSnapshot(world);
  });

  it('finds the snapshot in use for a while after its image has gone', async () => {
    const { world, clock } = fixture({ switches: { 'in-use-lag-seconds': 30 } });
    await deregister(world);
    clock.advance(29_999);
    expect(await codeOf(deleteSnapshot(world))).toBe('InvalidSnapshot.InUse');
    clock.advance(1);
    await deleteSnapshot(world);
  });

  it('knows the snapshots of the caller in this Region only', async () => {
    const shared = [snapshot(plainSnapshot, { 'create-volume-permissions': [production] })];
    const { world } = fixture({ images: [], snapshots: shared });
    expect(await codeOf(deleteSnapshot(world, plainSnapshot, 2))).toBe('AuthFailure');
    expect(await codeOf(deleteSnapshot(world, plainSnapshot, 3))).toBe('InvalidSnapshot.NotFound');
    expect(await codeOf(deleteSnapshot(world, plainSnapshot, 1, ireland))).toBe('InvalidSnapshot.NotFound');
    expect(await codeOf(deleteSnapshot(world, 'snap-1'))).toBe('InvalidSnapshotID.Malformed');
    expect(world.snapshots.has(plainSnapshot)).toBe(true);
  });

  it('does not find what reads do not show yet', async () => {
    const { world } = fixture({ switches: { 'visibility-lag-seconds': 10 } });
    const { snapshotId } = await started(world);
    expect(await codeOf(deleteSnapshot(world, snapshotId, 1, ireland))).toBe('InvalidSnapshot.NotFound');
  });

  it('needs ec2:DeleteSnapshot on the snapshot', async () => {
    const deny = {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: 'ec2:DeleteSnapshot', Resource: '*' },
    };
    const accounts = [{ id: home, name: 'home', users: [user(1, [allowAll, deny])] }];
    const refusal = await failure(deleteSnapshot(fixture({ ...loose, accounts }).world));
    expect(refusal.code).toBe('UnauthorizedOperation');
    expect(refusal.message).toContain(`::snapshot/${plainSnapshot}`);
  });
});
