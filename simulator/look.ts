import { settle } from './copying.ts';
import type { CallRecord } from './record.ts';
import { snapshotIdsOf } from './services/ec2/image-snapshots.ts';
import type { SimulatedImage, SimulatedSnapshot, World } from './world.ts';

/** Images in an account and Region as they are now, oldest first; those that reads do not show yet are among them. */
export function imagesIn(world: World, account: string, region: string): readonly SimulatedImage[] {
  settle(world);
  return [...world.images.values()].filter((image) => image.account === account && image.region === region);
}

/** Snapshots in an account and Region as they are now, oldest first. */
export function snapshotsIn(world: World, account: string, region: string): readonly SimulatedSnapshot[] {
  settle(world);
  return [...world.snapshots.values()].filter(
    (snapshot) => snapshot.account === account && snapshot.region === region,
  );
}

/** Copies that are neither failed nor deregistered: two of them at one place break the promise of one live copy. */
export function liveImagesIn(world: World, account: string, region: string): readonly SimulatedImage[] {
  return imagesIn(world, account, region).filter(
    (image) => image.state === 'pending' || image.state === 'available',
  );
}

/** Snapshots that a copy made, in any account and Region, and that belong to no image any more. */
export function orphansIn(world: World): readonly SimulatedSnapshot[] {
  settle(world);
  const images = [...world.images.values()].filter((image) => image.state !== 'deregistered');
  const used = new Set(images.flatMap((image) => snapshotIdsOf(image.devices)));
  return [...world.snapshots.values()].filter(({ id, transfer }) => transfer !== undefined && !used.has(id));
}

/** The calls of an action (`CopyImage`), in order; dry runs, and KMS checks made on a caller's behalf, are none. */
export function callsOf(world: World, action: string): readonly CallRecord[] {
  return world.record.filter(
    (call) => call.action === action && call.onBehalfOf === undefined && call.params.DryRun !== true,
  );
}

/** The dry runs of an action, in order. */
export function trialsOf(world: World, action: string): readonly CallRecord[] {
  return world.record.filter((call) => call.action === action && call.params.DryRun === true);
}

/** The calls that changed something, or would have if they had not failed. */
export function writesIn(world: World): readonly CallRecord[] {
  return world.record.filter((call) => call.mutating);
}
