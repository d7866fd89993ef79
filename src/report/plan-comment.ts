import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { faultsSummary, type InputFault } from './faults.ts';
import { summaryOf } from './summary.ts';

/**
 * The plan as a comment on a pull request: the summary of the step, shorter where it must be, with the run to look
 * the rest up in. GitHub takes 65,536 characters; no text has more of them than bytes, and this one stays below
 * 62,000, so that there is room for what finds the comment again.
 */
export function planComment(result: Result, promotion: Promotion, run: Run): string {
  return summaryOf(result, promotion, run, { bytes: mostBytes, whole: 'summary of the run' });
}

/** What takes its place where the inputs have faults: the plan that stood there no longer counts. */
export function faultsComment(faults: readonly InputFault[]): string {
  return faultsSummary(faults, mostBytes);
}

const mostBytes = 58_000;
