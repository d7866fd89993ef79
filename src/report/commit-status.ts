import type { CommitStatus } from '../model/commit-status.ts';
import type { Outcome, Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { countsOf, headlineOf, type Status, statusOf } from './status.ts';
import { cut, plural } from './text.ts';

/** The status of a commit while the step runs: `2 of 6 promoted, 1 failed`. */
export function runningStatus(decided: readonly Outcome[], promotion: Promotion): CommitStatus {
  const total = promotion.sources.length * promotion.placements.length;
  return { state: 'pending', description: shown(countsOf(decided, total, promotion.mode)) };
}

/**
 * The status of a commit once the step has ended: what became of it in words. What only optional targets lack is no
 * failure; a step that a signal ended is an error, because nobody knows what it would have come to.
 */
export function finalStatus(result: Result, promotion: Promotion): CommitStatus {
  const state = result.interrupted ? 'error' : states[statusOf(result, promotion)];
  return { state, description: shown(headlineOf(result, promotion)) };
}

/** The status of a commit where the inputs have faults: what an earlier run said of it no longer counts. */
export function faultsStatus(faults: number): CommitStatus {
  return { state: 'failure', description: `${plural(faults, 'fault')} in the inputs` };
}

/** The status of a commit where the step died, told by its post phase: it would be pending for ever. */
export const abandonedStatus: CommitStatus = {
  state: 'error',
  description: 'The step did not come to its end: run it again',
};

const states: Readonly<Record<Status, CommitStatus['state']>> = {
  success: 'success',
  partial: 'success',
  pending: 'pending',
  failure: 'failure',
};

function shown(text: string): string {
  return cut(text, 140);
}
