import {
  DescribeImageAttributeCommand,
  DescribeSnapshotAttributeCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  fixture,
  home,
  image,
  managedImage,
  managedSnapshot,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
  stranger,
  user,
} from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';
import { codeOf, look } from './fixture-removal.ts';

const ids = (...accounts: string[]) => accounts.map((UserId) => ({ UserId }));
const many = (count: number) => ids(...Array.from({ length: count }, (_, n) => String(100_000_000_000 + n)));

/** Taking permissions away, and what is read of them, of images and of snapshots. */
const images = {
  remove: (world: World, Remove: { UserId: string }[], ImageId = plainImage) =>
    ec2(world).send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Remove } })),
  read: async (world: World, ImageId = plainImage) =>
    (
      await ec2(world).send(new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }))
    ).LaunchPermissions?.map(({ UserId }) => UserId),
};
const snapshots = {
  remove: (world: World, Remove: { UserId: string }[], SnapshotId = plainSnapshot) =>
    ec2(world).send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Remove } })),
  read: async (world: World, SnapshotId = plainSnapshot) =>
    (
      await ec2(world).send(
        new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }),
      )
    ).CreateVolumePermissions?.map(({ UserId }) => UserId),
};
const all = [production, stranger];
const shared = (parts: object = {}) =>
  fixture({
    snapshots: [
      snapshot(plainSnapshot, { 'create-volume-permissions': all }),
      snapshot(managedSnapshot, { key: 'alias/aws/ebs', 'create-volume-permissions': all }),
    ],
    images: [
      image(plainImage, plainSnapshot, { 'launch-permissions': all }),
      image(managedImage, managedSnapshot, { 'launch-permissions': all }),
    ],
    ...parts,
  });

describe.each([
  ['ModifyImageAttribute', images],
  ['ModifySnapshotAttribute', snapshots],
])('%s', (action, { remove, read }) => {
  it('takes away what is there, and succeeds for what is not', async () => {
    const { world } = shared();
    await remove(world, ids(stranger, home));
    await remove(world, ids(stranger));
    expect(await read(world)).toEqual([production]);
  });

  it('takes away at most 500 at a time', async () => {
    const { world } = shared();
    expect(await codeOf(remove(world, many(501)))).toBe('InvalidParameterValue');
    await remove(world, many(500));
    expect(await read(world)).toEqual(all);
  });

  it('is seen after its lag', async () => {
    const { world, clock } = shared({ switches: { 'attribute-lag-seconds': 30 } });
    await remove(world, ids(...all));
    clock.advance(29_999);
    expect(await read(world)).toEqual(all);
    clock.advance(1);
    expect(await read(world)).toEqual([]);
  });

  it('needs its permission', async () => {
    const accounts = [{ id: home, name: 'home', users: [user(1, [])] }];
    const { world } = shared({ accounts });
    expect(await codeOf(remove(world, ids(stranger)))).toBe('UnauthorizedOperation');
    expect(world.record[0]?.action).toBe(action);
  });
});

it('what could not be shared under the key of AWS can still be closed', async () => {
  const { world } = shared();
  await images.remove(world, ids(stranger), managedImage);
  await snapshots.remove(world, ids(stranger), managedSnapshot);
  expect(await images.read(world, managedImage)).toEqual([production]);
  expect(await snapshots.read(world, managedSnapshot)).toEqual([production]);
});

it.each(['pending', 'failed', 'disabled'])(
  'nothing is taken away from an image that is %s',
  async (state) => {
    const { world } = shared({
      images: [image(plainImage, plainSnapshot, { state, 'launch-permissions': all })],
    });
    expect(await codeOf(images.remove(world, ids(stranger)))).toBe('InvalidAMIID.Unavailable');
  },
);

it('who lost access sees nothing and copies nothing, once it is seen', async () => {
  const { world, clock } = shared({ switches: { 'attribute-lag-seconds': 30 } });
  await images.remove(world, ids(production));
  await snapshots.remove(world, ids(stranger));
  expect(await look(world, undefined, 2)).toHaveLength(1);
  await copy(world, {}, undefined, 2);
  clock.advance(30_000);
  expect(await look(world, undefined, 2)).toEqual([]);
  expect(await refused(world, {}, undefined, 2)).toMatchObject({ code: 'InvalidAMIID.NotFound' });
  expect(await refused(world, {}, undefined, 3)).toMatchObject({ code: 'InvalidRequest' });
});
