import type { Difference } from '../model/difference.ts';
import { type Image, type Snapshot, snapshotIdsOf, type Tags, tagOf } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { maxTags, ownTags } from '../model/tags.ts';
import { type Reason, refusal } from './refusal.ts';

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
  const full = [
    ...(bare.includes(image.id) ? [image] : []),
    ...snapshots.filter(({ id }) => bare.includes(id)),
  ].find(({ tags }) => countOf(tags, wanted) > maxTags);
  if (full !== undefined) {
    const facts = { wanted: Object.keys(wanted).join(', '), found: `${full.id} is full of tags` };
    return [refusal(target, 'tagged', facts, noRoom(full.id, countOf(full.tags, wanted)))];
  }
  return [
    {
      aspect: 'tagged',
      wanted: Object.entries(wanted)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
      found: `${foundOf([image, ...snapshots], wanted).join('; ')} (of ${1 + snapshotIdsOf(image).length})`,
      mend: {
        kind: 'write',
        writes: [{ kind: 'set-tags', place: placeOf(target), resourceIds: bare, tags: wanted }],
      },
    },
  ];
}

/** How many tags a resource would carry. */
export function countOf(found: Tags, wanted: Tags): number {
  return Object.keys({ ...found, ...wanted }).length;
}

/** AWS: 50 tags on a resource. */
export function noRoom(id: string, count: number): Reason {
  return {
    code: 'TooManyTags',
    kind: 'quota',
    meaning: `${id} would carry ${count} tags, and AWS allows ${maxTags}.`,
    cure: `Take tags off ${id} (on a source image, notes ${ownTags.pull}… whose deadline is over), or ask for fewer in tags.`,
  };
}

/** Whether a wanted tag is missing, or has another value. */
export function lacks(found: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).some(([key, value]) => tagOf(found, key) !== value);
}

/** What is there instead of each tag that is not as wanted: `stage=dev on ami-…`, `team missing on ami-…, snap-…`. */
function foundOf(resources: readonly (Image | Snapshot)[], wanted: Tags): readonly string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const others = resources.filter(({ tags }) => tagOf(tags, key) !== value);
    const byValue = Map.groupBy(others, ({ tags }) => {
      const found = tagOf(tags, key);
      return found === undefined ? `${key} missing` : `${key}=${found}`;
    });
    return [...byValue].map(([words, some]) => `${words} on ${some.map(({ id }) => id).join(', ')}`);
  });
}

function ownOf(target: Target, seen: Observation): Tags {
  const own = Object.values<string>(ownTags);
  const attempt = String(seen.attempts.asked?.attempt ?? 1);
  const born = Object.entries(target.birthTags.snapshots).filter(([key]) => own.includes(key));
  return { ...Object.fromEntries(born), [ownTags.attempt]: attempt };
}
