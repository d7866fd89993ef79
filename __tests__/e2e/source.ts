import { expect } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { sourceId, sourceSnapshots } from '../support/organization.ts';

const prefix = 'promote-ami:pull:';

/** Who may read the scenario's source, sorted. */
export function openTo(world: World): {
  readonly image: readonly string[];
  readonly snapshots: readonly (readonly string[])[];
} {
  const permissions = world.images.get(sourceId)?.launchPermissions.current ?? [];
  return {
    image: permissions.map((one) => (one.kind === 'everyone' ? 'all' : one.id)).sort(),
    snapshots: sourceSnapshots.map((id) =>
      [...(world.snapshots.get(id)?.createVolumePermissions.current ?? [])].sort(),
    ),
  };
}

/** The notes on the source: deadline, accounts, and the run in the tag's key. */
export function noted(
  world: World,
): readonly (readonly [deadline: string, accounts: readonly string[], run: string])[] {
  return [...(world.images.get(sourceId)?.tags ?? [])].flatMap(([key, value]) => {
    const [deadline = '', ...accounts] = value.split(' ');
    return key.startsWith(prefix) ? [[deadline, accounts, key.slice(prefix.length)] as const] : [];
  });
}

/** Lets the deadline of every note on the source be over. */
export function endNotes(world: World): void {
  const tags = world.images.get(sourceId)?.tags;
  for (const [, accounts, run] of noted(world)) {
    tags?.set(`${prefix}${run}`, ['2026-01-01T00:00:00Z', ...accounts].join(' '));
  }
}

/** Nobody may read the source, and no note is on it. */
export function expectClosed(world: World): void {
  expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  expect(noted(world)).toEqual([]);
}
