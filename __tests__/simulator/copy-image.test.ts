import { CopyImageCommand, type CopyImageCommandInput, DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  encryptedImage,
  encryptedSnapshot,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  imageOf,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
} from './fixture.ts';

const request = { Name: 'copy', SourceImageId: plainImage, SourceRegion: frankfurt } as const;
const copy = async (world: World, input: Partial<CopyImageCommandInput> = {}, region = ireland, number = 1) =>
  (await ec2(world, number, region).send(new CopyImageCommand({ ...request, ...input }))).ImageId ?? '';
const refused = (world: World, input: Partial<CopyImageCommandInput>, region = ireland, number = 1) =>
  failure(copy(world, input, region, number));

async function describeImage(world: World, id: string) {
  const { Images } = await ec2(world, 1, ireland).send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Images?.[0];
}

describe('a copy under way', () => {
  it('shows placeholders until it is available, but its tags at once', async () => {
    const { world, clock } = fixture();
    const id = await copy(world, {
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'run', Value: '7' }] }],
    });
    expect(await describeImage(world, id)).toMatchObject({
      State: 'pending',
      Architecture: 'i386',
      RootDeviceType: 'instance-store',
      VirtualizationType: 'paravirtual',
      ImageLocation: 'N/A',
      BlockDeviceMappings: [],
      Tags: [{ Key: 'run', Value: '7' }],
    });
    expect(await describeImage(world, id)).not.toHaveProperty('Name');
    clock.advance(100_000);
    expect(await describeImage(world, id)).toMatchObject({
      State: 'available',
      Name: 'copy',
      Architecture: 'x86_64',
      RootDeviceType: 'ebs',
      RootDeviceName: '/dev/xvda',
      SourceImageId: plainImage,
      SourceImageRegion: frankfurt,
    });
  });

  it('has snapshots that are found by tag and go forward with the clock', async () => {
    const { world, clock } = fixture();
    await copy(world, { TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'run', Value: '7' }] }] });
    const look = async () => {
      const filter = { Name: 'tag:run', Values: ['7'] };
      const found = await ec2(world, 1, ireland).send(new DescribeSnapshotsCommand({ Filters: [filter] }));
      return found.Snapshots?.[0];
    };
    expect(await look()).toMatchObject({
      State: 'pending',
      Progress: '0%',
      VolumeSize: 0,
      Encrypted: false,
      StateMessage: 'Metadata not updated',
    });
    clock.advance(40_000);
    expect(await look()).toMatchObject({ State: 'pending', Progress: '40%' });
    clock.advance(60_000);
    const done = await look();
    expect(done).toMatchObject({ State: 'completed', Progress: '100%', VolumeSize: 8 });
    expect(done).toHaveProperty('CompletionTime');
    expect(done).not.toHaveProperty('StateMessage');
    expect(done?.Description).toMatch(/^Copied for DestinationAmi ami-\w+ from SourceAmi ami-0+a for SourceSnapshot snap-0+a\. Task created on [\d,]+\.$/);
  });

  it('takes as long as its largest snapshot where the speed counts gibibytes, times the factor of the Region', async () => {
    const second = 'snap-0000000000000000e';
    const { world, clock } = fixture({
      copying: { 'gib-per-second': 2, factors: { [ireland]: 3 } },
      snapshots: [snapshot(plainSnapshot), snapshot(second, { 'size-gib': 20 })],
      images: [
        image(plainImage, plainSnapshot, {
          devices: [
            { name: '/dev/xvda', snapshot: plainSnapshot },
            { name: '/dev/sdf', snapshot: second },
          ],
        }),
      ],
    });
    const id = await copy(world);
    clock.advance(12_000);
    expect(snapshotsIn(world, home, ireland).map((one) => one.state)).toEqual(['completed', 'pending']);
    clock.advance(17_999);
    expect(imagesIn(world, home, ireland)[0]?.state).toBe('pending');
    clock.advance(1);
    expect(imagesIn(world, home, ireland)[0]?.state).toBe('available');
    expect(imageOf(world, id).devices).toHaveLength(2);
  });

  it('copies neither permissions nor, from another account, tags', async () => {
    const { world } = fixture({
      snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production], tags: { a: '1' } })],
      images: [image(plainImage, plainSnapshot, { tags: { a: '1' }, 'launch-permissions': [production] })],
    });
    const own = imageOf(world, await copy(world, { CopyImageTags: true }));
    expect([...own.tags]).toEqual([['a', '1']]);
    expect(own.launchPermissions.current).toEqual([]);
    const pulled = imageOf(world, await copy(world, { CopyImageTags: true }, ireland, 2));
    expect(pulled.account).toBe(production);
    expect(pulled.tags.size).toBe(0);
    for (const account of [home, production]) {
      const [made] = snapshotsIn(world, account, ireland);
      expect(made?.tags.size).toBe(0);
      expect(made?.createVolumePermissions.current).toEqual([]);
    }
  });

  it('lets the tags of the request go before those of the source', async () => {
    const { world } = fixture();
    const id = await copy(world, {
      CopyImageTags: true,
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'version', Value: '2' }] }],
    });
    expect([...imageOf(world, id).tags]).toEqual([['version', '2']]);
  });

  it('may have the name of another image', async () => {
    const { world } = fixture();
    await copy(world, {}, frankfurt);
    await copy(world, {}, frankfurt);
    expect(liveImagesIn(world, home, frankfurt).filter((one) => one.name === 'copy')).toHaveLength(2);
  });

  it('is not found, then left out, then there, where visibility lags', async () => {
    const { world, clock } = fixture({ switches: { 'visibility-lag-seconds': 20 } });
    const id = await copy(world);
    expect(await failure(describeImage(world, id))).toMatchObject({ code: 'InvalidAMIID.NotFound' });
    clock.advance(10_000);
    expect(await describeImage(world, id)).toBeUndefined();
    const mine = await ec2(world, 1, ireland).send(new DescribeImagesCommand({ Owners: ['self'] }));
    expect(mine.Images).toEqual([]);
    clock.advance(10_000);
    expect(await describeImage(world, id)).toMatchObject({ State: 'pending' });
  });

  it('never appears where the switch says so', async () => {
    const { world, clock } = fixture({ switches: { 'copy-never-appears': true } });
    const id = await copy(world);
    clock.advance(1_000_000_000);
    expect(await failure(describeImage(world, id))).toMatchObject({ code: 'InvalidAMIID.NotFound' });
  });

  it('says nothing of its source where the switch says so', async () => {
    const { world, clock } = fixture({ switches: { lineage: 'absent' } });
    const id = await copy(world);
    clock.advance(100_000);
    const found = await describeImage(world, id);
    expect(found).toMatchObject({ State: 'available' });
    expect(found).not.toHaveProperty('SourceImageId');
    expect(found).not.toHaveProperty('SourceImageRegion');
  });

  it('fails with the reason of a fault, half way and without a name', async () => {
    const { world, clock } = fixture({
      faults: [{ action: 'ec2:CopyImage', nth: 2, do: 'fail-copy', reason: 'no luck' }],
    });
    await copy(world);
    const id = await copy(world);
    clock.advance(50_000);
    const found = await describeImage(world, id);
    expect(found).toMatchObject({ State: 'failed', StateReason: { Message: 'no luck' } });
    expect(found).not.toHaveProperty('Name');
    expect(imagesIn(world, home, ireland).map((one) => one.state)).toEqual(['pending', 'failed']);
    expect(snapshotsIn(world, home, ireland)[1]).toMatchObject({ state: 'error', statusMessage: 'no luck' });
  });
});

