import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { ec2, fixture, frankfurt, image, plainImage, plainSnapshot } from './fixture.ts';
import { copy } from './fixture-copy.ts';

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
