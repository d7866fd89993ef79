import { settle } from '../../simulator/copying.ts';
import type { SimulatedImage, SimulatedSnapshot, World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';

/** Every image and snapshot as it was at a moment. */
export interface Things {
  readonly at: number;
  readonly images: ReadonlyMap<string, SimulatedImage>;
  readonly snapshots: ReadonlyMap<string, SimulatedSnapshot>;
}

export function thingsIn(world: World): Things {
  settle(world);
  return {
    at: world.clock.now(),
    images: structuredClone(world.images),
    snapshots: structuredClone(world.snapshots),
  };
}

/** The ids of the snapshots behind an image. */
export function snapshotIdsOf(image: SimulatedImage): readonly string[] {
  return image.devices.flatMap((device) => (device.kind === 'volume' ? [device.snapshotId] : []));
}

/** The image that a snapshot is of, gone or not. */
export function holderOf(things: Things, snapshotId: string): SimulatedImage | undefined {
  return [...things.images.values()].find((image) => snapshotIdsOf(image).includes(snapshotId));
}

export function isLive({ state }: SimulatedImage): boolean {
  return state === 'pending' || state === 'available';
}

/** Every permission as one text each. */
export function permissionsOf({ launchPermissions }: SimulatedImage): readonly string[] {
  return launchPermissions.current.map((one) => (one.kind === 'everyone' ? 'all' : one.id)).toSorted();
}

/** Snapshots of copies that are not pending and have no image any more. */
export function orphansIn(things: Things): readonly string[] {
  return [...things.snapshots.values()].flatMap(({ id, transfer, state }) => {
    const holder = holderOf(things, id);
    const isAlone = holder === undefined || holder.state === 'deregistered';
    return transfer !== undefined && state !== 'pending' && isAlone ? [id] : [];
  });
}

/** What runs change of an image or a snapshot: its tags but for notes on who may pull, and whom it is open to. */
export function standingOf(thing: SimulatedImage | SimulatedSnapshot): string {
  const tags = [...thing.tags].filter(([key]) => !key.startsWith(ownTags.pull)).toSorted();
  const open = 'devices' in thing ? permissionsOf(thing) : thing.createVolumePermissions.current.toSorted();
  return JSON.stringify([tags, open]);
}

/** Whether reads do not show yet whom it is open to: then nobody can tell what was there before. */
export function isLagging(thing: SimulatedImage | SimulatedSnapshot, at: number): boolean {
  const { past } = 'devices' in thing ? thing.launchPermissions : thing.createVolumePermissions;
  return past.some(({ until }) => until > at);
}
