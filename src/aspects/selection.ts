import { type Image, isPending } from '../model/image.ts';
import type { Attempts, Observation } from '../model/observation.ts';
import { partsOf } from '../model/origin.ts';
import type { Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';

/** AWS refuses requests from a clock that is off by more than a quarter of an hour. */
const clockSkewMs = 15 * 60_000;

/** What is known of images that copies say they were made from, by id. */
export type Relatives = ReadonlyMap<string, Relative>;

export interface Relative {
  /** By its own tag, or itself; undefined where it is a copy that does not say of what origin. */
  readonly origin: string | undefined;
  /** Of such a copy, the id of what it was made from, if AWS tells. */
  readonly copyOf: string | undefined;
}

/** The images of a place, sorted into what they are to a target. */
export type Sorted = Pick<Observation, 'ours' | 'candidates'>;

/**
 * Ours: owned by the owner, carrying our source tag with this origin and, once available, a lineage that
 * does not name an image of another origin. A copy that our ClientToken answered with is ours without tags.
 * Candidate: lineage of the source, but not our tag. A name proves nothing and is not looked at.
 */
export function sort(
  images: readonly Image[],
  target: Target,
  relatives: Relatives,
  attempts: Attempts,
): Sorted {
  const owned = images.filter((image) => image.account === target.owner.id && image.region === target.region);
  const ours = owned.filter((image) => isOurs(image, target, relatives, attempts));
  const candidates = owned.filter(
    (image) =>
      !ours.includes(image) &&
      !isSource(image, target) &&
      originByLineage(image, target, relatives) === 'same',
  );
  return { ours, candidates };
}

/**
 * The image that the aspects speak of. In this order: available, on its way, disabled; the oldest first, so
 * that every run chooses the same. A failed one only if it failed while this run watched: every other failure is
 * the past, and the next attempt's business.
 */
export function choose(ours: readonly Image[], attempts: Attempts): Image | undefined {
  const oldestFirst = [...ours].sort(
    (a, b) => a.created.localeCompare(b.created) || a.id.localeCompare(b.id),
  );
  return (
    oldestFirst.find((image) => image.state === 'available') ??
    oldestFirst.find(isPending) ??
    oldestFirst.find((image) => image.state === 'disabled') ??
    oldestFirst.find((image) => failedOnOurWatch(image, attempts))
  );
}

/** The number of the next attempt: one after the highest that is known to have led to nothing. */
export function nextAttempt(ours: readonly Image[], attempts: Attempts): number {
  const { asked } = attempts;
  const failed = ours
    .filter(isDead)
    .map((image) => (image.id === asked?.imageId ? asked.attempt : attemptOf(image)));
  return Math.max(0, ...failed) + 1;
}

/** The attempt tag; 1 where it is gone. */
export function attemptOf({ tags }: Pick<Image, 'tags'>): number {
  const attempt = Number(tags[ownTags.attempt]);
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 1;
}

/** It will never be available. */
export function isDead(image: Image): boolean {
  return ['failed', 'error', 'invalid', 'deregistered'].includes(image.state);
}

/** It is what the target is copied from, not a copy for it. */
export function isSource(image: Image, target: Target): boolean {
  return image.id === target.source.image.id && image.region === target.source.image.region;
}

function isOurs(image: Image, target: Target, relatives: Relatives, attempts: Attempts): boolean {
  if (image.id === attempts.asked?.imageId) {
    return true;
  }
  if (image.tags[ownTags.source] !== target.source.origin) {
    return false;
  }
  return image.state !== 'available' || originByLineage(image, target, relatives) !== 'other';
}

/** Whether what an image says it was copied from has the same origin; unknown where nobody can tell. */
export function originByLineage(
  image: Image,
  target: Target,
  relatives: Relatives,
): 'same' | 'other' | 'unknown' {
  const parent = image.lineage?.imageId;
  if (parent === undefined) {
    return 'unknown';
  }
  if (isOfSource(parent, target)) {
    return 'same';
  }
  const { origin, copyOf } = relatives.get(parent) ?? {};
  if (origin === undefined) {
    return isOfSource(copyOf, target) ? 'same' : 'unknown';
  }
  return origin === target.source.origin ? 'same' : 'other';
}

/** The ids of the source in every Region that it was named in, and of what it is a copy of. */
export function idsOfSource({ source }: Target): readonly string[] {
  return [...source.siblings, partsOf(source.origin).imageId];
}

function isOfSource(id: string | undefined, target: Target): boolean {
  return id !== undefined && idsOfSource(target).includes(id);
}

/**
 * Seen on its way by this run, or asked for by it. A token may answer with a copy that failed long ago (AWS
 * replays it): that one was made before we asked, by more than any runner's clock is off.
 */
function failedOnOurWatch(image: Image, { asked, watched }: Attempts): boolean {
  if (!isDead(image)) {
    return false;
  }
  const madeLongBefore = asked !== undefined && Date.parse(image.created) < asked.since - clockSkewMs;
  return image.id === watched || (image.id === asked?.imageId && !madeLongBefore);
}
