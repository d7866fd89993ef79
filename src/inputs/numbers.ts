import type { InputName } from './contract.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, refused, unread } from './read.ts';

/** For how long the step may take, in minutes: 0 to 2880 (two days); 0 starts what is missing and ends. */
export function readWaitMinutes(given: Given): Read<number> {
  return readInteger('wait-minutes', given, { min: 0, max: 2880, step: 1, unit: 'minutes' });
}

/** How often AWS is asked, in seconds: 1 to 300. */
export function readPollSeconds(given: Given): Read<number> {
  return readInteger('poll-seconds', given, { min: 1, max: 300, step: 1, unit: 'seconds' });
}

/** How long AWS may take for a copy, undefined (`none`) for as long as it does: 15 to 2880 minutes in steps of 15. */
export function readCompletionMinutes(given: Given): Read<{ readonly minutes: number | undefined }> {
  if (given('copy-completion-minutes') === 'none') {
    return read({ minutes: undefined });
  }
  const range = { min: 15, max: 2880, step: 15, unit: 'minutes' };
  const { value: minutes, faults } = readInteger('copy-completion-minutes', given, range);
  return minutes === undefined ? { ...unread, faults } : read({ minutes });
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
}

/** Plain decimal digits only: what looks like a number in another notation is asked about, never guessed. */
function readInteger(input: InputName, given: Given, { min, max, step, unit }: Range): Read<number> {
  const text = given(input);
  if (text === undefined) {
    return unread;
  }
  const steps = step === 1 ? '' : ` in steps of ${step}`;
  const right = `write a whole number of ${unit} from ${min} to ${max}${steps}, in digits only`;
  if (!/^[0-9]+$/.test(text)) {
    return refused(fault(input, text, { problem: 'is not a whole number', right }));
  }
  const value = Number(text);
  if (value < min || value > max) {
    return refused(fault(input, text, { problem: 'is out of range', right }));
  }
  return value % step === 0
    ? read(value)
    : refused(fault(input, text, { problem: `is not a multiple of ${step}`, right }));
}
