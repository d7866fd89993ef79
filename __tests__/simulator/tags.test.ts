import {
  CreateTagsCommand,
  DescribeRegionsCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  home,
  image,
  imageOf,
  ireland,
  irelandKeyArn,
  plainImage,
  plainSnapshot,
  user,
} from './fixture.ts';

const tag = (world: World, tags: Record<string, string>, resources = [plainImage], number = 1) =>
  ec2(world, number).send(
    new CreateTagsCommand({
      Resources: resources,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, '']));
const tagsOf = (world: World) => Object.fromEntries(imageOf(world, plainImage).tags);

describe('CreateTags', () => {
  it('adds and overwrites, on images and snapshots together, pending ones too', async () => {
    const { world } = fixture({
      images: [image(plainImage, plainSnapshot, { tags: { a: '1' }, state: 'pending' })],
    });
    await tag(world, { a: '2', b: '3' }, [plainImage, plainSnapshot]);
    expect(tagsOf(world)).toEqual({ a: '2', b: '3' });
    expect([...(world.snapshots.get(plainSnapshot)?.tags ?? [])]).toHaveLength(2);
  });

  it('is all or nothing', async () => {
    const { world } = fixture();
    expect(await failure(tag(world, { b: '' }, [plainImage, 'snap-0000000000000dead']))).toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
    expect(tagsOf(world)).toEqual({ version: '1' });
  });

  it.each([
    [{ 'aws:x': '' }, 'InvalidTagKey.Malformed'],
    [{ ['k'.repeat(128)]: '' }, 'InvalidParameterValue'],
    [{ k: 'v'.repeat(257) }, 'InvalidParameterValue'],
    [{ '': 'v' }, 'InvalidParameterValue'],
  ])('refuses %j', async (tags: Record<string, string>, code) => {
    expect(await failure(tag(fixture().world, tags))).toMatchObject({ code });
  });

  it('leaves room for 50 tags', async () => {
    const { world } = fixture();
    await tag(world, many(49));
    expect(await failure(tag(world, { another: '' }))).toMatchObject({ code: 'TagLimitExceeded' });
    await tag(world, { k0: 'changed' });
  });

  it('counts no tags of AWS', async () => {
    const { world } = fixture();
    imageOf(world, plainImage).tags.set('aws:of', 'AWS');
    await tag(world, many(49));
  });

  it('refuses what is no id, or not there yet', async () => {
    const { world } = fixture();
    expect(await failure(tag(world, { a: '' }, ['x']))).toMatchObject({ code: 'InvalidID' });
    imageOf(world, plainImage).hiddenUntil = Number.POSITIVE_INFINITY;
    expect(await failure(tag(world, { a: '' }))).toMatchObject({ code: 'InvalidAMIID.NotFound' });
  });

  it('keeps tags of the owner only, and complains about others', async () => {
    const { world } = fixture();
    expect(await failure(tag(world, { a: '' }, [plainImage], 2))).toMatchObject({
      code: 'UnsupportedOperation',
    });
    expect(world.complaints).toHaveLength(1);
  });
});

describe('reads of a Region', () => {
  it('DescribeRegions tells what the account has enabled', async () => {
    const { world } = fixture();
    const names = async (input: object, number = 1) =>
      (await ec2(world, number).send(new DescribeRegionsCommand(input))).Regions ?? [];
    expect(await names({})).toHaveLength(18);
    expect(await names({}, 2)).toHaveLength(17);
    expect(await names({ AllRegions: true })).toHaveLength(34);
    const asked = await names({ AllRegions: true, RegionNames: ['eu-south-1', 'af-south-1', ireland] });
    expect(asked.map((one) => one.OptInStatus)).toEqual(['opted-in', 'not-opted-in', 'opt-in-not-required']);
    expect(asked[2]?.Endpoint).toBe('ec2.eu-west-1.amazonaws.com');
    expect(await failure(names({ RegionNames: ['eu-west-9'] }))).toMatchObject({
      code: 'InvalidParameterValue',
    });
    expect(
      await names({ AllRegions: true, Filters: [{ Name: 'opt-in-status', Values: ['not-opted-in'] }] }),
    ).toHaveLength(16);
  });

  it('the EBS defaults: an alias for the key that AWS manages, an ARN for another', async () => {
    const regions = { [ireland]: { 'encryption-by-default': true, 'default-key': 'alias/images' } };
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1)], regions }] });
    const defaults = async (region?: string) => {
      const client = ec2(world, 1, region);
      const on = await client.send(new GetEbsEncryptionByDefaultCommand({}));
      const key = await client.send(new GetEbsDefaultKmsKeyIdCommand({}));
      return [on.EbsEncryptionByDefault, key.KmsKeyId];
    };
    expect(await defaults()).toEqual([false, 'alias/aws/ebs']);
    expect(await defaults(ireland)).toEqual([true, irelandKeyArn]);
  });
});
