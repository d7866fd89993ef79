import { compare } from '../aspects/compare.ts';
import { shutBy } from '../aspects/gate.ts';
import type { Failure } from '../model/failure.ts';
import type { Planned } from './plan.ts';
import type { Work } from './work.ts';

/** What a promotion would write, whatever else keeps the gate shut. */
export function asPlanned({ target, seen, imageId }: Work): Planned {
  const differences = seen === undefined ? [] : compare(target, seen);
  const problems = differences.flatMap(({ mend }) => (mend.kind === 'never' ? [mend.failure] : []));
  return { target, seen, imageId, differences, problems };
}

/** Everything that keeps a target from holding, as of the last look. */
export function reasonsOf({ target, differences, problems }: Work): readonly Failure[] {
  return [...problems, ...differences.flatMap((difference) => shutBy(target, difference) ?? [])];
}

/** Whether a target was looked at, and nothing kept it from holding. */
export function holds(work: Work): boolean {
  return work.seen !== undefined && reasonsOf(work).length === 0;
}

/** Whether something may come by itself: a difference that a promotion mends, an answer that did not come. */
export function mayPass({ problems, differences }: Work, reason: Failure): boolean {
  const isFinal = differences.some(({ mend }) => mend.kind === 'never' && mend.failure === reason);
  return isTrouble(reason) || !(isFinal || problems.includes(reason));
}

/** An answer that did not come. */
export function isTrouble({ kind }: Failure): boolean {
  return kind === 'transient' || kind === 'throttle';
}