describe('CopyImage with a ClientToken', () => {
  const token = { ClientToken: 'token-1' };

  it('makes one image, however often it is asked', async () => {
    const { world } = fixture();
    const id = await copy(world, token);
    expect(await copy(world, token)).toBe(id);
    expect(imagesIn(world, home, ireland)).toHaveLength(1);
  });

  it('refuses other parameters', async () => {
    const { world } = fixture();
    await copy(world, token);
    expect(await refused(world, { ...token, Name: 'other' })).toMatchObject({
      code: 'IdempotentParameterMismatch',
      status: 400,
    });
  });

  it('knows the token for its own account and Region only', async () => {
    const { world } = fixture();
    const id = await copy(world, token);
    expect(await copy(world, token, frankfurt)).not.toBe(id);
  });

  it('answers with the first id even after that image failed or is gone', async () => {
    const { world, clock } = fixture({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }] });
    const id = await copy(world, token);
    clock.advance(100_000);
    expect(imagesIn(world, home, ireland)[0]?.state).toBe('failed');
    expect(await copy(world, token)).toBe(id);
    imageOf(world, id).state = 'deregistered';
    expect(await copy(world, token)).toBe(id);
  });

  it('forgets the token after its time', async () => {
    const { world, clock } = fixture({ switches: { 'token-ttl-seconds': 60 } });
    const id = await copy(world, token);
    clock.advance(60_000);
    expect(await copy(world, token)).not.toBe(id);
  });

  it('takes tokens of at most 64 characters', async () => {
    const { world } = fixture();
    expect(await refused(world, { ClientToken: 'x'.repeat(65) })).toMatchObject({ code: 'InvalidParameterValue' });
    await copy(world, { ClientToken: 'x'.repeat(64) });
  });
});

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
    expect(await refused(world, { SourceImageId: 'ami-xyz' })).toMatchObject({ code: 'InvalidAMIID.Malformed' });
  });

  it('a shared image whose snapshots are not shared', async () => {
    const { world } = fixture({ images: [image(plainImage, plainSnapshot, { 'launch-permissions': [production] })] });
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
    expect(await refused(world, { KmsKeyId: 'alias/images' })).toMatchObject({ code: 'InvalidParameterDependency' });
  });

  it('Regions that do not exist or are not enabled', async () => {
    const { world } = fixture();
    expect(await refused(world, { SourceRegion: 'eu-central-9' })).toMatchObject({ code: 'InvalidRegion' });
    expect(await refused(world, { SourceRegion: 'af-south-1' })).toMatchObject({ code: 'AuthFailure', status: 401 });
    expect(await refused(world, {}, 'af-south-1')).toMatchObject({ code: 'AuthFailure', status: 401 });
    await copy(world, {}, 'eu-south-1');
  });

  it('malformed names and descriptions', async () => {
    const { world } = fixture();
    for (const Name of ['ab', 'x'.repeat(129), 'with#hash']) {
      expect(await refused(world, { Name })).toMatchObject({ code: 'InvalidAMIName.Malformed' });
    }
    expect(await refused(world, { Description: 'x'.repeat(256) })).toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('tags of other resources, too many of them, and those of AWS', async () => {
    const { world } = fixture();
    const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    const tagged = (ResourceType: 'image' | 'volume', Tags: { Key: string; Value: string }[]) =>
      refused(world, { TagSpecifications: [{ ResourceType, Tags }] });
    expect(await tagged('volume', tags(1))).toMatchObject({ code: 'InvalidParameterValue' });
    expect(await tagged('image', tags(51))).toMatchObject({ code: 'TagLimitExceeded' });
    expect(await tagged('image', [{ Key: 'aws:x', Value: '' }])).toMatchObject({ code: 'InvalidTagKey.Malformed' });
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
    expect(await refused(world, { SnapshotCopyCompletionDurationMinutes: 15 })).toMatchObject({
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
  expect(callsOf(world, 'CopyImage')[0]?.code).toBe('DryRunOperation');
});

describe('what a copy loses is a switch', () => {
  const names = [
    ['architecture', 'Architecture'],
    ['virtualizationType', 'VirtualizationType'],
    ['rootDeviceName', 'RootDeviceName'],
    ['bootMode', 'BootMode'],
    ['tpmSupport', 'TpmSupport'],
    ['imdsSupport', 'ImdsSupport'],
    ['enaSupport', 'EnaSupport'],
    ['sriovNetSupport', 'SriovNetSupport'],
    ['platformDetails', 'PlatformDetails'],
    ['usageOperation', 'UsageOperation'],
    ['volumeType', 'BlockDeviceMappings'],
    ['volumeSize', 'BlockDeviceMappings'],
    ['deleteOnTermination', 'BlockDeviceMappings'],
    ['ephemeral', 'BlockDeviceMappings'],
  ] as const;

  async function equalities(notCopied: readonly string[]) {
    const { world, clock } = fixture({
      switches: { 'not-copied': notCopied },
      images: [
        image(plainImage, plainSnapshot, {
          'boot-mode': 'uefi',
          'tpm-support': 'v2.0',
          'imds-support': 'v2.0',
          'sriov-net-support': 'simple',
          devices: [
            { name: '/dev/xvda', snapshot: plainSnapshot },
            { name: '/dev/sdb', virtual: 'ephemeral0' },
          ],
        }),
      ],
    });
    const id = await copy(world, {}, frankfurt);
    clock.advance(100_000);
    const ids = { ImageIds: [plainImage, id] };
    const { Images = [] } = await ec2(world).send(new DescribeImagesCommand(ids));
    const [source, made] = [plainImage, id].map((one) => Images.find((found) => found.ImageId === one));
    const plain = (found: typeof source, field: (typeof names)[number][1]) =>
      JSON.stringify(found?.[field])?.replace(/snap-\w+/g, 'snap');
    return (field: (typeof names)[number][1]) => plain(source, field) === plain(made, field);
  }

  it('copies everything by default', async () => {
    const same = await equalities([]);
    expect(names.filter(([, field]) => !same(field))).toEqual([]);
  });

  it.each(names)('%s changes %s alone', async (attribute, field) => {
    const same = await equalities([attribute]);
    const others = new Set(names.map(([, other]) => other).filter((other) => other !== field));
    expect(same(field)).toBe(false);
    expect([...others].filter((other) => !same(other))).toEqual([]);
  });
});
