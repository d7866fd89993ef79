import { Failed, type Failure } from '../model/failure.ts';
import { type Image, type Key, snapshotIdsOf } from '../model/image.ts';
import type { Fact } from '../model/observation.ts';
import type { Promotion, SourceImage, SourceRequest } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { factOf } from './facts.ts';
import { Once } from './once.ts';
import type { Ports } from './ports.ts';
import { together } from './together.ts';

/**
 * Reads every source image with the home account's role: image, snapshots with real size and key, origin.
 * A pending one is awaited until `deadline`. One that is not there, not owned by the home account, deregistered or
 * not backed by EBS is refused, each with all others that are; one that is failed or disabled is left to the
 * comparison, because where copies exist already it does not matter.
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
  const keys = sources.map((source) => source.key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw refused(promotion, {
      code: 'SameKeyTwice',
      meaning: `Two source images are both called "${twice}", so the outputs could not tell them apart.`,
      cure: 'Give each a key in source, for example amd64=ami-….',
    });
  }
  return sources;
}

async function readSource(
  request: SourceRequest,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
  known: Once<Fact<Key>>,
): Promise<SourceImage> {
  const home = { account: promotion.home.id, region: promotion.sourceRegion };
  const image = await settled(request, promotion, ports, deadline);
  const snapshots = await ports.aws.snapshots(home, { by: 'id', ids: snapshotIdsOf(image) });
  const lost = snapshotIdsOf(image).filter((id) => !snapshots.some((snapshot) => snapshot.id === id));
  if (lost.length > 0) {
    throw refused(promotion, {
      code: 'SourceSnapshotMissing',
      meaning: `The source image ${image.id} names ${lost.join(', ')}, which the home role cannot see.`,
      cure: 'Build the image again, or let the role see its snapshots (ec2:DescribeSnapshots).',
    });
  }
  const pulled = promotion.owners.some((owner) => owner.id !== promotion.home.id);
  const keyArns = pulled ? new Set(snapshots.flatMap((snapshot) => snapshot.keyArn ?? [])) : [];
  const keys = await Promise.all(
    [...keyArns].map(
      async (arn) => [arn, await known.get(arn, () => factOf(ports.aws.key(home, arn)))] as const,
    ),
  );
  return {
    key: request.key ?? image.name ?? image.id,
    image,
    snapshots,
    keys: new Map(keys.flatMap(([arn, fact]) => ('value' in fact ? [[arn, fact.value]] : []))),
    unreadKeys: keys.flatMap(([, fact]) => ('failure' in fact ? [fact.failure] : [])),
    origin: image.tags[ownTags.source] ?? `${image.account}/${image.region}/${image.id}`,
  };
}

/** The image once it is no longer pending. */
async function settled(
  request: SourceRequest,
  promotion: Promotion,
  ports: Ports,
  deadline: number,
): Promise<Image> {
  const home = { account: promotion.home.id, region: promotion.sourceRegion };
  for (let said = false; ; said = true) {
    const [image] = await ports.aws.images(home, { by: 'id', ids: [request.imageId] });
    checkSource(image, request, promotion);
    if (image.state !== 'pending' && image.state !== 'transient') {
      return image;
    }
    if (ports.clock.now() >= deadline) {
      throw refused(promotion, {
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

function checkSource(
  image: Image | undefined,
  request: SourceRequest,
  promotion: Promotion,
): asserts image is Image {
  const where = `account ${promotion.home.id}, Region ${promotion.sourceRegion}`;
  if (image === undefined || image.state === 'deregistered') {
    throw refused(promotion, {
      code: 'SourceNotFound',
      meaning: `There is no image ${request.imageId} in ${where}: it never existed there, or it was deregistered.`,
      cure: 'Check source, source-region and source-account; an AMI id belongs to one Region.',
    });
  }
  if (image.account !== promotion.home.id) {
    throw refused(promotion, {
      code: 'SourceOfAnotherAccount',
      meaning: `${image.id} belongs to account ${image.account}, and source-account says ${promotion.home.id}.`,
      cure: 'Set source-account to the account that owns the image, with a role there, or name an image of your own.',
    });
  }
  const settling = image.state === 'pending' || image.state === 'transient' || image.state === 'failed';
  if (!settling && image.rootDeviceType !== 'ebs') {
    throw refused(promotion, {
      code: 'SourceNotEbs',
      meaning: `${image.id} has a root device of type ${image.rootDeviceType}; only images backed by EBS are promoted.`,
      cure: 'Build the image with an EBS root device.',
    });
  }
}

function refused(promotion: Promotion, reason: Pick<Failure, 'code' | 'meaning' | 'cure'>): Failed {
  return new Failed({
    where: `${promotion.home.id}/${promotion.sourceRegion}`,
    action: 'check: source',
    requestId: undefined,
    kind: 'precondition',
    ...reason,
  });
}
