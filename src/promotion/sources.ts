import { type Image, type Key, snapshotIdsOf } from '../model/image.ts';
import type { Fact } from '../model/observation.ts';
import { asOrigin, ownOrigin } from '../model/origin.ts';
import type { Promotion, SourceImage, SourceLocation, SourceRequest } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { factOf } from './facts.ts';
import { readNearest } from './nearest-images.ts';
import { Once } from './once.ts';
import { imageIn } from './parameters.ts';
import type { Ports } from './ports.ts';
import { checkOrigin, sourceRefusal } from './source-checks.ts';
import { together } from './together.ts';

/**
 * Reads every source image with the home account's role, wherever it is nearest to a target: image, snapshots with real
 * size and key, origin. A pending one is awaited until `deadline`. One that is not there, not owned by the home account,
 * deregistered, not backed by EBS, without a tag that it must carry or not of the origin that it should have is refused,
 * each with all others that are; one that is failed or disabled is left to the comparison, because where copies exist
 * already it does not matter.
 */
export async function readSourceImages(
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<readonly SourceImage[]> {
  const known = new Once<Fact<Key>>();
  const sources = await together(
    promotion.sources.map((request) => readSource(request, promotion, ports, deadline, known)),
  );
  checkKeys(
    sources.flatMap(([source]) => source?.key ?? []),
    promotion,
  );
  checkTwins(sources, promotion);
  return sources.flat();
}

/** What an image is called for want of a key is held to what a key is. */
function checkKeys(keys: readonly string[], promotion: Promotion): void {
  const twice = keys.find((key, index) =>
    keys.slice(0, index).some((one) => one.toLowerCase() === key.toLowerCase()),
  );
  const number = keys.find((key) => /^\d+$/.test(key));
  const cure = 'Give each image a key in source, for example amd64=ami-….';
  if (twice !== undefined) {
    throw sourceRefusal(promotion, promotion.sourceRegion, {
      code: 'SameKeyTwice',
      meaning: `Two source images are both called "${twice}", so the outputs could not tell them apart.`,
      cure,
    });
  }
  if (number !== undefined) {
    throw sourceRefusal(promotion, promotion.sourceRegion, {
      code: 'KeyIsNumber',
      meaning: `The source image is called "${number}": in the outputs a number would be mistaken for an index.`,
      cure,
    });
  }
}

/** Two names for one image would make its targets twice, each under the token and the tags of the other. */
function checkTwins(sources: readonly (readonly SourceImage[])[], promotion: Promotion): void {
  const firsts = sources.flatMap(([first]) => first ?? []);
  const twin = firsts.find((one, index) => firsts.findIndex(({ origin }) => origin === one.origin) < index);
  if (twin !== undefined) {
    const keys = firsts.filter(({ origin }) => origin === twin.origin).map(({ key }) => `"${key}"`);
    throw sourceRefusal(promotion, promotion.sourceRegion, {
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
  const origin =
    request.at.kind === 'images' ? (request.at.origin ?? builtFrom(primary, all)) : ownOrigin(primary);
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

/** The origin of a build: by the tag or the lineage of one of its images, whichever of them is read, else that image. */
function builtFrom(primary: Image, all: readonly SourceLocation[]): string {
  const { tags, lineage, account } = primary;
  const parent = all.find(({ imageId, region }) => imageId === lineage?.imageId && region === lineage.region);
  return parent === undefined || tags[ownTags.source] !== undefined
    ? ownOrigin(primary)
    : asOrigin({ account, region: parent.region, id: parent.imageId });
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
    throw sourceRefusal(promotion, image.region, {
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
