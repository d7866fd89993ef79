import type { Failure } from '../model/failure.ts';
import type { Owner } from '../model/promotion.ts';

/**
 * What two failures of the same cause have in common: code and words, whatever images, snapshots, keys, roles,
 * accounts and Regions the words name. It takes the owners because words may call an account by its name.
 */
export function identities(owners: readonly Owner[]): (failure: Failure) => string {
  const names = ownerNames(owners);
  const common = (text: string) =>
    text
      .replace(ids, '…')
      .replace(names, '…')
      .replace(/…(?:(?:, | and )…)+/g, '…');
  return ({ code, meaning, cure }) => JSON.stringify([code, common(meaning), common(cure)]);
}

/** What the words of a text name, of all that may differ within a cause. */
export function namesIn(text: string, owners: readonly Owner[]): readonly string[] {
  const found = text.match(ids) ?? [];
  const others = text.replace(ids, '…').match(ownerNames(owners)) ?? [];
  return [...found.map((name) => name.replace(/[.:)]+$/, '')), ...others];
}

/** ARNs, images, snapshots, keys (multi-Region ones, ids and aliases), accounts, and Regions of every partition. */
const ids =
  /arn:[^\s"';,]+|\b(?:ami|snap|mrk)-[0-9a-f]+\b|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\balias\/[\w/-]+|\b\d{12}\b|\b[a-z]{2,4}(?:-[a-z]+)+-\d+\b/g;

/** The longest name first, so that `prod-eu` is not taken for `prod`; without any name it matches nothing. */
function ownerNames(owners: readonly Owner[]): RegExp {
  const names = owners
    .map(({ name }) => name)
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return names.length === 0 ? /(?!)/g : new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])`, 'g');
}
