import type { Difference, Write } from '../model/difference.ts';
import type { Observation, OpenedOnly, PullTag, SourceAccess } from '../model/observation.ts';
import { portions } from '../model/portions.ts';
import { type PullNote, placeOf, type SourceImage, type Target } from '../model/promotion.ts';
import { maxTags } from '../model/tags.ts';
import { unknownKey } from './encrypted.ts';
import { pullTagsFor, runInKey } from './pull-tags.ts';
import { refusal } from './refusal.ts';
import { includes, mostPermissions } from './shared.ts';
import { countOf, noRoom } from './tagged.ts';

/** While a pulling owner still needs the source, it may read the image and each snapshot, and sees them. */
export function open(target: Target, seen: Observation): readonly Difference[] {
  if (
    target.pull === undefined ||
    seen.sourceAccess === undefined ||
    seen.chosen?.image.state === 'available'
  ) {
    return [];
  }
  const writes = openingWrites(target.source, seen.sourceAccess, [placeOf(target).account], target.pull);
  const wanted = `${target.source.image.id} open to ${target.owner.name}`;
  const { id, tags } = target.source.image;
  const counts = writes.map((write) => (write.kind === 'set-tags' ? countOf(tags, write.tags) : 0));
  if (Math.max(0, ...counts) > maxTags) {
    const facts = { wanted, found: 'no room for the note' };
    return [refusal(target, 'open', facts, noRoom(id, Math.max(...counts)))];
  }
  if (writes.some(({ kind }) => kind === 'share-snapshot')) {
    const locked = target.source.unreadKeys.map((failure) => unknownKey('open', failure));
    if (locked.length > 0) {
      return locked;
    }
  }
  if (writes.length > 0) {
    return [{ aspect: 'open', wanted, found: 'not permitted', mend: { kind: 'write', writes } }];
  }
  if (seen.chosen === undefined && seen.sourceSeen === false) {
    return [{ aspect: 'open', wanted, found: 'permitted, but not seen there yet', mend: { kind: 'wait' } }];
  }
  return [];
}

/**
 * What opens a source image for accounts: the note first, so that the permissions can be found again, then
 * the image and each snapshot (AWS lets an account copy an image only if its snapshots are shared too).
 * The note lists the accounts that had no permission before, and those that another run's note lists: so no
 * run closes under another, and nobody's own permission is mistaken for ours.
 */
export function openingWrites(
  source: SourceImage,
  access: SourceAccess,
  accounts: readonly string[],
  note: PullNote,
): readonly Write[] {
  const { image } = source;
  const place = { account: image.account, region: image.region };
  const own = access.pullTags.find((tag) => tag.run === runInKey(note.run));
  const byOthers = new Set(access.pullTags.flatMap((tag) => tag.accounts));
  const listed = new Set(own?.accounts ?? []);
  const toList = accounts.filter((id) =>
    listed.has(id) ? lacksMore(access, id, own) : byOthers.has(id) || !mayRead(access, id),
  );

  const notes: Write[] =
    toList.length === 0
      ? []
      : [
          {
            kind: 'set-tags',
            place,
            resourceIds: [image.id],
            tags: pullTagsFor(note, [...listed, ...toList], onlyOf(access, toList, own)),
          },
        ];
  const images = portions(
    accounts.filter((id) => !mayLaunch(access, id)),
    mostPermissions,
  ).map(
    (some): Write => ({
      kind: 'share-image',
      place,
      imageId: image.id,
      add: some.map((id) => ({ kind: 'account', id })),
    }),
  );
  const snapshots = [...access.snapshots].flatMap(([snapshotId, holders]) =>
    portions(
      accounts.filter((id) => !mayUse(holders, id)),
      mostPermissions,
    ).map((add): Write => ({ kind: 'share-snapshot', place, snapshotId, add })),
  );
  return [...notes, ...images, ...snapshots];
}

/**
 * What part each account lacks, as long as no note lists it: then it is what the other run noted, and where several
 * say different things, all of it.
 */
function onlyOf(access: SourceAccess, accounts: readonly string[], own: PullTag | undefined): OpenedOnly {
  const before = [...(own?.only ?? [])].filter(([id]) => !accounts.includes(id));
  return new Map([
    ...before,
    ...accounts.flatMap((id) => {
      if (own?.accounts.includes(id)) {
        return [];
      }
      const parts = new Set(
        access.pullTags.filter((tag) => tag.accounts.includes(id)).map(({ only }) => only.get(id)),
      );
      const [noted] = parts;
      const part = parts.size === 0 ? lackedPart(access, id) : parts.size === 1 ? noted : undefined;
      return part === undefined ? [] : [[id, part] as const];
    }),
  ]);
}

/** What this run opened only in part has lost the other part, too: the note lists all of it from now on. */
function lacksMore(access: SourceAccess, id: string, own: PullTag | undefined): boolean {
  const part = own?.only.get(id);
  return part !== undefined && !mayRead(access, id) && lackedPart(access, id) !== part;
}

function lackedPart(access: SourceAccess, id: string): 'image' | 'snapshots' | undefined {
  const lacksImage = !mayLaunch(access, id);
  const lacking = [...access.snapshots.values()].filter((holders) => !mayUse(holders, id));
  if (lacksImage) {
    return lacking.length === 0 && access.snapshots.size > 0 ? 'image' : undefined;
  }
  return 'snapshots';
}

function mayRead(access: SourceAccess, account: string): boolean {
  return (
    mayLaunch(access, account) && [...access.snapshots.values()].every((holders) => mayUse(holders, account))
  );
}

/** By a permission of its own, or because everyone may. */
function mayLaunch(access: SourceAccess, account: string): boolean {
  return (
    includes(access.image, { kind: 'account', id: account }) ||
    includes(access.image, { kind: 'everyone', id: 'all' })
  );
}

/** The same of a snapshot, by those who hold permissions on it. */
function mayUse(holders: readonly string[], account: string): boolean {
  return holders.includes(account) || holders.includes('all');
}
