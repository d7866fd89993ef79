import type { Write } from '../model/difference.ts';
import type { PullTag, SourceAccess } from '../model/observation.ts';
import { portions } from '../model/portions.ts';
import type { PullNote, SourceImage } from '../model/promotion.ts';
import { noteTags, pullTagsFor, runInKey } from './pull-tags.ts';
import { includes, mostPermissions } from './shared.ts';

/** What closes a source image again, in this order, and who stays because runs that are under way need the access. */
export interface Closing {
  readonly accounts: readonly string[];
  readonly permissions: readonly Write[];
  readonly notes: readonly Write[];
  readonly leftToOthers: readonly string[];
}

/** A deadline that is over by everybody's clock. */
export const over = '1970-01-01T00:00:00Z';

/** Whether nobody needs what a note lists any more; of a spoiled one nothing is known, and access is closed. */
export function isOver({ deadline }: PullNote, at: number): boolean {
  return !(Date.parse(deadline) > at);
}

/**
 * The own note, rewritten as over: from now on whoever closes may take its accounts away. So a process that dies while
 * it closes leaves nothing that is never closed.
 */
export function overWrites(source: SourceImage, own: PullTag): readonly Write[] {
  const tags = pullTagsFor({ ...own, deadline: over }, own.accounts, own.only);
  return [{ kind: 'set-tags', ...on(source), tags }];
}

/**
 * Takes away what the own note and the notes that are over list, but for accounts that a note still in force lists:
 * that run closes them. Accounts without a note were permitted by somebody else, and stay. Of the own accounts what AWS
 * shows may be old, so they are taken away whether it shows them or not: twice does no harm. The notes go last, and
 * only those that nothing is left of: where two runs close at once and each sees the other's note as it was before,
 * both stay, over, for whoever closes next.
 */
export function closing(
  source: SourceImage,
  access: SourceAccess,
  ownRun: string,
  at: number,
  alsoOthers: boolean,
): Closing {
  const isOwn = ({ run }: PullNote) => run === runInKey(ownRun);
  const ended = access.pullTags.filter((note) => isOwn(note) || (alsoOthers && isOver(note, at)));
  const inForce = access.pullTags
    .filter((note) => !isOwn(note) && !isOver(note, at))
    .flatMap(({ accounts }) => accounts);
  const own = ended.filter(isOwn).flatMap(({ accounts }) => accounts);
  const listed = [...new Set(ended.flatMap(({ accounts }) => accounts))].sort();
  const accounts = listed.filter((id) => !inForce.includes(id));
  const done = ended.filter((note) => !note.accounts.some((id) => inForce.includes(id)));
  const tags = noteTags(
    access.tags,
    done.map(({ run }) => run),
  );
  return {
    accounts: accounts.filter((id) => own.includes(id) || holds(access, id)),
    permissions: permissionWrites(source, access, accounts, ended, own),
    notes: Object.keys(tags).length === 0 ? [] : [{ kind: 'remove-tags', ...on(source), tags }],
    leftToOthers: own.filter((id) => inForce.includes(id)),
  };
}

function permissionWrites(
  source: SourceImage,
  access: SourceAccess,
  accounts: readonly string[],
  ended: readonly PullTag[],
  own: readonly string[],
): readonly Write[] {
  const { place } = on(source);
  /** What was open to an account before, stays, as far as every note says so. */
  const closes = (id: string, part: 'image' | 'snapshots') =>
    ended.some((note) => note.accounts.includes(id) && [undefined, part].includes(note.only.get(id)));
  const ofImage = accounts.filter((id) => closes(id, 'image') && (own.includes(id) || isNamed(access, id)));
  return [
    ...portions(ofImage, mostPermissions).map(
      (remove): Write => ({
        kind: 'unshare-image',
        place,
        imageId: source.image.id,
        remove: remove.map((id) => ({ kind: 'account', id })),
      }),
    ),
    ...source.snapshots.flatMap(({ id: snapshotId }) => {
      const holders = access.snapshots.get(snapshotId) ?? [];
      const ofSnapshot = accounts.filter(
        (id) => closes(id, 'snapshots') && (own.includes(id) || holders.includes(id)),
      );
      return portions(ofSnapshot, mostPermissions).map(
        (remove): Write => ({ kind: 'unshare-snapshot', place, snapshotId, remove }),
      );
    }),
  ];
}

/** By a permission of its own: that everyone may launch it is not ours to take away. */
function isNamed(access: SourceAccess, id: string): boolean {
  return includes(access.image, { kind: 'account', id });
}

function holds(access: SourceAccess, id: string): boolean {
  return isNamed(access, id) || [...access.snapshots.values()].some((holders) => holders.includes(id));
}

function on({ image }: SourceImage) {
  return { place: { account: image.account, region: image.region }, resourceIds: [image.id] };
}
