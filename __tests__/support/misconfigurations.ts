import { ranks } from './denials.ts';
import { type Chance, type Draft, isInPlace, type Spot, spotsOf } from './drafts.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { ofAccounts } from './misconfigured-accounts.ts';
import { ofCopies } from './misconfigured-copies.ts';
import { ofSource } from './misconfigured-source.ts';

const rows = [...ofAccounts, ...ofSource, ...ofCopies];

/** Up to five of them, somewhere; none that would hide another. */
export function misconfigure(draft: Draft, chance: Chance): readonly Misconfiguration[] {
  const spots = spotsOf(draft);
  const drawn = Array.from({ length: 1 + chance.below(5) }, () => {
    const [spot] = chance.some(spots, 1);
    const [row] = chance.some(rows, 1);
    return spot === undefined || row === undefined ? [] : [row(draft, spot, chance)];
  }).flat();
  return drawn.filter((wrong, index) => {
    const before = new Set(drawn.slice(0, index).flatMap(({ slots }) => slots));
    return !wrong.slots.some((slot) => before.has(slot));
  });
}

/** What is wrong with the inputs themselves. */
export function contradictionsOf(draft: Draft): readonly Misconfiguration[] {
  const copied = (code: string) => (spot: Spot) =>
    isInPlace(draft, spot) ? undefined : { rank: ranks.refusal, code };
  const none = { slots: [], spoil: () => undefined };
  const bare = draft.encrypted && draft.key === 'none';
  return [
    ...(bare && draft.sharing !== 'everyone'
      ? [{ ...none, name: 'no key for an encrypted source', effectAt: copied('EncryptedSourceNeedsKey') }]
      : []),
    ...(bare && draft.sharing === 'everyone'
      ? [{ ...none, name: 'everyone, of an encrypted source', effectAt: copied('EncryptedCannotBePublic') }]
      : []),
    ...(draft.tags > 40 ? [{ ...none, name: 'too many tags', effectAt: copied('TooManyTags') }] : []),
  ];
}
