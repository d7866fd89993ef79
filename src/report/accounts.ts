import type { Owner, Promotion } from '../model/promotion.ts';

/**
 * The text without any account id: an owner's becomes its name, every other number of twelve digits
 * `************`. Which numbers are accounts cannot be known, so all count as one, except within the ids of
 * images, snapshots, keys and requests, which would be useless afterwards.
 */
export function hideAccounts(text: string, owners: readonly Owner[]): string {
  const named = owners.filter((owner) => !isAccountId(owner.name)).toReversed();
  const names = new Map(named.map((owner) => [owner.id, owner.name]));
  return text.replace(idOrAccount, (match, account: string | undefined) =>
    account === undefined ? match : (names.get(account) ?? '************'),
  );
}

/** Every account that a promotion knows, by the name that reports give it; the home account is `home` unless it is an owner. */
export function accountsOf({ owners, home }: Promotion): readonly Owner[] {
  return [...owners, { ...home, name: 'home' }];
}

/** An account, which may be told by its id or its name, by both: `prod (444455556666)`; undefined where it is none of them. */
export function accountWords(account: string, accounts: readonly Owner[]): string | undefined {
  const owner = accounts.find(({ id, name }) => account === id || account === name);
  if (owner === undefined) {
    return undefined;
  }
  return owner.name === owner.id ? owner.id : `${owner.name} (${owner.id})`;
}

/** The alternatives without a group are kept as they are: `ami-…`, `snap-…`, and UUIDs. */
const idOrAccount =
  /\b(?:ami|snap|mrk)-[0-9a-f]{8,32}\b|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|(?<!\d)(\d{12})(?!\d)/g;

function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}
