import { Failed, type Failure, isFailure } from '../model/failure.ts';
import type { Promotion, SourceImage } from '../model/promotion.ts';
import { neededRegions } from './nearest-images.ts';
import type { Observer } from './observe.ts';
import type { Ports } from './ports.ts';
import { checkRegions } from './regions.ts';
import { readSourceImages } from './sources.ts';
import { distinctFailures, together } from './together.ts';

/** The sources; where they cannot be read, what is wrong in the owners' accounts is raised along with that. */
export async function readAll(
  promotion: Promotion,
  observer: Observer,
  ports: Ports,
  deadline: number,
): Promise<readonly SourceImage[]> {
  const accounts = accountFailures(promotion, observer);
  try {
    const [, sources] = await together([
      checkHome(promotion, observer),
      readSourceImages(promotion, ports, deadline),
    ]);
    return sources;
  } catch (error) {
    if (isFailure(error)) {
      const others = distinctFailures([error.failure, ...error.others, ...(await accounts)]).slice(1);
      throw new Failed(error.failure, { cause: error, others });
    }
    throw error;
  }
}

/** The home account's role can be assumed, and that account has the Regions of the sources; raises `Failed`. */
async function checkHome(promotion: Promotion, observer: Observer): Promise<void> {
  const owner = { ...promotion.home, name: 'home' };
  const regions = await observer.regions(promotion.home.id);
  for (const region of neededRegions(promotion)) {
    checkRegions({ owner, region, required: true }, undefined, regions);
  }
}

/**
 * What is wrong with the roles and Regions of the owners, whatever becomes of the sources; at a gate, where it matters: an
 * optional one would end the waiting for an answer about the sources. Never raises.
 */
async function accountFailures(
  { placements, mode }: Promotion,
  observer: Observer,
): Promise<readonly Failure[]> {
  const asked = placements.filter(({ required }) => required || mode !== 'verify');
  const checks = await Promise.allSettled(
    asked.map(async (placement) =>
      checkRegions(placement, undefined, await observer.regions(placement.owner.id)),
    ),
  );
  return checks.flatMap((check) =>
    check.status === 'rejected' && check.reason instanceof Failed ? [check.reason.failure] : [],
  );
}
