import type { Failure, PolicyOf } from '../model/failure.ts';
import type { Owner } from '../model/promotion.ts';
import { accountWords } from './accounts.ts';
import { distinct, firstOf } from './text.ts';

/** What is ready to be pasted, and where it is to go as far as that is known: `into the policies of arn:…`, `for prod (444455556666)/eu-west-1`. */
export interface PlacedPaste {
  readonly text: string;
  readonly places: readonly string[];
}

/** What the failures of a cause have to be pasted, each text once, with the places of all that have it. */
export function pastesOf(failures: readonly Failure[], accounts: readonly Owner[]): readonly PlacedPaste[] {
  const found = failures.flatMap(({ paste, where }) =>
    paste === undefined
      ? []
      : [
          {
            text: paste.text,
            place: paste.into === undefined ? `for ${placeOf(where, accounts)}` : intoWords(paste.into),
          },
        ],
  );
  return [...Map.groupBy(found, ({ text }) => text)].map(([text, some]) => ({
    text,
    places: distinct(some.map(({ place }) => place)).filter((place) => place !== 'for '),
  }));
}

/** What stands before the text: `To paste for prod (444455556666)/eu-west-1`, `To paste into the policy of key arn:…`. */
export function pasteTitle({ places }: PlacedPaste): string {
  const [first] = places;
  // One word before all of them, where it is the same.
  const [lead = ''] = words.filter((word) => places.every((place) => place.startsWith(word)));
  return first === undefined
    ? 'To paste'
    : `To paste ${lead}${firstOf(
        places.map((place) => place.slice(lead.length)),
        3,
      )}`;
}

const policies = {
  role: 'into the policies of ',
  trust: 'into the trust policy of ',
  key: 'into the policy of ',
  parameter: 'into the resource policy of ',
} as const;
const words: readonly string[] = ['for ', ...Object.values(policies)];

function intoWords({ kind, arn }: PolicyOf): string {
  return `${policies[kind]}${arn ?? `the ${kind}`}`;
}

/** The account by its name and its id, whichever of them the failure has; as it is where it is no account's. */
function placeOf(where: string, accounts: readonly Owner[]): string {
  const [account = '', ...rest] = where.split('/');
  const words = accountWords(account, accounts);
  return words === undefined ? where : [words, ...rest].join('/');
}
