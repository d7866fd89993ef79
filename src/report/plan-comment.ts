import type { Fault } from '../model/fault.ts';
import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { code } from './markdown.ts';
import { summaryOf } from './summary.ts';
import { cut, distinct, firstOf, plural } from './text.ts';

/**
 * The plan as a comment on a pull request: the summary of the step, shorter where it must be, with the run to look
 * the rest up in. GitHub takes 65,536 characters; no text has more of them than bytes, and this one stays below
 * 62,000, so that there is room for what finds the comment again.
 */
export function planComment(result: Result, promotion: Promotion, run: Run): string {
  return summaryOf(result, promotion, run, { bytes: mostBytes, whole: 'summary of the run' });
}

/**
 * What takes its place where the inputs have faults: the plan that stood there no longer counts. Values are not in it, because
 * GitHub masks secrets in logs and summaries, and not in comments.
 */
export function faultsComment(faults: readonly Fault[]): string {
  const names = distinct(faults.map(({ input }) => code(cut(input, 200))));
  return [
    `## Promote AMI: ❌ ${plural(faults.length, 'fault')} in the inputs`,
    '',
    `There is no plan. What is wrong with ${firstOf(names, 20)} is in the summary of the run.`,
    '',
  ].join('\n');
}

const mostBytes = 58_000;
