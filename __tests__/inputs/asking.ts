import { type InputName, inputs } from '../../src/inputs/contract.ts';
import { type Fault, sentenceOf } from '../../src/inputs/fault.ts';
import { parsePromotion } from '../../src/inputs/promotion.ts';
import type { Promotion } from '../../src/model/promotion.ts';

export type Said = Partial<Record<InputName, string>>;

/** The least that a workflow can say. */
export const least = {
  source: 'ami-0123456789abcdef0',
  'source-region': 'us-east-1',
  'source-account': '111122223333',
  accounts: 'home',
  regions: 'us-east-1',
  role: 'ami-promotion',
  'kms-key': 'none',
};

/** The promotion for the least plus something; throws the faults when there are any. */
export function promotionOf(said: Said = {}): Promotion {
  const parsing = parsePromotion({ ...least, ...said });
  if (!parsing.ok) {
    throw new Error(parsing.faults.map(sentenceOf).join('\n'));
  }
  return parsing.promotion;
}

/** The faults of the least plus something. */
export function faultsOf(said: Readonly<Record<string, string>>): readonly Fault[] {
  const parsing = parsePromotion({ ...least, ...said });
  return parsing.ok ? [] : parsing.faults;
}

/** The same as the user reads them. */
export function sentencesOf(said: Readonly<Record<string, string>>): readonly string[] {
  return faultsOf(said).map(sentenceOf);
}

/** What the runner hands over for an input that the workflow left out. */
export function defaultOf(name: InputName): string {
  return inputs[name].default ?? '';
}
