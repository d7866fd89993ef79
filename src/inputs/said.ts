import type { Fault } from '../model/fault.ts';
import type { InputName } from './contract.ts';
import { type Complaint, fault } from './fault.ts';
import type { Given } from './given.ts';

/** A text that the user wrote, and where: who judges it need not know whether an input or a file says it. */
export interface Said {
  readonly text: string;
  readonly fault: FaultThere;
}

/** A fault of the place where something stands; the value is what stands there, or the part of it that is meant. */
export type FaultThere = (value: string, complaint: Complaint) => Fault;

/** What an input says; undefined when it is empty, which is told elsewhere. */
export function saidBy(given: Given, name: InputName): Said | undefined {
  const text = given(name);
  return text === undefined
    ? undefined
    : { text, fault: (value, complaint) => fault(name, value, complaint) };
}
