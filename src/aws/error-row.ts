import type { FailureKind, Paste } from '../model/failure.ts';

/** What was tried, for the words of a failure. */
export interface Attempted {
  /** `ec2:CopyImage` */
  readonly action: string;
  /** `account/region`, or the account alone. */
  readonly where: string;
  /** Who tried: the role's ARN; where a role was to be assumed, that role. */
  readonly role: string;
  /** The ARN of the key or the parameter that it was tried on, if that is known. */
  readonly resource?: string | undefined;
  /** A key as it was asked for: an id, alias or ARN. */
  readonly key?: string | undefined;
  /** The version or label of a parameter that was asked for. */
  readonly version?: string | undefined;
  /** The hub role that was to assume `role`. */
  readonly hub?: string | undefined;
  /** Whether an external id went along; the id itself is for nobody to read. */
  readonly externalId?: boolean | undefined;
  /** What GitHub's token says of the workflow; never the token. */
  readonly presented?: Readonly<Record<string, string>> | undefined;
}

type Words = string | ((attempted: Attempted) => string);

/** What codes of AWS mean, and what to do about them. */
export interface ErrorRow {
  readonly codes: readonly string[];
  /** The actions that it speaks of; without them, every action that has no row of its own for the code. */
  readonly actions?: readonly string[];
  readonly kind: FailureKind;
  readonly meaning: Words;
  readonly cure: Words;
  /** What to paste; `said` is AWS's text, which may name a resource. */
  readonly paste?: (attempted: Attempted, said: string) => Paste | undefined;
  /** It is a denial, and AWS's text may name the policy that denies. */
  readonly denial?: true;
  /** AWS's text may repeat the request, tokens among it: it is not told. */
  readonly quiet?: true;
}

/** What a row says of this attempt. */
export function inWords(words: Words, attempted: Attempted): string {
  return typeof words === 'string' ? words : words(attempted);
}
