import { describe, expect, it } from '@jest/globals';
import { snapshotIdsOf } from '../../src/model/image.ts';
import { image } from '../support/builders.ts';

describe('the snapshots of an image', () => {
  it('are those of its volumes, in their order; ephemeral and pending ones have none', () => {
    const [root] = image().devices;
    const devices = [
      ...(root === undefined ? [] : [root]),
      { kind: 'ephemeral', deviceName: '/dev/sdb', virtualName: 'ephemeral0' } as const,
      ...image().devices.map((device) => ({ ...device, snapshotId: undefined })),
      ...image().devices.map((device) => ({ ...device, snapshotId: 'snap-2' })),
    ];
    expect(snapshotIdsOf(image({ devices }))).toEqual(['snap-0123456789abcdef0', 'snap-2']);
    expect(snapshotIdsOf(image({ devices: [] }))).toEqual([]);
  });
});
