import { home, keyIdOf, sourceRegion } from '../support/organization.ts';

/** What Packer builds in these tests, by the names of its sources. */
export const built = { amd64: 'ami-0b11d000000000a64', arm64: 'ami-0b11d000000000c64' };

/** The same as a world file has it. */
export const builds = {
  images: [imageOf('amd64', 'x86_64', 1), imageOf('arm64', 'arm64', 2)],
  snapshots: [snapshotOf(1), snapshotOf(2)],
};

function imageOf(name: 'amd64' | 'arm64', architecture: string, number: number): object {
  return {
    id: built[name],
    account: home,
    region: sourceRegion,
    name: `web-build-${name}-20261120100000`,
    created: '2026-11-20T10:00:00Z',
    architecture,
    'boot-mode': 'uefi-preferred',
    'imds-support': 'v2.0',
    'root-device': '/dev/xvda',
    devices: [{ name: '/dev/xvda', snapshot: snapshotId(number) }],
    tags: { Name: 'web', 'built-for': name },
  };
}

function snapshotOf(number: number): object {
  const key = keyIdOf(home, sourceRegion);
  return { id: snapshotId(number), account: home, region: sourceRegion, 'size-gib': 8, key };
}

function snapshotId(number: number): string {
  return `snap-0b11d00000000000${number}`;
}
