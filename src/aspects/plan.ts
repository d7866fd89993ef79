import { isDeepStrictEqual } from 'node:util';
import type { CopyImage, Difference, Write } from '../model/difference.ts';
import { type Image, type Tags, tagOf } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import type { PlannedWrite } from '../model/plan.ts';
import { sizeGiBOf, type Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { isDead } from './selection.ts';
import { accountIdsOf } from './shared.ts';

/**
 * Everything that a promotion would write for a target, as a plan shows it: what the comparison found, and what
 * a copy that it makes will need afterwards. Pure.
 */
export function plannedWrites(
  target: Target,
  seen: Observation,
  differences: readonly Difference[],
): readonly PlannedWrite[] {
  const writes = differences.flatMap(({ aspect, mend }) =>
    mend.kind === 'write' && aspect !== 'open' ? mend.writes : [],
  );
  const opens = differences.some(({ aspect, mend }) => aspect === 'open' && mend.kind === 'write');
  const copies = writes.some(({ kind }) => kind === 'copy-image');
  const isComing = copies || (seen.chosen !== undefined && seen.chosen.image.state !== 'available');
  return [
    ...(opens ? [opening(target)] : []),
    ...distinct(writes.map((write) => planned(target, write))),
    ...(isComing ? afterwards(target, seen.chosen?.image) : []),
    ...(copies ? seen.ours.filter(isDead).map(removing) : []),
  ];
}

/** Several calls may be one write in words. */
function distinct(writes: readonly PlannedWrite[]): readonly PlannedWrite[] {
  return writes.filter((write, index) => writes.findIndex((one) => isDeepStrictEqual(one, write)) === index);
}

/** A failed copy goes once the one that takes its place can be seen. */
function removing({ id }: Image): PlannedWrite {
  return { kind: 'remove-failed-copy', imageId: id };
}

/** A write as a plan shows it: without what is bound to this run or attempt. */
export function planned(target: Target, write: Write): PlannedWrite {
  switch (write.kind) {
    case 'copy-image':
      return copying(target, write);
    case 'set-tags':
      return Object.keys(write.tags).some((key) => key.startsWith(ownTags.pull))
        ? { kind: 'keep-open', imageId: target.source.image.id }
        : { kind: 'set-tags', resourceIds: write.resourceIds, tags: withoutRun(write.tags) };
    case 'share-image':
      return { kind: 'share-image', imageId: write.imageId, add: write.add.map(({ id }) => id) };
    case 'share-snapshot':
      return { kind: 'share-snapshot', snapshotId: write.snapshotId, add: write.add };
    case 'unshare-image':
      return { kind: 'unshare-image', imageId: write.imageId, remove: write.remove.map(({ id }) => id) };
    case 'unshare-snapshot':
      return { kind: 'unshare-snapshot', snapshotId: write.snapshotId, remove: write.remove };
    case 'require-imds-v2':
      return { kind: 'require-imds-v2', imageId: write.imageId, ifNeeded: false };
    case 'remove-tags':
      return { kind: 'keep-open', imageId: target.source.image.id };
    case 'deregister-image':
      return { kind: 'remove-failed-copy', imageId: write.imageId };
    case 'delete-snapshot':
      return { kind: 'remove-failed-copy', imageId: null };
  }
}

/** What opens the source to the target's owner; sorted, because AWS shows snapshots in any order. */
export function opening(target: Target): PlannedWrite {
  const { image, snapshots } = target.source;
  return {
    kind: 'open-source',
    imageId: image.id,
    snapshotIds: snapshots.map(({ id }) => id).sort(),
    account: target.owner.id,
  };
}

/** The writes that an approved plan does not have for their target. */
export function uncovered(
  target: Target,
  writes: readonly PlannedWrite[],
  approved: readonly PlannedWrite[],
): readonly PlannedWrite[] {
  return writes.filter((write) => !covers(target, approved, write));
}

/** What differs between a write and the approved one of its kind, a phrase each. */
export function differsFrom(write: PlannedWrite, approved: PlannedWrite): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(approved));
  return Object.entries(write).flatMap(([field, now]: [string, unknown]) =>
    phrases(words.get(field) ?? field, now, before.get(field)),
  );
}

/** The fields of a write as the summary of a plan calls them. */
const words = new Map([
  ['keyArn', 'key'],
  ['completionMinutes', 'minutes of a time-based copy'],
  ['imageTags', 'tag of the image'],
  ['snapshotTags', 'tag of its snapshots'],
  ['tags', 'tag'],
  ['add', 'for'],
  ['remove', 'from'],
  ['imageId', 'image'],
  ['snapshotId', 'snapshot'],
  ['resourceIds', 'on'],
  ['fromRegion', 'from'],
]);

