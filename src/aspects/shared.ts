import type { Difference, Write } from '../model/difference.ts';
import type { Principal } from '../model/image.ts';
import type { Chosen, Observation } from '../model/observation.ts';
import { portions } from '../model/portions.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { pullTagsIn, releaseWrites } from './pull-tags.ts';
import { refusal } from './refusal.ts';
import { unusableKey } from './refusals.ts';
import { unshareable } from './unshareable.ts';

/** AWS takes so many permissions in one call. */
export const mostPermissions = 500;

/**
 * Every consumer has its launch permission on the chosen image, and the accounts among them a create-volume
 * permission on its snapshots where that is wanted; AWS takes them only once it is available. Who else has one is
 * said and left alone, or loses it: with `sharing: exact`, on copies that this action made.
 */
export function shared(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen?.image.state !== 'available') {
    return [];
  }
  return [
    ...missing(target, seen, seen.chosen),
    ...unwanted(target, seen.chosen, seen.at),
    ...listed(target, seen.chosen),
  ];
}

function missing(target: Target, seen: Observation, chosen: Chosen): readonly Difference[] {
  const { image, permissions = [] } = chosen;
  const add = target.consumers.filter((consumer) => !includes(permissions, consumer));
  const copiers = target.shareSnapshots ? accountIdsOf(target.consumers) : [];
  const snapshots = [...(chosen.snapshotPermissions ?? [])].flatMap(([id, holders]) => {
    const accounts = copiers.filter((account) => !holders.includes(account));
    return accounts.length === 0 ? [] : [{ id, accounts }];
  });
  if (add.length === 0 && snapshots.length === 0) {
    return [];
  }
  const unusable = snapshots.length === 0 ? undefined : unusableKey(target, seen);
  const never = [...unshareable(target, seen), ...(unusable === undefined ? [] : [unusable])];
  if (never.length > 0) {
    const facts = {
      wanted: `shared with ${idsOf(target.consumers)}`,
      found: 'what can never be shared so',
    };
    return never.map((reason) => refusal(target, 'shared', facts, reason));
  }
  return [
    ...(add.length === 0 ? [] : [launchable(target, image.id, add)]),
    ...snapshots.map(({ id, accounts }) => copyable(target, id, accounts)),
  ];
}

function launchable(target: Target, imageId: string, add: readonly Principal[]): Difference {
  const writes = portions(add, mostPermissions).map(
    (some) => ({ kind: 'share-image', place: placeOf(target), imageId, add: some }) as const,
  );
  return {
    aspect: 'shared',
    wanted: `shared with ${idsOf(add)}`,
    found: 'no launch permission',
    mend: { kind: 'write', writes },
  };
}

function copyable(target: Target, snapshotId: string, accounts: readonly string[]): Difference {
  const writes = portions(accounts, mostPermissions).map(
    (some) => ({ kind: 'share-snapshot', place: placeOf(target), snapshotId, add: some }) as const,
  );
  return {
    aspect: 'shared',
    wanted: `${snapshotId} shared with ${accounts.join(', ')}`,
    found: 'no create-volume permission',
    mend: { kind: 'write', writes },
  };
}

/** Accounts that a run opened the image to for pulling are noted on it until its deadline, and no news. */
function unwanted(target: Target, chosen: Chosen, at: number): readonly Difference[] {
  const { image, permissions = [], snapshotPermissions = none } = chosen;
  const pulling = pullTagsIn(image.tags).flatMap(({ deadline, accounts }) =>
    Date.parse(deadline) <= at ? [] : accounts,
  );
  const others = permissions.filter(
    (principal) => !includes(target.consumers, principal) && !pulling.includes(principal.id),
  );
  const copiers = target.shareSnapshots ? accountIdsOf(target.consumers) : [];
  const holders = [...snapshotPermissions].flatMap(([id, accounts]) => {
    const remove = accounts.filter((account) => !copiers.includes(account) && !pulling.includes(account));
    return remove.length === 0 ? [] : [{ id, remove }];
  });
  return [
    ...(others.length === 0
      ? []
      : [tooMuch(target, chosen, image.id, idsOf(others), unsharing(target, image.id, others))]),
    ...holders.map(({ id, remove }) =>
      tooMuch(target, chosen, id, holdersIn(remove), closing(target, id, remove)),
    ),
  ];
}

const none: ReadonlyMap<string, readonly string[]> = new Map();

function tooMuch(
  target: Target,
  { inPlace }: Chosen,
  id: string,
  names: string,
  writes: readonly Write[],
): Difference {
  const isExact = target.sharing === 'exact' && !inPlace;
  const left = inPlace ? 'the image is the source itself' : 'sharing is add (exact would take it away)';
  return {
    aspect: 'shared',
    wanted: 'shared with nobody else',
    found: `${id} also shared with ${names}${isExact ? '' : inPlace ? ', which is left alone on a source image' : ', which sharing: exact would take away'}`,
    mend: isExact
      ? { kind: 'write', writes }
      : { kind: 'warning', says: `${id} is also shared with ${names}, which is left alone because ${left}.` },
  };
}

function unsharing(target: Target, imageId: string, remove: readonly Principal[]): readonly Write[] {
  return portions(remove, mostPermissions).map((some) => ({
    kind: 'unshare-image',
    place: placeOf(target),
    imageId,
    remove: some,
  }));
}

function closing(target: Target, snapshotId: string, remove: readonly string[]): readonly Write[] {
  return portions(remove, mostPermissions).map((some) => ({
    kind: 'unshare-snapshot',
    place: placeOf(target),
    snapshotId,
    remove: some,
  }));
}

/** Who is wanted for good is on no note of a pull: else whoever closes the source takes the permission away. */
function listed(target: Target, { image, inPlace, permissions = [] }: Chosen): readonly Difference[] {
  const wanted = accountIdsOf(target.consumers.filter((consumer) => includes(permissions, consumer)));
  const writes = inPlace ? releaseWrites(image, image.tags, wanted) : [];
  return writes.length === 0
    ? []
    : [
        {
          aspect: 'shared',
          wanted: `shared with ${wanted.join(', ')} for good`,
          found: 'noted as open for pulling only',
          mend: { kind: 'write', writes },
        },
      ];
}

function idsOf(principals: readonly Principal[]): string {
  return principals.map(({ kind, id }) => (kind === 'everyone' ? 'everyone' : id)).join(', ');
}

function holdersIn(ids: readonly string[]): string {
  return ids.map((id) => (id === 'all' ? 'everyone' : id)).join(', ');
}

/** AWS shares snapshots with accounts only, not with organizations and their units. */
export function accountIdsOf(principals: readonly Principal[]): readonly string[] {
  return principals.filter(({ kind }) => kind === 'account').map(({ id }) => id);
}

/** Whether a permission names exactly that principal; that everyone may is another principal. */
export function includes(permissions: readonly Principal[], wanted: Principal): boolean {
  return permissions.some((principal) => principal.kind === wanted.kind && principal.id === wanted.id);
}
