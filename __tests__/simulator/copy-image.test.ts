import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { imagesIn, liveImagesIn, snapshotsIn } from '../../simulator/look.ts';
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
  production,
  snapshot,
} from './fixture.ts';
import { copy } from './fixture-copy.ts';

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
    const byName = { Filters: [{ Name: 'name', Values: ['copy'] }] };
    expect((await ec2(world, 1, ireland).send(new DescribeImagesCommand(byName))).Images).toEqual([]);
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
    await copy(world, {
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'run', Value: '7' }] }],
    });
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
    expect(done?.Description).toMatch(
      /^Copied for DestinationAmi ami-\w+ from SourceAmi ami-0+a for SourceSnapshot snap-0+a\. Task created on [\d,]+\.$/,
    );
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