function phrases(name: string, now: unknown, then: unknown): readonly string[] {
  if (isDeepStrictEqual(now, then) || name === 'sizeGiB') {
    return [];
  }
  if (!isTags(now) || !isTags(then)) {
    return [`${name} ${shown(now)} where ${shown(then)} is approved`];
  }
  return [...new Set([...Object.keys(now), ...Object.keys(then)])].flatMap((key) =>
    phrases(`${name} ${key}`, now[key] ?? null, then[key] ?? null),
  );
}

function isTags(value: unknown): value is Tags {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) {
    return 'none';
  }
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function copying(target: Target, write: CopyImage): PlannedWrite {
  const { name, description, birthTags } = target.unbound;
  return {
    kind: 'copy-image',
    imageId: write.source.imageId,
    fromRegion: write.source.region,
    name,
    description,
    keyArn: write.keyArn ?? null,
    completionMinutes: write.completionMinutes ?? null,
    sizeGiB: sizeGiBOf(target.source),
    imageTags: birthTags.image,
    snapshotTags: birthTags.snapshots,
  };
}

/** What is written to a copy once it is available; undefined while it is still to be made, with its tags. */
function afterwards(target: Target, coming: Image | undefined): readonly PlannedWrite[] {
  const { consumers, shareSnapshots, source, tags } = target;
  const imageId = coming?.id ?? null;
  const copiers = shareSnapshots ? accountIdsOf(consumers) : [];
  return [
    ...(coming !== undefined && Object.keys(tags).length > 0
      ? [{ kind: 'set-tags', resourceIds: [], tags } as const]
      : []),
    ...(source.primary.imdsSupport === 'v2.0'
      ? [{ kind: 'require-imds-v2', imageId, ifNeeded: true } as const]
      : []),
    ...(consumers.length > 0
      ? [{ kind: 'share-image', imageId, add: consumers.map(({ id }) => id) } as const]
      : []),
    ...(copiers.length > 0
      ? source.snapshots.map(() => ({ kind: 'share-snapshot', snapshotId: null, add: copiers }) as const)
      : []),
  ];
}

/** Permissions are compared one by one, because AWS takes them in portions. */
function covers(target: Target, approved: readonly PlannedWrite[], write: PlannedWrite): boolean {
  switch (write.kind) {
    case 'open-source':
      return approved.some((one) => isDeepStrictEqual(one, write));
    case 'copy-image':
      return approved.some(
        (one) =>
          one.kind === write.kind && isDeepStrictEqual({ ...one, sizeGiB: 0 }, { ...write, sizeGiB: 0 }),
      );
    case 'set-tags':
      return approved.some(
        (one) =>
          one.kind === write.kind &&
          write.resourceIds.every((id) => isTagged(target, one.resourceIds, id)) &&
          Object.entries(write.tags).every(([key, value]) => tagOf(one.tags, key) === value),
      );
    case 'share-image':
      return write.add.every((id) =>
        approved.some(
          (one) =>
            one.kind === write.kind && means(target, one.imageId, write.imageId) && one.add.includes(id),
        ),
      );
    case 'share-snapshot':
      return write.add.every((id) =>
        approved.some(
          (one) =>
            one.kind === write.kind &&
            means(target, one.snapshotId, write.snapshotId) &&
            one.add.includes(id),
        ),
      );
    case 'unshare-image':
      return write.remove.every((id) =>
        approved.some(
          (one) => one.kind === write.kind && one.imageId === write.imageId && one.remove.includes(id),
        ),
      );
    case 'unshare-snapshot':
      return write.remove.every((id) =>
        approved.some(
          (one) => one.kind === write.kind && one.snapshotId === write.snapshotId && one.remove.includes(id),
        ),
      );
    case 'remove-failed-copy':
      return approved.some(
        (one) => one.kind === write.kind && (write.imageId === null || one.imageId === write.imageId),
      );
    case 'keep-open':
      return approved.some((one) => isDeepStrictEqual(one, write));
    case 'require-imds-v2':
      return approved.some((one) => one.kind === write.kind && means(target, one.imageId, write.imageId));
  }
}

/** No ids stand for the copy on its way and its snapshots, whose ids AWS does not show yet. */
function isTagged(target: Target, approvedIds: readonly string[], id: string): boolean {
  return approvedIds.includes(id) || (approvedIds.length === 0 && means(target, null, id));
}

/** No id in a plan is that of any copy, since it was still to be made; but never the source itself. */
function means({ source }: Target, approvedId: string | null, id: string | null): boolean {
  const ofSource = [source.image.id, ...source.snapshots.map((snapshot) => snapshot.id)];
  return approvedId === id || (approvedId === null && id !== null && !ofSource.includes(id));
}

function withoutRun(tags: Tags): Tags {
  return ownTags.run in tags ? { ...tags, [ownTags.run]: '{run}' } : tags;
}
