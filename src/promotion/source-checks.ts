import { unequalIn } from '../aspects/equal.ts';
import { lacks } from '../aspects/tagged.ts';
import { commandOf } from '../model/command.ts';
import { Failed, type Failure } from '../model/failure.ts';
import { type Image, isPending, type Place, placeName } from '../model/image.ts';
import { ownOrigin, partsOf } from '../model/origin.ts';
import type { Promotion, SourceImage, SourceLocation, SourceRequest } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';

/** Raises `Failed` unless the image is there, of the home account and backed by EBS, as far as AWS tells yet. */
export function checkSource(
  image: Image | undefined,
  { imageId, region }: SourceLocation,
  promotion: Promotion,
): asserts image is Image {
  if (image === undefined || image.state === 'deregistered') {
    throw sourceRefusal(promotion, region, {
      code: 'SourceNotFound',
      meaning: `There is no image ${imageId} in account ${promotion.home.id}, Region ${region}: it never existed there, or it was deregistered.`,
      cure: `Check source, source-region and source-account; an AMI id belongs to one Region. Where a file names it as a copy of an image that is still there, name that image by its id.`,
    });
  }
  if (image.account !== promotion.home.id) {
    throw sourceRefusal(promotion, region, {
      code: 'SourceOfAnotherAccount',
      meaning: `${image.id} belongs to account ${image.account}, and source-account says ${promotion.home.id}.`,
      cure: 'Set source-account to the account that owns the image, with a role there, or name an image of your own.',
    });
  }
  const settling = isPending(image) || image.state === 'failed';
  if (!settling && image.rootDeviceType !== 'ebs') {
    throw sourceRefusal(promotion, region, {
      code: 'SourceNotEbs',
      meaning: `${image.id} has a root device of type ${image.rootDeviceType}; only images backed by EBS are promoted.`,
      cure: 'Build the image with an EBS root device.',
    });
  }
}

/** Raises `Failed` unless a source image carries every tag that it must. */
export function checkTags(image: Image, promotion: Promotion): void {
  const wanted = Object.entries(promotion.requireSourceTags);
  const lacking = wanted.filter(([key, value]) => lacks(image.tags, { [key]: value }));
  if (lacking.length > 0) {
    const found = lacking.map(([key, value]) => {
      const other = Object.hasOwn(image.tags, key) ? `, and has ${key}=${image.tags[key]}` : '';
      return `${key}=${value}${other}`;
    });
    throw sourceRefusal(promotion, image.region, {
      code: 'SourceTagMissing',
      meaning: `The source image ${image.id} lacks what require-source-tags asks for: ${found.join('; ')}.`,
      cure: 'Let what sets these tags run first, such as the scan of the image, or look why it did not set them.',
    });
  }
}

/** Raises `Failed` unless an image is what it was named as: of one origin, and like the one that it stands for. */
export function checkOrigin(
  image: Image,
  primary: Image,
  origin: string,
  { at, title }: SourceRequest,
  promotion: Promotion,
): void {
  const named = at.kind === 'images' ? at.images : [];
  const isPromoted = at.kind === 'images' && at.origin !== undefined;
  const isMade = isPromoted && named.some(({ imageId, onlyRead }) => imageId === image.id && !onlyRead);
  const names = [primary.id, ...named.map(({ imageId }) => imageId)];
  const parent = image.lineage?.imageId;
  const first = partsOf(origin).imageId;
  const isCopy = parent !== undefined && [...names, first].includes(parent);
  const isOrigin = !isMade && names.includes(first);
  const own = !isPromoted || isCopy || isOrigin ? (image.tags[ownTags.source] ?? origin) : ownOrigin(image);
  if (own !== origin) {
    const put = commandOf({
      kind: 'set-tags',
      place: { account: image.account, region: image.region },
      resourceIds: [image.id],
      tags: { [ownTags.source]: origin },
    });
    throw sourceRefusal(promotion, image.region, {
      code: 'SourceOfAnotherOrigin',
      meaning: `${image.id}, which ${title} names as a copy of ${origin}, ${whatItIs(image)}.`,
      cure: `Name the file of the promotion that made it. If somebody took its tag ${ownTags.source} away, put it back.`,
      paste: { text: put },
    });
  }
  const isKnown = image !== primary && ![image, primary].some(({ state }) => state === 'failed');
  const renamed = { label: 'name', wanted: primary.name, found: image.name };
  const isRenamed = !isPromoted && primary.name !== image.name;
  const [unequal] = isKnown ? [...unequalIn(primary, image), ...(isRenamed ? [renamed] : [])] : [];
  if (unequal !== undefined) {
    throw sourceRefusal(promotion, image.region, {
      code: 'SourceCopyDiffers',
      meaning: `${image.id} is named as a copy of ${primary.id}, and differs in ${unequal.label}: ${unequal.found}, not ${unequal.wanted}.`,
      cure: 'Name the images of one build, or leave the other Region out of the file.',
    });
  }
}

/** Raises `Failed` where what the sources name is no longer what it was, as a parameter that has moved on. */
export function checkUnmoved(
  before: readonly SourceImage[],
  now: readonly SourceImage[],
  promotion: Promotion,
): void {
  const other = now.find(
    ({ key, origin }) => !before.some((one) => one.key === key && one.origin === origin),
  );
  if (other !== undefined) {
    throw sourceRefusal(promotion, promotion.sourceRegion, {
      code: 'SourceMoved',
      meaning: `${other.key} is ${other.origin} now, which it was not when this step began: nobody has looked at copies of that.`,
      cure: 'Run the step again: it looks at what source names then.',
    });
  }
}

/** Of what an image is a copy, as far as it and AWS tell. */
function whatItIs({ tags, lineage }: Image): string {
  const tag = tags[ownTags.source];
  if (tag !== undefined) {
    return `is a copy of ${tag} by its tags`;
  }
  const parent =
    lineage === undefined
      ? 'AWS does not tell of what it is a copy'
      : `AWS tells that it is a copy of ${lineage.imageId}`;
  return `has no tag ${ownTags.source}, and ${parent}`;
}

/** What is wrong with a source image in a Region of the home account. */
export function sourceRefusal({ home }: Promotion, region: string, reason: SourceReason): Failed {
  return refusedAt({ account: home.id, region }, reason);
}

/** What is wrong with a source, or with what names it. */
export function refusedAt(place: Place, reason: SourceReason): Failed {
  return new Failed({
    where: placeName(place),
    action: 'check: source',
    kind: 'precondition',
    ...reason,
  });
}

type SourceReason = Pick<Failure, 'code' | 'meaning' | 'cure' | 'paste'>;
