/** One thing wrong with one input: which, what was given, what is wrong with that, and what would be right. */
export interface Fault {
  readonly input: string;
  /** As it was given, or the entry of a list that is meant; empty when nothing was given. */
  readonly value: string;
  /** Continues a sentence that begins with the value. */
  readonly problem: string;
  /** What to write instead, or a question that shows it. */
  readonly right: string;
}

/** The fault as one sentence: `regions: "eu-west1" is not the name of a Region; did you mean "eu-west-1"?` */
export function sentenceOf({ input, value, problem, right }: Fault): string {
  return `${value === '' ? input : `${input}: "${value}"`} ${problem}; ${right}`;
}
