import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';

/**
 * What becomes of the rest of a step that did not come to its end: its post phase does it, within the minutes that
 * GitHub leaves to a cancelled job. Undefined where the step came to its end, or left nothing to do.
 */
export function endingNote(result: Result, promotion: Promotion): string | undefined {
  const { interrupted, failures, outcomes, opened } = result;
  if (!interrupted || promotion.mode !== 'promote' || outcomes.length === 0) {
    return undefined;
  }
  const isCancelled = failures.every(({ kind }) => kind === 'interrupted');
  const undoes =
    result.undoing !== undefined ||
    result.rollback !== undefined ||
    (!isCancelled && promotion.rollbackOn.includes('failure'));
  const closes =
    (undoes || !promotion.keepSourceAccess) &&
    opened.some(({ state, accounts }) => state === 'open' && accounts.length > 0);
  const work = [
    ...(closes ? [undoes ? 'closes the source' : 'closes the source once no copy reads it any more'] : []),
    ...(undoes ? ['undoes what this run did'] : []),
  ];
  const started = undoes ? [] : ['Copies that were started go on by themselves.'];
  const rest =
    work.length === 0
      ? []
      : [
          `The post phase of this step, near the end of the job, ${work.join(' and ')}, as far as GitHub leaves it the time; its own summary says what became of that.`,
        ];
  return [
    isCancelled ? 'The step was cancelled.' : 'The step did not come to its end.',
    ...started,
    ...rest,
  ].join(' ');
}
