import { describe, expect, it } from '@jest/globals';
import { equal } from '../../src/aspects/equal.ts';
import type { BlockDevice, Image } from '../../src/model/image.ts';
import { copy, copyId, holding, image, observation, source, sourceId, target } from '../support/builders.ts';
import { codesOf, failuresOf, mendsOf, writesOf } from '../support/differences.ts';

type Volume = Extract<BlockDevice, { kind: 'volume' }>;

function volume(over: Partial<Volume> = {}): Volume {
  return {
    kind: 'volume',
    deviceName: '/dev/xvda',
    snapshotId: 'snap-1',
    sizeGiB: 8,
    volumeType: 'gp3',
    deleteOnTermination: true,
    ...over,
  };
}

const data = volume({
  deviceName: '/dev/sdf',
  snapshotId: 'snap-2',
  sizeGiB: 100,
  deleteOnTermination: false,
});
const scratch: BlockDevice = { kind: 'ephemeral', deviceName: '/dev/sdb', virtualName: 'ephemeral0' };

/** What differs between a source that has `wanted` and a copy that has `found`. */
function differencesBetween(wanted: Partial<Image>, found: Partial<Image>) {
  return equal(target({ source: source({ image: image(wanted) }) }), holding({ image: copy(found) }));
}

describe('a copy that is what its source is', () => {
  it('has no difference', () => {
    expect(equal(target(), holding())).toEqual([]);
  });

  it('may have other snapshots, another name and other tags', () => {
    const found = { name: 'renamed', tags: {}, devices: [volume({ snapshotId: 'snap-9' })] };
    expect(differencesBetween({}, found)).toEqual([]);
  });

  it('may list its devices in another order', () => {
    expect(
      differencesBetween({ devices: [volume(), data, scratch] }, { devices: [scratch, data, volume()] }),
    ).toEqual([]);
  });
});

describe('what decides whether it boots, runs and is billed alike must be equal', () => {
  it.each<[string, Partial<Image>, Partial<Image>]>([
    ['architecture', {}, { architecture: 'arm64', bootMode: 'legacy-bios' }],
    ['virtualization', {}, { virtualizationType: 'paravirtual' }],
    ['root device type', {}, { rootDeviceType: 'instance-store' }],
    ['root device', {}, { rootDeviceName: '/dev/sda1' }],
    ['root device', {}, { rootDeviceName: undefined }],
    ['volumes', { devices: [volume(), data] }, { devices: [volume()] }],
    ['volumes', {}, { devices: [volume({ sizeGiB: 10 })] }],
    ['volumes', {}, { devices: [] }],
    ['boot mode', { bootMode: 'uefi' }, {}],
    ['boot mode', {}, { bootMode: 'uefi-preferred' }],
    ['TPM', { tpmSupport: 'v2.0' }, {}],
    ['TPM', {}, { tpmSupport: 'v2.0' }],
    ['platform details', { platformDetails: 'Windows' }, {}],
    ['usage operation', { usageOperation: 'RunInstances:0002' }, {}],
  ])('%s: %j is not %j', (label, wanted, found) => {
    const differences = differencesBetween(wanted, found).filter(({ mend }) => mend.kind !== 'warning');
    const [failure] = failuresOf(differences);
    expect(codesOf(differences)).toEqual(['NotEqualToSource']);
    expect(failure).toMatchObject({ kind: 'permanent', where: 'prod/eu-west-1' });
    expect(failure?.meaning).toContain(`${copyId} has ${label} "`);
    expect(failure?.cure).toContain(`--image-id ${copyId}`);
    expect(failure?.cure).not.toContain(sourceId);
  });

  it('and every inequality is told', () => {
    const differences = differencesBetween({}, { virtualizationType: 'paravirtual', tpmSupport: 'v2.0' });
    expect(codesOf(differences)).toEqual(['NotEqualToSource', 'NotEqualToSource']);
  });
});

