import { DescribeSnapshotsCommand, type DescribeSnapshotsCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  encryptedSnapshot,
  failure,
  fixture,
  home,
  homeKeyArn,
  managedSnapshot,
  plainSnapshot,
  production,
  snapshot,
} from './fixture.ts';

const ask = (world: World, input: DescribeSnapshotsCommandInput, number = 1) =>
  ec2(world, number).send(new DescribeSnapshotsCommand(input));
const ids = async (world: World, input: DescribeSnapshotsCommandInput, number = 1) =>
  ((await ask(world, input, number)).Snapshots ?? []).map((found) => found.SnapshotId);
const shared = () =>
  fixture({
    images: [],
    snapshots: [
      snapshot(plainSnapshot, { 'create-volume-permissions': [production], tags: { a: '1' } }),
      snapshot(encryptedSnapshot, { key: 'alias/images' }),
    ],
  }).world;

describe('DescribeSnapshots', () => {
  it('does not find an id that is not shared with the caller', async () => {
    const world = shared();
    expect(await failure(ids(world, { SnapshotIds: [encryptedSnapshot] }, 2))).toMatchObject({
      code: 'InvalidSnapshot.NotFound',
      message: `The snapshot '${encryptedSnapshot}' does not exist.`,
    });
    expect(await failure(ids(world, { SnapshotIds: ['snap-0000000000000dead'] }))).toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
    expect(await failure(ids(world, { SnapshotIds: ['snap-1'] }))).toMatchObject({
      code: 'InvalidSnapshotID.Malformed',
    });
  });

  it('leaves it out of a search', async () => {
    expect(await ids(shared(), {}, 2)).toEqual([plainSnapshot]);
    expect(await ids(shared(), {}, 3)).toEqual([]);
  });

  it('shows key and size to whom it is shared with, but no tags', async () => {
    const world = shared();
    const [mine] = (await ask(world, { SnapshotIds: [encryptedSnapshot] })).Snapshots ?? [];
    expect(mine).toMatchObject({ KmsKeyId: homeKeyArn, Encrypted: true, VolumeSize: 8, Progress: '100%' });
    const [theirs] = (await ask(world, { SnapshotIds: [plainSnapshot] }, 2)).Snapshots ?? [];
    expect(theirs).toMatchObject({ OwnerId: home, VolumeSize: 8 });
    expect(theirs).not.toHaveProperty('Tags');
  });

  it('goes by owner, by who may restore and by filters', async () => {
    const world = shared();
    expect(await ids(world, { OwnerIds: ['self'] })).toEqual([plainSnapshot, encryptedSnapshot]);
    expect(await ids(world, { OwnerIds: ['self'] }, 2)).toEqual([]);
    expect(await ids(world, { RestorableByUserIds: ['self'] }, 2)).toEqual([plainSnapshot]);
    expect(await ids(world, { RestorableByUserIds: [production] })).toEqual([plainSnapshot]);
    expect(await ids(world, { Filters: [{ Name: 'tag:a', Values: ['1'] }] })).toEqual([plainSnapshot]);
    expect(await ids(world, { Filters: [{ Name: 'encrypted', Values: ['true'] }] })).toEqual([
      encryptedSnapshot,
    ]);
    expect(await ids(world, { Filters: [{ Name: 'status', Values: ['pending'] }] })).toEqual([]);
    expect(await failure(ids(world, { Filters: [{ Name: 'colour', Values: ['red'] }] }))).toMatchObject({
      code: 'InvalidParameterValue',
    });
  });

  it('has pages, but not of ids', async () => {
    const { world } = fixture();
    expect(await ids(world, { OwnerIds: ['self'], MaxResults: 5 })).toHaveLength(3);
    expect(await failure(ids(world, { MaxResults: 5, SnapshotIds: [managedSnapshot] }))).toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });
});
