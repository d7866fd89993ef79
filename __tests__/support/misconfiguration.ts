import type { RegionSettings, World } from '../../simulator/world.ts';
import type { Effect } from './denials.ts';
import type { Chance, Draft, Spot } from './drafts.ts';

/** Something that is not as it should be, and what preflight should make of it. */
export interface Misconfiguration {
  /** For whoever reads a failing case. */
  readonly name: string;
  /** Two that share one hide each other, and are not put together. */
  readonly slots: readonly string[];
  readonly spoil: (world: World) => void;
  /** Undefined: it does not matter at that place. */
  readonly effectAt: (spot: Spot) => Effect | undefined;
  /** What else, where it is two things at once. */
  readonly alsoAt?: (spot: Spot) => Effect | undefined;
}

/** Makes one of its kind, about a place. */
export type Row = (draft: Draft, spot: Spot, chance: Chance) => Misconfiguration;

/** Changes the settings of a Region. */
export function settings(world: World, account: string, region: string, over: Partial<RegionSettings>): void {
  const now = world.accounts.get(account)?.regions.get(region);
  if (now !== undefined) {
    Object.assign(now, over);
  }
}

/** Changes a thing of the world, if it is there. */
export function change<T extends object>(all: Map<string, T>, name: string, over: Partial<T>): void {
  const now = all.get(name);
  if (now !== undefined) {
    all.set(name, { ...now, ...over });
  }
}

export function nameOf({ account, region }: Spot): string {
  return `${account}/${region}`;
}

export function isSame(one: Spot, other: Spot): boolean {
  return nameOf(one) === nameOf(other);
}
