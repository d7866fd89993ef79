import type { Device, SimulatedImage, World } from '../../world.ts';

/**
 * The devices that an image admits to. AWS: none while a copy is pending; whether a failed one still lists its
 * snapshots nobody has recorded.
 */
export function listedDevices(world: World, image: SimulatedImage): readonly Device[] {
  switch (image.deregistered?.before ?? image.state) {
    case 'pending':
      return [];
    case 'failed':
      return world.switches.failedCopySnapshots === 'listed' ? image.devices : [];
    default:
      return image.devices;
  }
}

/** The ids of the snapshots behind volumes, each once. */
export function snapshotIdsOf(devices: readonly Device[]): readonly string[] {
  return [...new Set(devices.flatMap((device) => (device.kind === 'volume' ? [device.snapshotId] : [])))];
}

/**
 * The images that keep a snapshot from being deleted: every one that is not deregistered, failed ones too whatever
 * they list (the strict reading), and for a while those that are.
 */
export function holdersOf(world: World, snapshotId: string): readonly SimulatedImage[] {
  const lag = world.switches.inUseLagSeconds * 1000;
  return [...world.images.values()].filter(
    (image) =>
      snapshotIdsOf(image.devices).includes(snapshotId) &&
      (image.state !== 'deregistered' ||
        (image.deregistered !== undefined && image.deregistered.at + lag > world.clock.now())),
  );
}
