import type { World } from '../../simulator/world.ts';
import { pullTagsIn } from '../../src/aspects/pull-tags.ts';
import { ownTags } from '../../src/model/tags.ts';
import { prod, sourceId, sourceSnapshots } from '../support/organization.ts';
import type { Scenario } from '../support/scenario.ts';

export const pull = { accounts: `prod=${prod}` };
export const slow = { copying: { seconds: 200 } };

export function notes(world: World) {
  return pullTagsIn(Object.fromEntries(world.images.get(sourceId)?.tags ?? []));
}

/** Accounts by part of the source: the image, then each snapshot. */
export function openTo(world: World): readonly (readonly string[])[] {
  const image = world.images.get(sourceId)?.launchPermissions.current ?? [];
  return [
    image.flatMap((permission) => ('id' in permission ? permission.id : 'all')),
    ...sourceSnapshots.map((id) => world.snapshots.get(id)?.createVolumePermissions.current ?? []),
  ];
}

export const nobody = [[], [], []];

export function everyPart(...ids: readonly string[]) {
  return [ids, ids, ids];
}

/** Opens parts of the source as somebody else would. */
export function give(
  { world }: Scenario,
  account: string,
  parts: 'all' | 'image' | 'snapshots' = 'all',
): void {
  const image = world.images.get(sourceId);
  if (image !== undefined && parts !== 'snapshots') {
    const { current } = image.launchPermissions;
    image.launchPermissions = { current: [...current, { kind: 'account', id: account }], past: [] };
  }
  for (const snapshot of parts === 'image' ? [] : sourceSnapshots) {
    const found = world.snapshots.get(snapshot);
    if (found !== undefined) {
      const { current } = found.createVolumePermissions;
      found.createVolumePermissions = { current: [...current, account], past: [] };
    }
  }
}

/** A note that a run left and that died before it closed, with what it opened. */
export function leaveOpen(
  at: Scenario,
  account: string,
  deadline: string,
  run = 'example/images/77/1/0a1b2c3d',
): void {
  at.world.images.get(sourceId)?.tags.set(`${ownTags.pull}${run}`, `${deadline} ${account}`);
  give(at, account);
}

export const past = '2026-11-20T00:00:00Z';
export const future = '2026-11-29T00:00:00Z';
