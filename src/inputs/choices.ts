import type { Promotion, RollbackCause, Sharing } from '../model/promotion.ts';
import type { InputName } from './contract.ts';
import { type Complaint, fault, quoted } from './fault.ts';
import type { Given } from './given.ts';
import { didYouMean } from './nearest.ts';
import { type Read, read, refused, unread } from './read.ts';

/** Whether to write, to say what would be written, or to say whether all holds. */
export function readMode(given: Given): Read<Promotion['mode']> {
  return readChoice('mode', given, ['promote', 'plan', 'verify']);
}

/** What becomes of the others when one required target cannot be promoted. */
export function readPreflightFailures(given: Given): Read<Promotion['preflightFailures']> {
  return readChoice('preflight-failures', given, ['stop', 'skip-target']);
}

/** Whether who is not wanted loses its permission. */
export function readSharing(given: Given): Read<Sharing> {
  return readChoice('sharing', given, ['add', 'exact']);
}

/** When to undo what the run did: `none`, or causes with commas between them, each once. */
export function readRollbackOn(given: Given): Read<readonly RollbackCause[]> {
  const text = given('rollback-on');
  if (text === undefined) {
    return unread;
  }
  if (text === 'none') {
    return read([]);
  }
  const words = text.split(',').map((word) => word.trim());
  const complaint = complaintAbout(words);
  return complaint === undefined
    ? read(causes.filter((cause) => words.includes(cause)))
    : refused(fault('rollback-on', text, complaint));
}

const causes: readonly RollbackCause[] = ['failure', 'cancel'];
const everyCause = 'write none, failure, cancel, or failure,cancel';

function complaintAbout(words: readonly string[]): Complaint | undefined {
  const strange = words.find((word) => !causes.some((cause) => cause === word));
  if (strange === undefined) {
    return new Set(words).size < words.length
      ? { problem: 'names a cause twice', right: 'name each cause once' }
      : undefined;
  }
  if (strange === '') {
    return { problem: 'has a comma too many', right: everyCause };
  }
  if (strange === 'none') {
    return { problem: 'has none beside a cause', right: 'write none alone, or leave it out' };
  }
  const parts = strange.split(/[\s;|+]+/);
  const right = parts.every((part) => causes.some((cause) => cause === part))
    ? 'write the causes with a comma between them, failure,cancel'
    : didYouMean(strange, causes, everyCause);
  return words.length === 1
    ? { problem: 'is neither failure nor cancel', right }
    : { problem: `names ${quoted(strange)}, which is neither failure nor cancel`, right };
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
