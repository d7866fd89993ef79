import { type Image, isPending, type Key, snapshotIdsOf } from '../model/image.ts';
import type { Fact } from '../model/observation.ts';
import { ownOrigin } from '../model/origin.ts';
import type { Promotion, SourceImage, SourceLocation, SourceRequest } from '../model/promotion.ts';
import { factOf } from './facts.ts';
import { nearestTo } from './nearest-region.ts';
import { Once } from './once.ts';
import { imageIn } from './parameters.ts';
import type { Ports } from './ports.ts';
import { checkOrigin, checkSource, checkTags, refused } from './source-checks.ts';
import { together } from './together.ts';

/**
 * Reads every source image with the home account's role, wherever it is nearest to a target: image, snapshots with real
 * size and key, origin. A pending one is awaited until `deadline`. One that is not there, not owned by the home account,
 * deregistered, not backed by EBS, without a tag that it must carry or not of the origin that it should have is refused,
 * each with all others that are; one that is failed or disabled is left to the comparison, because where copies exist
 * already it does not matter.
 */
export async function readSources(
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<readonly SourceImage[]> {
  const known = new Once<Fact<Key>>();
  const sources = await together(
    promotion.sources.map((request) => readSource(request, promotion, ports, deadline, known)),
  );
  const keys = sources.flatMap(([source]) => source?.key ?? []);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw refused(promotion, promotion.sourceRegion, {
      code: 'SameKeyTwice',
      meaning: `Two source images are both called "${twice}", so the outputs could not tell them apart.`,
      cure: 'Give each a key in source, for example amd64=ami-….',
    });
  }
  checkTwins(sources, promotion);
  return sources.flat();
}

/** Two names for one image would make its targets twice, each under the token and the tags of the other. */
function checkTwins(sources: readonly (readonly SourceImage[])[], promotion: Promotion): void {
  const firsts = sources.flatMap(([first]) => first ?? []);
  const twin = firsts.find((one, index) => firsts.findIndex(({ origin }) => origin === one.origin) < index);
  if (twin !== undefined) {
    const keys = firsts.filter(({ origin }) => origin === twin.origin).map(({ key }) => `"${key}"`);
    throw refused(promotion, promotion.sourceRegion, {
      code: 'SameImageTwice',
      meaning: `The sources ${keys.join(' and ')} are one image: both are ${twin.origin}, or copies of it.`,
      cure: 'Name it once in source.',
    });
  }
}

/** The image wherever it is read from; elsewhere nothing needs it. */
async function readSource(
  request: SourceRequest,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
  known: Once<Fact<Key>>,
): Promise<readonly SourceImage[]> {
  if (request.leftOut !== undefined) {
    ports.reporter.line(`Note: ${request.leftOut}`);
  }
  const all = await locationsOf(request, promotion, ports);
  const { nearest, images } = await readNearest(all, request, promotion, ports, deadline);
  const [primary, ...others] = images;
  if (primary === undefined) {
    throw new Error(`there is no place to read ${request.title} from`);
  }
  const origin = (request.at.kind === 'images' ? request.at.origin : undefined) ?? ownOrigin(primary);
  for (const image of [primary, ...others]) {
    checkOrigin(image, primary, origin, request, promotion);
  }
  const read = [primary, ...others].filter(({ region }) => nearest.some((one) => one?.region === region));
  return together(
    read.map(async (image) => ({
      key: request.key ?? primary.name ?? primary.id,
      image,
      primary,
      // Those that are gone, too: copies of them tell whose copies they are.
      siblings: all.map(({ imageId }) => imageId),
      custom: request.custom,
      origin,
      ...(await readVolumes(image, promotion, ports, known)),
    })),
  );
}

interface Nearest {
  /** Where it still is, as targets are nearest to it. */
  readonly nearest: readonly (SourceLocation | undefined)[];
  /** The source itself, and what is there at those. */
  readonly images: readonly Image[];
}

/**
 * The source itself and its copies that lie nearest to targets. A copy that was deregistered since the file was written is
 * left out with a word, and the next nearest is read; so is what a manifest names first, while it names another.
 */
