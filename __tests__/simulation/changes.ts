import type { SimulatedImage, SimulatedSnapshot } from '../../simulator/world.ts';
import { pullTagsIn } from '../../src/aspects/pull-tags.ts';
import { ownPrefix, ownTags } from '../../src/model/tags.ts';
import { sourceIdsOf } from '../support/builders.ts';
import type { Chapter } from './play.ts';
import { holderOf, isLagging, permissionsOf, snapshotIdsOf, standingOf, type Things } from './things.ts';

/** What a chapter changed of what existed before it, and that nobody had asked for; a sentence each. */
export function allowedChanges(chapter: Chapter): readonly string[] {
  const { before, after, meddled } = chapter;
  const asked = askedIn(chapter);
  const isKnown = (thing: SimulatedImage | SimulatedSnapshot) =>
    !meddled.has(thing.id) && !isLagging(thing, before.at);
  const images = [...before.images.values()].filter(isKnown);
  const snapshots = [...before.snapshots.values()].filter(isKnown);
  return [
    ...images.flatMap((image) => changesOf(image, after.images.get(image.id), asked)),
    ...snapshots.flatMap((snapshot) =>
      changesOfSnapshot(snapshot, after.snapshots.get(snapshot.id), holderOf(before, snapshot.id), asked),
    ),
  ];
}

/** What all steps of a chapter ask for together. */
interface Asked {
  readonly sources: readonly string[];
  readonly tagKeys: readonly string[];
  readonly consumers: readonly string[];
  readonly owners: readonly string[];
  readonly isExact: boolean;
  readonly rollsBack: boolean;
  readonly runs: readonly string[];
  /** Accounts that some of the snapshots of a source were open to before. */
  readonly partly: readonly string[];
}

function askedIn({ told, before }: Chapter): Asked {
  const promotions = told.map(({ promotion }) => promotion);
  return {
    sources: promotions.flatMap(sourceIdsOf),
    tagKeys: promotions.flatMap(({ placements }) => placements.flatMap(({ tags }) => Object.keys(tags))),
    consumers: promotions.flatMap(({ placements }) =>
      placements.flatMap(({ consumers }) => consumers.map(({ id }) => id)),
    ),
    owners: promotions.flatMap(({ owners }) => owners.map(({ id }) => id)),
    isExact: promotions.some(({ sharing }) => sharing === 'exact'),
    rollsBack: told.some(({ finished, result }) => (finished?.rollback ?? result?.rollback) !== undefined),
    runs: told.map(({ run }) => run.id),
    partly: promotions.flatMap(sourceIdsOf).flatMap((id) => partlyOpen(before, id)),
  };
}

function partlyOpen({ images, snapshots }: Things, imageId: string): readonly string[] {
  const image = images.get(imageId);
  const ids = image === undefined ? [] : snapshotIdsOf(image);
  const holders = ids.map((id) => snapshots.get(id)?.createVolumePermissions.current ?? []);
  return holders.flat().filter((account) => holders.some((some) => !some.includes(account)));
}

type Tags = ReadonlyMap<string, string>;

function isOurs(tags: Tags): boolean {
  return tags.has(ownTags.source);
}

