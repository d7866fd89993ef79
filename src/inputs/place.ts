import type { Owner } from '../model/promotion.ts';
import type { Refinement } from './refinement.ts';
import type { WantedRegion } from './regions.ts';

/** One owner in one Region, with what the targets file says of it, the most particular first. */
export interface RefinedPlace extends WantedRegion {
  readonly owner: Owner;
  readonly refinements: readonly Refinement[];
}

/** What the most particular refinement says that says anything of it. */
export function mostParticular<T>(
  place: RefinedPlace,
  said: (refinement: Refinement) => T | undefined,
): T | undefined {
  return place.refinements.map(said).find((one) => one !== undefined);
}
