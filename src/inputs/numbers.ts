import type { InputName } from './contract.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, refused, unread } from './read.ts';

/** For how long the step may take, in minutes: 0 to 2880 (two days); 0 starts what is missing and ends. */
export function readWaitMinutes(given: Given): Read<number> {
  return readInteger('wait-minutes', given, { min: 0, max: 2880, unit: 'minutes' });
}

/** How often AWS is asked, in seconds: 1 to 300. */
export function readPollSeconds(given: Given): Read<number> {
  return readInteger('poll-seconds', given, { min: 1, max: 300, unit: 'seconds' });
}

/** Plain decimal digits only: what looks like a number in another notation is asked about, never guessed. */
function readInteger(
  input: InputName,
  given: Given,
  range: { readonly min: number; readonly max: number; readonly unit: string },
): Read<number> {
  const text = given(input);
  if (text === undefined) {
    return unread;
  }
  const right = `write a whole number of ${range.unit} from ${range.min} to ${range.max}, in digits only`;
  if (!/^[0-9]+$/.test(text)) {
    return refused(fault(input, text, { problem: 'is not a whole number', right }));
  }
  const value = Number(text);
  return value < range.min || value > range.max
    ? refused(fault(input, text, { problem: 'is out of range', right }))
    : read(value);
}
