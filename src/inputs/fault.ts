import type { InputName } from './contract.ts';

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

/** What is wrong, before it is known which input it is said of. */
export type Complaint = Pick<Fault, 'problem' | 'right'>;

/** A fault of an input of ours; the type keeps a misspelt name out of the messages. */
export function fault(input: InputName, value: string, complaint: Complaint): Fault {
  return { input, value, problem: complaint.problem, right: complaint.right };
}

/** The fault as one sentence on one line: `regions: "eu-west1" is not the name of a Region; did you mean "eu-west-1"?` */
export function sentenceOf(fault: Fault): string {
  const subject = fault.value === '' ? fault.input : `${fault.input}: ${quoted(fault.value)}`;
  return `${subject} ${fault.problem}; ${fault.right}`;
}

/** A value as messages show it: in double quotes, on one line, cut after 80 characters. */
export function quoted(value: string): string {
  const shown = [...value.slice(0, 4 * shownCharacters)];
  return JSON.stringify(
    shown.length > shownCharacters ? `${shown.slice(0, shownCharacters).join('')}…` : value,
  );
}

const shownCharacters = 80;
