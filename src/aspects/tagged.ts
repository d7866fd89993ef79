import type { Difference } from '../model/difference.ts';
import { snapshotIdsOf, type Tags } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';

/**
 * Image and snapshots carry the wanted tags. Copied tags and our own are decided when a copy is made; ours
 * are put back only on a copy that lost them and that our ClientToken proved to be ours.
 */
export function tagged(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen?.image.state !== 'available') {
    return [];
  }
  const { image, snapshots, inPlace } = seen.chosen;
  const lost = !inPlace && image.tags[ownTags.source] === undefined;
  const wanted = { ...target.tags, ...(lost ? ownOf(target, seen) : {}) };
  const bare = [
    ...(lacks(image.tags, wanted) ? [image.id] : []),
    ...snapshots.filter((snapshot) => lacks(snapshot.tags, wanted)).map((snapshot) => snapshot.id),
  ];
  if (bare.length === 0) {
    return [];
  }
  return [
    {
      aspect: 'tagged',
      wanted: Object.keys(wanted).join(', '),
      found: `missing or different on ${bare.join(', ')} (of ${1 + snapshotIdsOf(image).length})`,
      mend: {
        kind: 'write',
        writes: [{ kind: 'set-tags', place: placeOf(target), resourceIds: bare, tags: wanted }],
      },
    },
  ];
}

/** Whether a wanted tag is missing, or has another value. */
export function lacks(found: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).some(([key, value]) => found[key] !== value);
}

function ownOf(target: Target, seen: Observation): Tags {
  const own = Object.values<string>(ownTags);
  const attempt = String(seen.attempts.asked?.attempt ?? 1);
  const born = Object.entries(target.birthTags.snapshots).filter(([key]) => own.includes(key));
  return { ...Object.fromEntries(born), [ownTags.attempt]: attempt };
}
