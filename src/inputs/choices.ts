import type { Promotion } from '../model/promotion.ts';
import type { InputName } from './contract.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { didYouMean } from './nearest.ts';
import { type Read, read, refused, unread } from './read.ts';

/** Whether to write, or only to say what would be written. */
export function readMode(given: Given): Read<Promotion['mode']> {
  const text = given('mode');
  return text === 'verify'
    ? refused(fault('mode', text, { problem: 'is not in this version', right: 'write promote or plan' }))
    : readChoice('mode', given, ['promote', 'plan']);
}

/** What becomes of the others when one required target cannot be promoted. */
export function readPreflightFailures(given: Given): Read<Promotion['preflightFailures']> {
  return readChoice('preflight-failures', given, ['stop', 'skip-target']);
}

function readChoice<C extends string>(input: InputName, given: Given, choices: readonly C[]): Read<C> {
  const text = given(input);
  if (text === undefined) {
    return unread;
  }
  const chosen = choices.find((choice) => choice === text);
  return chosen === undefined
    ? refused(
        fault(input, text, {
          problem: `is neither ${choices.join(' nor ')}`,
          right: didYouMean(text, choices, `write ${choices.join(' or ')}`),
        }),
      )
    : read(chosen);
}
