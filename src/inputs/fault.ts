import type { Fault } from '../model/fault.ts';
import type { InputName } from './contract.ts';

/** What is wrong, before it is known which input it is said of. */
export type Complaint = Pick<Fault, 'problem' | 'right'>;

/** A fault of an input of ours; the type keeps a misspelt name out of the messages. */
export function fault(input: InputName, value: string, complaint: Complaint): Fault {
  return { input, value, problem: complaint.problem, right: complaint.right };
}

/** A value as messages show it: in double quotes, on one line, cut after 80 characters. */
export function quoted(value: string): string {
  const shown = [...value.slice(0, 4 * shownCharacters)];
  return JSON.stringify(
    shown.length > shownCharacters ? `${shown.slice(0, shownCharacters).join('')}…` : value,
  );
}

const shownCharacters = 80;
