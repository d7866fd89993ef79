import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { imagesIn, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  encryptedImage,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  imageOf,
  ireland,
  managedImage,
  managedSnapshot,
  plainImage,
  plainSnapshot,
  production,
  stranger,
  user,
} from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';

const absentImage = 'ami-0000000000000dead';
const absentSnapshot = 'snap-0000000000000dead';
const launch = { LaunchPermission: { Add: [{ UserId: production }] } };
const restore = { CreateVolumePermission: { Add: [{ UserId: production }] } };
const Tags = [{ Key: 'version', Value: '2' }];
const DryRun = true;

/** Every mutating action, once with a request that would succeed and once with one that the state forbids. */
const actions: Readonly<Record<string, readonly ((world: World) => Promise<unknown>)[]>> = {
  CopyImage: [
    (world) => copy(world, { DryRun }),
    (world) => copy(world, { DryRun, SourceImageId: absentImage }),
    (world) => copy(world, { DryRun, SourceImageId: encryptedImage, Encrypted: false }),
  ],
  CreateTags: [
    (world) => ec2(world).send(new CreateTagsCommand({ DryRun, Resources: [plainImage], Tags })),
    (world) => ec2(world).send(new CreateTagsCommand({ DryRun, Resources: [absentImage], Tags })),
  ],
  DeleteSnapshot: [
    (world) => ec2(world).send(new DeleteSnapshotCommand({ DryRun, SnapshotId: plainSnapshot })),
    (world) => ec2(world).send(new DeleteSnapshotCommand({ DryRun, SnapshotId: absentSnapshot })),
  ],
  DeleteTags: [
    (world) => ec2(world).send(new DeleteTagsCommand({ DryRun, Resources: [plainImage] })),
    (world) => ec2(world).send(new DeleteTagsCommand({ DryRun, Resources: [absentSnapshot] })),
  ],
  DeregisterImage: [
    (world) => ec2(world).send(new DeregisterImageCommand({ DryRun, ImageId: plainImage })),
    (world) => ec2(world).send(new DeregisterImageCommand({ DryRun, ImageId: absentImage })),
  ],
  ModifyImageAttribute: [
    (world) => ec2(world).send(new ModifyImageAttributeCommand({ DryRun, ImageId: plainImage, ...launch })),
    (world) => ec2(world).send(new ModifyImageAttributeCommand({ DryRun, ImageId: managedImage, ...launch })),
    (world) => ec2(world).send(new ModifyImageAttributeCommand({ DryRun, ImageId: absentImage, ...launch })),
    (world) =>
      ec2(world).send(
        new ModifyImageAttributeCommand({
          DryRun,
          ImageId: encryptedImage,
          LaunchPermission: { Add: [{ Group: 'all' }] },
        }),
      ),
  ],
  ModifySnapshotAttribute: [
    (world) =>
      ec2(world).send(new ModifySnapshotAttributeCommand({ DryRun, SnapshotId: plainSnapshot, ...restore })),
    (world) =>
      ec2(world).send(
        new ModifySnapshotAttributeCommand({ DryRun, SnapshotId: managedSnapshot, ...restore }),
      ),
    (world) =>
      ec2(world).send(new ModifySnapshotAttributeCommand({ DryRun, SnapshotId: absentSnapshot, ...restore })),
  ],
};

/** All of a world that a dry run might change. */
const stateOf = (world: World): string =>
  JSON.stringify([
    [...world.images.values()].map((one) => [one, [...one.tags]]),
    [...world.snapshots.values()].map((one) => [one, [...one.tags]]),
    world.copies,
    [...world.tokens],
  ]);

describe.each(Object.entries(actions))('a dry run of %s', (action, calls) => {
  it('says that it would have succeeded, whatever the state, and changes nothing', async () => {
    const { world } = fixture();
    const before = stateOf(world);
    for (const call of calls) {
      expect(await failure(call(world))).toMatchObject({ code: 'DryRunOperation', status: 412 });
    }
    expect(stateOf(world)).toBe(before);
    expect(world.record).toHaveLength(calls.length);
  });

  it('says who is not allowed', async () => {
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1, [])] }] });
    for (const call of calls) {
      expect(await failure(call(world))).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
    }
  });

  it('takes a token of the bucket', async () => {
    const { world } = fixture({ quotas: { rates: { [action]: { burst: 1, 'per-second': 0 } } } });
    const [call = () => Promise.resolve()] = calls;
    expect((await failure(call(world))).code).toBe('DryRunOperation');
    expect((await failure(call(world))).code).toBe('RequestLimitExceeded');
  });
});

it('a dry run neither uses a ClientToken nor minds a used one', async () => {
  const { world } = fixture();
  const token = { ClientToken: 'once' };
  expect(await refused(world, { ...token, Name: 'another', DryRun })).toMatchObject({
    code: 'DryRunOperation',
  });
  await copy(world, token);
  expect(await refused(world, { ...token, Name: 'another', DryRun })).toMatchObject({
    code: 'DryRunOperation',
  });
  expect(imagesIn(world, home, ireland)).toHaveLength(1);
});

describe('where a dry run judges everything', () => {
  const shared = (permissions: Record<string, unknown> = {}) =>
    fixture({
      switches: { 'dry-run': 'everything' },
      images: [image(plainImage, plainSnapshot, permissions)],
    }).world;

  it('a copy meets the errors of its source', async () => {
    const seen = shared({ 'launch-permissions': [production] });
    expect(await refused(seen, { DryRun, SourceImageId: absentImage })).toMatchObject({
      code: 'InvalidAMIID.NotFound',
    });
    expect(await refused(seen, { DryRun }, ireland, 3)).toMatchObject({ code: 'InvalidAMIID.NotFound' });
    expect(await refused(seen, { DryRun }, ireland, 2)).toMatchObject({
      code: 'InvalidRequest',
      message: 'You do not have permission to access the storage of this ami',
    });
    expect(await refused(seen, { DryRun })).toMatchObject({ code: 'DryRunOperation' });
    expect(snapshotsIn(seen, home, ireland)).toEqual([]);
  });

  it('who may not copy learns nothing of the source', async () => {
    const { world } = fixture({
      switches: { 'dry-run': 'everything' },
      accounts: [{ id: home, name: 'home', users: [user(1, [])] }],
    });
    const absent = { DryRun, SourceImageId: absentImage };
    expect(await refused(world, absent)).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  it('a token still answers when its source has gone', async () => {
    const world = shared();
    const id = await copy(world, { ClientToken: 'once' });
    imageOf(world, plainImage).state = 'deregistered';
    expect(await copy(world, { ClientToken: 'once' })).toBe(id);
  });

  it('no other action sees more', async () => {
    const world = shared();
    const add = { LaunchPermission: { Add: [{ UserId: stranger }] } };
    const call = ec2(world, 1, frankfurt).send(
      new ModifyImageAttributeCommand({ DryRun, ImageId: absentImage, ...add }),
    );
    expect(await failure(call)).toMatchObject({ code: 'DryRunOperation' });
  });
});