function changesOf(image: SimulatedImage, now: SimulatedImage | undefined, asked: Asked): readonly string[] {
  if (now === undefined) {
    return [`${image.id} is gone`];
  }
  const isSource = asked.sources.includes(image.id);
  if (!isSource && !isOurs(image.tags)) {
    const isUntouched = isSame(core(image), core(now)) && standingOf(image) === standingOf(now);
    return isUntouched ? [] : [`${image.id}, which is not ours, was changed`];
  }
  const removed = now.state === 'deregistered' && image.state !== 'deregistered';
  const mayGo = !isSource && (now.deregistered?.before === 'failed' || isRolledBack(image.tags, asked));
  const [was, is] = [permissionsOf(image), permissionsOf(now)];
  const mayBeGiven = [...asked.consumers, ...(isSource ? asked.owners : [])];
  const noted = notedOn(image);
  const lost = was.filter((one) => !is.includes(one));
  const mayBeLost = (one: string) =>
    isSource ? noted.includes(one) : asked.rollsBack || (asked.isExact && !asked.consumers.includes(one));
  return [
    ...(removed && !mayGo ? [`${image.id} was removed`] : []),
    ...tagChanges(image, now, asked),
    ...is
      .filter((one) => !was.includes(one) && !mayBeGiven.includes(one))
      .map((one) => `${image.id} was opened to ${one}`),
    ...lost.filter((one) => !mayBeLost(one)).map((one) => `${image.id} was closed to ${one}`),
    ...(isSame(core(image), core(now)) ? [] : [`${image.id} was changed in itself`]),
  ];
}

function changesOfSnapshot(
  snapshot: SimulatedSnapshot,
  now: SimulatedSnapshot | undefined,
  holder: SimulatedImage | undefined,
  asked: Asked,
): readonly string[] {
  const ofSource = holder !== undefined && asked.sources.includes(holder.id);
  if (now === undefined) {
    const isLeft = holder === undefined || !['available', 'disabled'].includes(holder.state);
    const mayGo =
      isOurs(snapshot.tags) &&
      (isRolledBack(snapshot.tags, asked) ||
        (isLeft && snapshot.state !== 'completed') ||
        holder?.state === 'failed');
    return mayGo && !ofSource ? [] : [`${snapshot.id} (${snapshot.state}) of ${holder?.id} is gone`];
  }
  const [was, is] = [snapshot.createVolumePermissions.current, now.createVolumePermissions.current];
  const mayBeGiven = [...asked.consumers, ...(ofSource ? asked.owners : [])];
  const noted = notedOn(holder);
  // A note does not tell single snapshots apart: where only some were open, all are closed.
  const mayBeLost = (one: string) =>
    ofSource
      ? noted.includes(one) || asked.partly.includes(one)
      : asked.rollsBack || (asked.isExact && isOurs(snapshot.tags));
  return [
    ...is
      .filter((one) => !was.includes(one) && !mayBeGiven.includes(one))
      .map((one) => `${snapshot.id} was opened to ${one}`),
    ...was
      .filter((one) => !is.includes(one) && !mayBeLost(one))
      .map((one) => `${snapshot.id} was closed to ${one}`),
    ...tagChanges(snapshot, now, asked),
  ];
}

/** The accounts that runs opened a source for. */
function notedOn(source: SimulatedImage | undefined): readonly string[] {
  return pullTagsIn(Object.fromEntries(source?.tags ?? [])).flatMap(({ accounts }) => accounts);
}

function isRolledBack(tags: Tags, { rollsBack, runs }: Asked): boolean {
  return rollsBack && runs.includes(tags.get(ownTags.run) ?? '');
}

function tagChanges(
  was: { readonly id: string; readonly tags: Tags },
  { tags }: { readonly tags: Tags },
  asked: Asked,
): readonly string[] {
  const keys = [...new Set([...was.tags.keys(), ...tags.keys()])];
  return keys
    .filter((key) => was.tags.get(key) !== tags.get(key))
    .filter((key) => !asked.tagKeys.includes(key) && !isOwnChange(key, was.tags))
    .map((key) => `the tag ${key} of ${was.id} was ${was.tags.get(key)} and is ${tags.get(key)}`);
}

/** Notes come and go; what was lost of our tags is put back. */
function isOwnChange(key: string, was: Tags): boolean {
  return key.startsWith(ownTags.pull) || (key.startsWith(ownPrefix) && !was.has(key));
}

/** What nothing of ours ever changes, but for IMDS support that a copy lost. */
function core(image: SimulatedImage) {
  const { id, name, description, account, region, created, devices, lineage } = image;
  return { id, name, description, account, region, created, devices, lineage };
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one, plain) === JSON.stringify(other, plain);
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}
