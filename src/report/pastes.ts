import type { Failure } from '../model/failure.ts';
import type { Owner } from '../model/promotion.ts';
import { accountWords } from './accounts.ts';
import { distinct, firstOf } from './text.ts';

/** What is ready to be pasted, and the places that it is for, as far as they are known: `prod (444455556666)/eu-west-1`. */
export interface Paste {
  readonly text: string;
  readonly places: readonly string[];
}

/** What the failures of a cause have to be pasted, each text once, with the places of all that have it. */
export function pastesOf(failures: readonly Failure[], accounts: readonly Owner[]): readonly Paste[] {
  const found = failures.flatMap(({ paste, where }) =>
    paste === undefined ? [] : [{ text: paste, place: placeOf(where, accounts) }],
  );
  return [...Map.groupBy(found, ({ text }) => text)].map(([text, some]) => ({
    text,
    places: distinct(some.map(({ place }) => place)).filter((place) => place !== ''),
  }));
}

/** What stands before the text: `To paste for prod (444455556666)/eu-west-1`. */
export function pasteTitle({ places }: Paste): string {
  return places.length === 0 ? 'To paste' : `To paste for ${firstOf(places, 3)}`;
}

/** The account by its name and its id, whichever of them the failure has; as it is where it is no account's. */
function placeOf(where: string, accounts: readonly Owner[]): string {
  const [account = '', ...rest] = where.split('/');
  const words = accountWords(account, accounts);
  return words === undefined ? where : [words, ...rest].join('/');
}