async function readNearest(
  locations: readonly SourceLocation[],
  request: SourceRequest,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<Nearest> {
  const [first] = locations;
  const isPromoted = request.at.kind === 'images' && request.at.origin !== undefined;
  const nearest = promotion.placements.map(({ region }) => nearestTo(region, locations, (one) => one.region));
  const found = await together(
    locations
      .filter((location) => location === first || nearest.includes(location))
      .map(async (location) => {
        const mayBeGone = location !== first || (isPromoted && locations.length > 1);
        return { location, image: await settled(location, mayBeGone, promotion, ports, deadline) };
      }),
  );
  const gone = found.flatMap(({ location, image }) => (image === undefined ? [location] : []));
  if (gone.length === 0) {
    return { nearest, images: found.flatMap(({ image }) => image ?? []) };
  }
  for (const { imageId, region } of gone) {
    const next = imageId === first?.imageId ? ': names, dates and comparisons go by the next one' : '';
    ports.reporter.line(
      `${imageId} in ${region}, which ${request.title} names, is gone, and left out${next}.`,
    );
  }
  const left = locations.filter((location) => !gone.includes(location));
  return readNearest(left.length > 0 ? left : locations.slice(0, 1), request, promotion, ports, deadline);
}

async function locationsOf(
  { at }: SourceRequest,
  { home, sourceRegion }: Promotion,
  ports: Ports,
): Promise<readonly SourceLocation[]> {
  return at.kind === 'images'
    ? at.images
    : [
        {
          imageId: await imageIn(at.name, { account: home.id, region: sourceRegion }, ports),
          region: sourceRegion,
        },
      ];
}

async function readVolumes(
  image: Image,
  promotion: Promotion,
  ports: Ports,
  known: Once<Fact<Key>>,
): Promise<Pick<SourceImage, 'snapshots' | 'keys' | 'unreadKeys'>> {
  const here = { account: promotion.home.id, region: image.region };
  const snapshots = await ports.aws.snapshots(here, { by: 'id', ids: snapshotIdsOf(image) });
  const lost = snapshotIdsOf(image).filter((id) => !snapshots.some((snapshot) => snapshot.id === id));
  if (lost.length > 0) {
    throw refused(promotion, image.region, {
      code: 'SourceSnapshotMissing',
      meaning: `The source image ${image.id} names ${lost.join(', ')}, which the home role cannot see.`,
      cure: 'Build the image again, or let the role see its snapshots (ec2:DescribeSnapshots).',
    });
  }
  const pulled = promotion.owners.some((owner) => owner.id !== promotion.home.id);
  const isRead = pulled && promotion.mode !== 'verify';
  const keyArns = isRead ? new Set(snapshots.flatMap((snapshot) => snapshot.keyArn ?? [])) : [];
  const keys = await Promise.all(
    [...keyArns].map(
      async (arn) => [arn, await known.get(arn, () => factOf(ports.aws.key(here, arn)))] as const,
    ),
  );
  return {
    snapshots,
    keys: new Map(keys.flatMap(([arn, fact]) => ('value' in fact ? [[arn, fact.value]] : []))),
    unreadKeys: keys.flatMap(([, fact]) => ('failure' in fact ? [fact.failure] : [])),
  };
}

/** The image once it is no longer pending; undefined where it is gone, and may be. */
async function settled(
  { imageId, region }: SourceLocation,
  mayBeGone: boolean,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<Image | undefined> {
  const here = { account: promotion.home.id, region };
  for (let said = false; ; said = true) {
    const [image] = await ports.aws.images(here, { by: 'id', ids: [imageId] });
    if (mayBeGone && (image === undefined || image.state === 'deregistered')) {
      return undefined;
    }
    checkSource(image, { imageId, region }, promotion);
    if (!isPending(image)) {
      checkTags(image, promotion);
      return image;
    }
    if (ports.clock.now() >= deadline) {
      throw refused(promotion, region, {
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
