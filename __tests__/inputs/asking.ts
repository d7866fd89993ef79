import { type InputName, inputs } from '../../src/inputs/contract.ts';
import { type Parsing, parsePromotion, type Surroundings } from '../../src/inputs/promotion.ts';
import { type Fault, sentenceOf } from '../../src/model/fault.ts';
import type { Placement, Promotion } from '../../src/model/promotion.ts';

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

/** A workspace with these files, and an environment without credentials unless it is said to have them. */
export function around(files: Readonly<Record<string, string>> = {}, hasCredentials = false): Surroundings {
  const texts = new Map(Object.entries(files));
  return {
    readFile: (path) => {
      const text = texts.get(path);
      return text === undefined ? { problem: 'does not exist', isMissing: true } : { text };
    },
    hasCredentials,
  };
}

/** What exactly these inputs come to. */
export function parse(raw: Readonly<Record<string, string>>, surroundings = around()): Parsing {
  return parsePromotion(raw, surroundings);
}

/** The promotion for the least plus something; throws the faults when there are any. */
export function promotionOf(said: Said = {}, surroundings = around()): Promotion {
  const parsing = parse({ ...least, ...said }, surroundings);
  if (!parsing.ok) {
    throw new Error(parsing.faults.map(sentenceOf).join('\n'));
  }
  return parsing.promotion;
}

/** The first placement of the same: all that the flat inputs decide is the same at every one. */
export function placementOf(said: Said = {}): Placement {
  const [placement] = promotionOf(said).placements;
  if (placement === undefined) {
    throw new Error('there is no placement');
  }
  return placement;
}

/** The faults of the least plus something. */
export function faultsOf(said: Readonly<Record<string, string>>, surroundings = around()): readonly Fault[] {
  const parsing = parse({ ...least, ...said }, surroundings);
  return parsing.ok ? [] : parsing.faults;
}

/** The same as the user reads them. */
export function sentencesOf(
  said: Readonly<Record<string, string>>,
  surroundings = around(),
): readonly string[] {
  return faultsOf(said, surroundings).map(sentenceOf);
}

/** What the runner hands over for an input that the workflow left out. */
export function defaultOf(name: InputName): string {
  return inputs[name].default ?? '';
}
