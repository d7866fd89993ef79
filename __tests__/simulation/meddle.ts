import type { SimulatedImage, SimulatedSnapshot, World } from '../../simulator/world.ts';
import { ownPrefix, ownTags } from '../../src/model/tags.ts';
import { sourceId } from '../support/organization.ts';
import type { Meddling } from './history.ts';
import { isLive } from './things.ts';

const stranger = '123123123123';

/** Does what a third party does, at once and without any lag; gives the ids of what it changed. */
export function meddle(world: World, what: Meddling): readonly string[] {
  switch (what.kind) {
    case 'tag-source':
    case 'describe-source':
      return meddleWithSource(world, what);
    case 'close-source':
      return closeSource(world, what.account);
    case 'revoke-role':
    case 'restore-role':
      return setRole(world, what.account, what.kind === 'restore-role');
    case 'disable-region':
    case 'enable-region':
      return setRegion(world, what.account, what.region, what.kind === 'enable-region');
    default:
      return meddleWithCopy(world, what.kind, what.nth);
  }
}

/** The copies that runs made and that are there, or on their way, oldest first. */
export function copiesIn(world: World): readonly SimulatedImage[] {
  return [...world.images.values()].filter((image) => isLive(image) && image.tags.has(ownTags.run));
}

function meddleWithCopy(world: World, kind: Meddling['kind'], nth: number): readonly string[] {
  const copies = copiesIn(world);
  const image = copies[nth % Math.max(1, copies.length)];
  if (image === undefined) {
    return [];
  }
  const snapshots = snapshotsOf(world, image);
  switch (kind) {
    case 'tag-copy':
      image.tags.set('owner', 'somebody');
      return [image.id];
    case 'untag-copy':
      image.tags.delete('stage');
      snapshots[0]?.tags.delete('stage');
      return idsOf(image, snapshots);
    case 'strip-copy':
      for (const key of [...image.tags.keys()].filter((one) => one.startsWith(ownPrefix))) {
        image.tags.delete(key);
      }
      return [image.id];
    case 'share-copy':
      setLaunch(image, [...image.launchPermissions.current, { kind: 'account', id: stranger }]);
      return [image.id];
    case 'unshare-copy':
      setLaunch(image, []);
      return [image.id];
    case 'deregister-copy':
      image.deregistered = { at: world.clock.now(), before: image.state };
      image.state = 'deregistered';
      return idsOf(image, snapshots);
    default:
      return [];
  }
}

function meddleWithSource(world: World, what: Extract<Meddling, { value: string }>): readonly string[] {
  const source = world.images.get(sourceId);
  if (source === undefined) {
    return [];
  }
  if (what.kind === 'tag-source') {
    source.tags.set('build', what.value);
  } else {
    source.description = what.value;
  }
  return [sourceId];
}

function closeSource(world: World, account: string): readonly string[] {
  const source = world.images.get(sourceId);
  if (source === undefined) {
    return [];
  }
  const permissions = source.launchPermissions.current;
  setLaunch(
    source,
    permissions.filter((one) => one.kind !== 'account' || one.id !== account),
  );
  const snapshots = snapshotsOf(world, source);
  for (const { createVolumePermissions: holders } of snapshots) {
    holders.current = holders.current.filter((id) => id !== account);
    holders.past = [];
  }
  return idsOf(source, snapshots);
}

/** A permissions boundary that allows nothing takes every right from sessions that are open, too. */
function setRole(world: World, account: string, isRestored: boolean): readonly string[] {
  const role = world.accounts.get(account)?.roles.get('ami-promotion');
  if (role !== undefined) {
    const document = { version: '2012-10-17', statements: [] } as const;
    role.boundary = isRestored ? undefined : { name: 'revoked', document };
  }
  return [];
}

function setRegion(world: World, account: string, region: string, enabled: boolean): readonly string[] {
  const settings = world.accounts.get(account)?.regions.get(region);
  if (settings !== undefined) {
    settings.enabled = enabled;
  }
  return [];
}

function setLaunch(image: SimulatedImage, current: SimulatedImage['launchPermissions']['current']): void {
  image.launchPermissions = { current, past: [] };
}

function snapshotsOf(world: World, image: SimulatedImage): readonly SimulatedSnapshot[] {
  return image.devices.flatMap((device) =>
    device.kind === 'volume' ? (world.snapshots.get(device.snapshotId) ?? []) : [],
  );
}

function idsOf(image: SimulatedImage, snapshots: readonly SimulatedSnapshot[]): readonly string[] {
  return [image.id, ...snapshots.map(({ id }) => id)];
}
