import { type Image, isPending } from '../model/image.ts';
import { visibilityLagMs } from '../model/lags.ts';
import type { Fact } from '../model/observation.ts';
import type { Promotion, SourceLocation, SourceRequest } from '../model/promotion.ts';
import { factOf } from './facts.ts';
import { nearestTo } from './nearest-region.ts';
import type { Ports } from './ports.ts';
import { checkSource, checkTags, sourceRefusal } from './source-checks.ts';
import { together } from './together.ts';

/** The Regions of the home account that a required target or a source itself needs, each once. */
export function neededRegions({ sources, sourceRegion, placements }: Promotion): readonly string[] {
  const regions = sources.flatMap(({ at }) =>
    at.kind === 'images'
      ? at.images.filter((one) => isNeeded(one, at.images, placements)).map(({ region }) => region)
      : [],
  );
  return [...new Set([sourceRegion, ...regions])];
}

/** Whether an image of a source is the source itself, or the nearest of its images to a required target. */
function isNeeded(
  location: SourceLocation,
  all: readonly SourceLocation[],
  placements: Promotion['placements'],
): boolean {
  return (
    location === all[0] ||
    placements.some(
      ({ region, required }) => required && nearestTo(region, all, (one) => one.region) === location,
    )
  );
}

export interface NearestImages {
  /** Where it still is, as targets are nearest to it. */
  readonly nearest: readonly (SourceLocation | undefined)[];
  /** The source itself, and what is there at those. */
  readonly images: readonly Image[];
}

/**
 * The source itself and its copies that lie nearest to targets. A copy that was deregistered since the file was written is
 * left out with a word, and the next nearest is read; so is what a manifest names first, while it names another, and one
 * that cannot be read, that only optional targets need and that is none of them itself.
 */
export async function readNearest(
  locations: readonly SourceLocation[],
  request: SourceRequest,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<NearestImages> {
  const [first] = locations;
  const isPromoted = request.at.kind === 'images' && request.at.origin !== undefined;
  const nearest = promotion.placements.map(({ region }) => nearestTo(region, locations, (one) => one.region));
  const found = await together(
    locations
      .filter((location) => location === first || nearest.includes(location))
      .map(async (location) => {
        const mayBeGone = location !== first || (isPromoted && locations.length > 1);
        const patienceMs = !mayBeGone ? undefined : isAtHome(location, promotion) ? visibilityLagMs : goneMs;
        const image = settled(location, patienceMs, promotion, ports, deadline);
        const mayBeUnread =
          !isNeeded(location, locations, promotion.placements) && !isAtHome(location, promotion);
        return { location, read: mayBeUnread ? await readAtAll(image) : { value: await image } };
      }),
  );
  const images = found.flatMap(({ read }) => ('value' in read ? (read.value ?? []) : []));
  if (images.length === found.length) {
    return { nearest, images };
  }
  const absent = found.flatMap(({ location, read }) =>
    'failure' in read
      ? [{ location, why: `cannot be read (${read.failure.code})` }]
      : read.value === undefined
        ? [{ location, why: 'is gone' }]
        : [],
  );
  for (const { location, why } of absent) {
    const next = location === first ? ': names, dates and comparisons go by the next one' : '';
    ports.reporter.line(
      `${location.imageId} in ${location.region}, which ${request.title} names, ${why}, and left out${next}.`,
    );
  }
  const left = locations.filter((one) => absent.every(({ location }) => location !== one));
  return readNearest(left.length > 0 ? left : locations.slice(0, 1), request, promotion, ports, deadline);
}

/** The same, or why AWS does not tell; what it tells and is not as it must be is raised. */
async function readAtAll(image: Promise<Image | undefined>): Promise<Fact<Image | undefined>> {
  const read = await factOf(image);
  return 'failure' in read && read.failure.kind === 'precondition' ? { value: await image } : read;
}

/** Whether it is itself the image of a target of the home account: without it, a copy would be made beside it. */
function isAtHome({ region }: SourceLocation, { mode, home, placements }: Promotion): boolean {
  return mode !== 'verify' && placements.some((one) => one.owner.id === home.id && one.region === region);
}

/** What was there when its file was written, and is not shown for this long, is gone, in milliseconds. */
const goneMs = 60_000;

/** The image once it is no longer pending; undefined where it is gone, and may be, and was looked for so long. */
async function settled(
  { imageId, region }: SourceLocation,
  patienceMs: number | undefined,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<Image | undefined> {
  const here = { account: promotion.home.id, region };
  const began = ports.clock.now();
  for (let said = false; ; said = true) {
    const [image] = await ports.aws.images(here, { by: 'id', ids: [imageId] });
    if (image === undefined && patienceMs !== undefined && ports.clock.now() - began < patienceMs) {
      if (!said) {
        ports.reporter.line(
          `${imageId} is not shown in ${region}: looking for it, for up to ${patienceMs / 60_000} min.`,
        );
      }
      await ports.clock.sleep(promotion.pollSeconds * 1000, ports.signal);
      continue;
    }
    if (patienceMs !== undefined && (image === undefined || image.state === 'deregistered')) {
      return undefined;
    }
    checkSource(image, { imageId, region }, promotion);
    if (!isPending(image)) {
      checkTags(image, promotion);
      return image;
    }
    if (ports.clock.now() >= deadline) {
      throw sourceRefusal(promotion, region, {
        code: 'SourceStillPending',
        meaning: `The source image ${image.id} is still ${image.state}, and wait-minutes is over.`,
        cure: 'Run the step again once the image is available, or allow more wait-minutes.',
      });
    }
    if (!said) {
      ports.reporter.line(`Source ${image.id} is ${image.state}: waiting until it is available.`);
    }
    await ports.clock.sleep(promotion.pollSeconds * 1000, ports.signal);
  }
}
