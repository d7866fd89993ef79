import type { Owner, Promotion } from '../model/promotion.ts';

/**
 * The text without any account id: an owner's becomes its name, another's what it is to the promotion, every other
 * number of twelve digits
 * `************`. Which numbers are accounts cannot be known, so all count as one, except within the ids of
 * images, snapshots, keys and requests, which would be useless afterwards.
 */
export function hideAccounts(
  text: string,
  owners: readonly Owner[],
  others: readonly Pick<Owner, 'id' | 'name'>[] = [],
): string {
  const named = owners.filter((owner) => !isAccountId(owner.name)).toReversed();
  const names = new Map(named.map((owner) => [owner.id, owner.name]));
  const words = new Map(others.map(({ id, name }) => [id, name]));
  const hidden = text.replace(idOrAccount, (match, account: string | undefined, at: number) => {
    const isInArn = text[at - 1] === ':';
    return account === undefined
      ? match
      : (names.get(account) ?? (isInArn ? undefined : words.get(account)) ?? '************');
  });
  return hidden.replaceAll(/\b(an account of share-with)(?:, \1)+/g, 'accounts of share-with');
}

/** What accounts are that own no copy, in words: one that `share-with` names, and the consumer's. */
export function othersOf({ placements, consumer }: Promotion): readonly Pick<Owner, 'id' | 'name'>[] {
  const sharing = placements.flatMap(({ consumers }) => consumers).filter(({ kind }) => kind === 'account');
  return [
    ...sharing.map(({ id }) => ({ id, name: 'an account of share-with' })),
    ...(consumer === undefined ? [] : [{ id: consumer.id, name: "the consumer's account" }]),
  ];
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