describe('absent means the default of AWS', () => {
  it.each<[string, Partial<Image>, Partial<Image>]>([
    ['boot mode of x86', { bootMode: undefined }, { bootMode: 'legacy-bios' }],
    [
      'boot mode of Graviton',
      { architecture: 'arm64', bootMode: undefined },
      { architecture: 'arm64', bootMode: 'uefi' },
    ],
    ['platform details', { platformDetails: undefined }, { platformDetails: 'Linux/UNIX' }],
    ['usage operation', { usageOperation: undefined }, { usageOperation: 'RunInstances' }],
  ])('%s', (_, one, other) => {
    expect(differencesBetween(one, other)).toEqual([]);
    expect(differencesBetween(other, one)).toEqual([]);
  });

  it('and no more than that: an absent boot mode of Graviton is not legacy BIOS', () => {
    const [wanted, found] = [{ architecture: 'arm64' }, { architecture: 'arm64', bootMode: 'legacy-bios' }];
    expect(codesOf(differencesBetween(wanted, found))).toEqual(['NotEqualToSource']);
  });
});

describe('IMDS', () => {
  it('is mended where the source requires version 2 and the copy does not', () => {
    const differences = differencesBetween({ imdsSupport: 'v2.0' }, {});
    expect(mendsOf(differences)).toEqual(['write']);
    expect(writesOf(differences)).toEqual([
      {
        kind: 'require-imds-v2',
        place: { account: copy().account, region: 'eu-west-1' },
        imageId: copyId,
      },
    ]);
  });

  it('cannot be mended the other way round', () => {
    const [failure] = failuresOf(differencesBetween({}, { imdsSupport: 'v2.0' }));
    expect(failure?.code).toBe('NotEqualToSource');
    expect(failure?.meaning).toContain('IMDS "v2.0"');
  });
});

describe('what nobody has recorded to survive a copy is a warning', () => {
  it.each<[string, Partial<Image>, Partial<Image>]>([
    ['volume types', {}, { devices: [volume({ volumeType: 'gp2' })] }],
    ['delete on termination', {}, { devices: [volume({ deleteOnTermination: false })] }],
    ['ephemeral devices', { devices: [volume(), scratch] }, {}],
    ['ENA support', {}, { enaSupport: false }],
    ['SR-IOV support', {}, { sriovNetSupport: undefined }],
  ])('%s', (label, wanted, found) => {
    const differences = differencesBetween(wanted, found);
    expect(mendsOf(differences)).toEqual(['warning']);
    expect(differences[0]?.wanted.startsWith(label)).toBe(true);
  });
});

describe('a lineage that proves nothing', () => {
  it.each([
    ['is not recorded', { lineage: undefined }, 'not recorded by AWS'],
    [
      'leads to an image that nobody can look at',
      { lineage: { imageId: 'ami-gone', region: 'us-east-1' } },
      'ami-gone',
    ],
  ])('is a warning: it %s', (_, over, said) => {
    const differences = equal(target(), holding({ image: copy(over), lineageKnown: false }));
    expect(mendsOf(differences)).toEqual(['warning']);
    expect(differences[0]?.found).toContain(said);
  });
});

describe('a source that failed is no yardstick', () => {
  it('so a good copy is not called unequal', () => {
    const failed = source({ image: image({ state: 'failed', architecture: 'i386', devices: [] }) });
    expect(mendsOf(equal(target({ source: failed }), holding()))).toEqual(['warning']);
  });
});

describe('a copy is not compared', () => {
  it('while it is pending: AWS shows placeholders then', () => {
    const placeholder = copy({
      state: 'pending',
      architecture: 'i386',
      virtualizationType: 'paravirtual',
      devices: [],
    });
    expect(equal(target(), holding({ image: placeholder }))).toEqual([]);
  });

  it('where there is none', () => {
    expect(equal(target(), observation())).toEqual([]);
  });

  it('where it is the source itself', () => {
    expect(equal(target(), holding({ image: image({ imdsSupport: 'v2.0' }), inPlace: true }))).toEqual([]);
  });
});
