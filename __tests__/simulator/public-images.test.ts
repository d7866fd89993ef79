import {
  CopyImageCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  imageOf,
  ireland,
  plainImage,
  plainSnapshot,
  user,
} from './fixture.ts';

const open = {
  accounts: [
    {
      id: home,
      name: 'home',
      users: [user(1)],
      regions: { [frankfurt]: { 'public-sharing': true }, [ireland]: { 'public-sharing': true } },
    },
  ],
};
const publish = (world: World, ImageId = plainImage, region = frankfurt) =>
  ec2(world, 1, region).send(
    new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ Group: 'all' }] } }),
  );
const ids = Array.from({ length: 6 }, (_, index) => `ami-00000000000000f${index}0`);
const six = { ...open, images: ids.map((id) => image(id, plainSnapshot)) };

describe('an image does not become public', () => {
  it.each([
    ['with Marketplace codes', { 'product-codes': ['abc'] }],
    ['with a watermark', { watermarks: [`${home}:hardened`] }],
  ])('%s', async (_, more) => {
    const { world } = fixture({ ...open, images: [image(plainImage, plainSnapshot, more)] });
    expect(await failure(publish(world))).toMatchObject({ code: 'OperationNotPermitted' });
    expect(imageOf(world, plainImage).launchPermissions.current).toEqual([]);
    await ec2(world).send(
      new ModifyImageAttributeCommand({
        ImageId: plainImage,
        LaunchPermission: { Remove: [{ Group: 'all' }] },
      }),
    );
  });

  it('beyond the quota of its Region', async () => {
    const { world, clock } = fixture(six);
    for (const id of ids.slice(0, 5)) {
      await publish(world, id);
    }
    expect(await failure(publish(world, ids[5]))).toMatchObject({
      code: 'ResourceLimitExceeded',
      message: expect.stringMatching(
        /^You have reached your quota of 5 for the number of public images allowed in this Region\./,
      ),
    });
    await publish(world, ids[4]);
    const { ImageId } = await ec2(world, 1, ireland).send(
      new CopyImageCommand({ Name: 'copy', SourceImageId: ids[0], SourceRegion: frankfurt }),
    );
    clock.advance(100_000);
    await publish(world, ImageId, ireland);
  });

  it('beyond a quota that was set, until another is private again', async () => {
    const { world } = fixture({ ...six, quotas: { 'public-images': 1 } });
    await publish(world, ids[0]);
    expect(await failure(publish(world, ids[1]))).toMatchObject({ code: 'ResourceLimitExceeded' });
    await ec2(world).send(
      new ModifyImageAttributeCommand({
        ImageId: ids[0],
        LaunchPermission: { Remove: [{ Group: 'all' }] },
      }),
    );
    await publish(world, ids[1]);
  });
});

it('a public image is found as such by everybody', async () => {
  const { world } = fixture(six);
  await publish(world, ids[0]);
  const search = { Filters: [{ Name: 'is-public', Values: ['true'] }] };
  const { Images } = await ec2(world).send(new DescribeImagesCommand(search));
  expect(Images?.map(({ ImageId, Public }) => [ImageId, Public])).toEqual([[ids[0], true]]);
});

describe('a call changes at most 500 permissions', () => {
  const accounts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ UserId: String(400_000_000_000 + index) }));
  const tooMany = {
    code: 'InvalidParameterValue',
    message: 'Modification size must not be greater than 500.',
  };

  it('of an image, additions and removals together', async () => {
    const { world } = fixture();
    const change = (add: number, remove: number, DryRun = false) =>
      ec2(world).send(
        new ModifyImageAttributeCommand({
          ImageId: plainImage,
          LaunchPermission: { Add: accounts(add), Remove: accounts(remove) },
          DryRun,
        }),
      );
    expect(await failure(change(501, 0))).toMatchObject(tooMany);
    expect(await failure(change(250, 251))).toMatchObject(tooMany);
    expect(await failure(change(501, 0, true))).toMatchObject(tooMany);
    await change(500, 0);
    expect(imageOf(world, plainImage).launchPermissions.current).toHaveLength(500);
  });

  it('of an image in the flat form', async () => {
    const { world } = fixture();
    const UserIds = accounts(501).map(({ UserId }) => UserId);
    const flat = { ImageId: plainImage, Attribute: 'launchPermission', OperationType: 'add' } as const;
    const call = ec2(world).send(new ModifyImageAttributeCommand({ ...flat, UserIds }));
    expect(await failure(call)).toMatchObject(tooMany);
  });

  it('of a snapshot', async () => {
    const change = (count: number) =>
      ec2(fixture().world).send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: plainSnapshot,
          CreateVolumePermission: { Add: accounts(count) },
        }),
      );
    expect(await failure(change(501))).toMatchObject(tooMany);
    await change(500);
  });
});
