import { Failed, type Failure } from '../model/failure.ts';
import type { Promotion } from '../model/promotion.ts';
import type { Observer } from './observe.ts';
import { checkRegions } from './regions.ts';

/** The home account's role can be assumed, and that account has the Region of the source; raises `Failed`. */
export async function checkHome({ home, sourceRegion }: Promotion, observer: Observer): Promise<void> {
  const owner = { ...home, name: 'home' };
  const regions = await observer.regions(home.id);
  checkRegions({ owner, region: sourceRegion, required: true }, undefined, regions);
}

/** What is wrong with the roles and Regions of the owners, whatever becomes of the sources. Never raises. */
export async function accountFailures(
  { placements }: Promotion,
  observer: Observer,
): Promise<readonly Failure[]> {
  const checks = await Promise.allSettled(
    placements.map(async (placement) =>
      checkRegions(placement, undefined, await observer.regions(placement.owner.id)),
    ),
  );
  return checks.flatMap((check) =>
    check.status === 'rejected' && check.reason instanceof Failed ? [check.reason.failure] : [],
  );
}
