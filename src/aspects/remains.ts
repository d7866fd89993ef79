import { type Image, type Snapshot, snapshotIdsOf } from '../model/image.ts';
import type { Attempts, Remains } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { attemptOf, isDead } from './selection.ts';

/**
 * What copies that came to nothing left at a target, beside the chosen image. A snapshot belongs to an image that
 * lists it, or to one of the same attempt that lists none, as AWS shows it while a copy is pending, and perhaps after it
 * failed. Pure.
 */
export function remainsOf(
  target: Target,
  found: { readonly ours: readonly Image[]; readonly images: readonly Image[] },
  snapshots: readonly Snapshot[],
  chosen: Image | undefined,
  attempts: Attempts,
): Remains {
  const there = found.ours.filter(({ state }) => state !== 'deregistered');
  const listed = new Set(found.images.flatMap(snapshotIdsOf));
  const claimed = new Set(there.filter((image) => snapshotIdsOf(image).length === 0).map(attemptOf));
  const orphans = snapshots.filter(
    (snapshot) =>
      snapshot.account === target.owner.id &&
      snapshot.tags[ownTags.source] === target.source.origin &&
      !listed.has(snapshot.id) &&
      !claimed.has(Number(snapshot.tags[ownTags.attempt])),
  );
  const isUseless = (snapshot: Snapshot) =>
    snapshot.state === 'error' || attempts.removed.includes(Number(snapshot.tags[ownTags.attempt]));
  const isSeen = chosen !== undefined && !isDead(chosen);
  return {
    images: isSeen ? there.filter((image) => isDead(image)) : [],
    snapshots: orphans.filter(isUseless),
    unclaimed: orphans.filter((snapshot) => snapshot.state === 'completed' && !isUseless(snapshot)),
  };
}
