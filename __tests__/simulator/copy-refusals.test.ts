import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, trialsOf } from '../../simulator/look.ts';
import {
  encryptedImage,
  encryptedSnapshot,
  fixture,
  frankfurt,
  home,
  image,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
} from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';

describe('CopyImage refuses', () => {
  it('a source that does not exist, is in another Region, or is not shared with the caller', async () => {
    const { world } = fixture();
    const unknown = { SourceImageId: 'ami-0000000000000dead' };
    expect(await refused(world, unknown)).toMatchObject({
      code: 'InvalidAMIID.NotFound',
      message: "The image id '[ami-0000000000000dead]' does not exist",
    });
    expect(await refused(world, { SourceRegion: ireland })).toMatchObject({ code: 'InvalidAMIID.NotFound' });
    expect(await refused(world, {}, ireland, 2)).toMatchObject({ code: 'InvalidAMIID.NotFound' });
    expect(await refused(world, { SourceImageId: 'ami-xyz' })).toMatchObject({
      code: 'InvalidAMIID.Malformed',
    });
  });

  it('a shared image whose snapshots are not shared', async () => {
    const { world } = fixture({
      images: [image(plainImage, plainSnapshot, { 'launch-permissions': [production] })],
    });
    expect(await refused(world, {}, ireland, 2)).toMatchObject({
      code: 'InvalidRequest',
      message: 'You do not have permission to access the storage of this ami',
    });
  });

  it('a source that is not available', async () => {
    const { world } = fixture({ images: [image(plainImage, plainSnapshot, { state: 'pending' })] });
    expect(await refused(world, {})).toMatchObject({ code: 'InvalidAMIID.Unavailable' });
  });

  it('Marketplace and billing codes across accounts, but not within one', async () => {
    for (const codes of [{ 'product-codes': ['abc'] }, { billed: true }]) {
      const { world } = fixture({
        snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production] })],
        images: [image(plainImage, plainSnapshot, { ...codes, 'launch-permissions': [production] })],
      });
      expect(await refused(world, {}, ireland, 2)).toMatchObject({ code: 'InvalidRequest' });
      await copy(world);
    }
  });

  it('Encrypted=false for an encrypted source, and a key without Encrypted', async () => {
    const { world } = fixture();
    expect(await refused(world, { SourceImageId: encryptedImage, Encrypted: false })).toMatchObject({
      code: 'InvalidRequest',
      message: `Snapshot ${encryptedSnapshot} is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.`,
    });
    expect(await refused(world, { KmsKeyId: 'alias/images' })).toMatchObject({
      code: 'InvalidParameterDependency',
    });
  });

  it('Regions that do not exist or are not enabled', async () => {
    const { world } = fixture();
    expect(await refused(world, { SourceRegion: 'eu-central-9' })).toMatchObject({ code: 'InvalidRegion' });
    expect(await refused(world, { SourceRegion: 'af-south-1' })).toMatchObject({
      code: 'AuthFailure',
      status: 401,
    });
    expect(await refused(world, {}, 'af-south-1')).toMatchObject({ code: 'AuthFailure', status: 401 });
    await copy(world, {}, 'eu-south-1');
  });

  it('malformed names and descriptions', async () => {
    const { world } = fixture();
    for (const Name of ['ab', 'x'.repeat(129), 'with#hash']) {
      expect(await refused(world, { Name })).toMatchObject({ code: 'InvalidAMIName.Malformed' });
    }
    expect(await refused(world, { Description: 'x'.repeat(256) })).toMatchObject({
      code: 'InvalidParameterValue',
    });
  });

  it('tags of other resources, too many of them, and those of AWS', async () => {
    const { world } = fixture();
    const tags = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    const tagged = (ResourceType: 'image' | 'volume', Tags: { Key: string; Value: string }[]) =>
      refused(world, { TagSpecifications: [{ ResourceType, Tags }] });
    const twice = [1, 2].map(() => ({ ResourceType: 'image' as const, Tags: tags(1) }));
    expect(await refused(world, { TagSpecifications: twice })).toMatchObject({
      code: 'InvalidParameterValue',
    });
    expect(await tagged('volume', tags(1))).toMatchObject({ code: 'InvalidParameterValue' });
    expect(await tagged('image', tags(51))).toMatchObject({ code: 'TagLimitExceeded' });
    expect(await tagged('image', [{ Key: 'aws:x', Value: '' }])).toMatchObject({
      code: 'InvalidTagKey.Malformed',
    });
  });

  it('more copies at a time than the quota', async () => {
    const { world, clock } = fixture({ quotas: { 'concurrent-copies': 2 } });
    await copy(world);
    await copy(world);
    expect(await refused(world, {})).toMatchObject({ code: 'ResourceLimitExceeded' });
    await copy(world, {}, frankfurt);
    clock.advance(100_000);
    await copy(world);
  });

  it('more images than the quota', async () => {
    const { world } = fixture({ quotas: { images: 1 } });
    await copy(world);
    expect(await refused(world, {})).toMatchObject({ code: 'ResourceLimitExceeded' });
  });

  it('parameters that the simulator does not know, and complains', async () => {
    const { world } = fixture();
    expect(await refused(world, { DestinationOutpostArn: 'arn:x' })).toMatchObject({
      code: 'UnsupportedOperation',
    });
    expect(world.complaints).toHaveLength(1);
  });
});

it('a dry run only says whether IAM allows it', async () => {
  const { world } = fixture();
  const dry = { DryRun: true, SourceImageId: 'ami-0000000000000dead' };
  expect(await refused(world, dry)).toMatchObject({ code: 'DryRunOperation', status: 412 });
  expect(imagesIn(world, home, ireland)).toEqual([]);
  expect(callsOf(world, 'CopyImage')).toEqual([]);
  expect(trialsOf(world, 'CopyImage')[0]?.code).toBe('DryRunOperation');
});
