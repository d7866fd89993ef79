import { isVerified, type Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { rollbackHeadline } from './rollback.ts';
import { isAwaited, isPlanned, type Row, rowsOf } from './rows.ts';
import { plural } from './text.ts';

export type Status = 'success' | 'partial' | 'pending' | 'failure';

/**
 * What became of the whole step, the worst first: `failure`; `pending`, only with `wait-minutes: 0` and when
 * every required target that is missing is on its way; `partial`, when only optional targets are missing. Of a
 * plan only what a promotion would be refused counts as missing.
 */
export function statusOf(result: Result, promotion: Promotion): Status {
  if (result.interrupted || result.failures.length > 0 || result.outcomes.length === 0) {
    return 'failure';
  }
  const missing = rowsOf(result, promotion).filter((row) => row.verified === undefined && !isPlanned(row));
  const required = missing.filter((row) => row.required);
  if (required.some((row) => !isAwaited(row, promotion))) {
    return 'failure';
  }
  if (required.length > 0) {
    return 'pending';
  }
  return missing.length > 0 ? 'partial' : 'success';
}

/** Whether nothing differs any more, anywhere: a warning is something said, not something left to do. */
export function isConverged(result: Result, promotion: Promotion): boolean {
  if (statusOf(result, promotion) !== 'success') {
    return false;
  }
  return (
    result.plan?.converged ??
    result.outcomes.every(
      (outcome) =>
        isVerified(outcome) && outcome.differences.every((difference) => difference.mend.kind === 'warning'),
    )
  );
}

/** The result in words: `17 of 18 promoted, 1 failed`, whether it was rolled back, and what could not be closed. */
export function headlineOf(result: Result, promotion: Promotion): string {
  const rows = rowsOf(result, promotion);
  return `${countsOf(rows, rows.length, promotion.mode)}${endingOf(result)}${stillOpen(result)}`;
}

/** Targets in numbers: `17 of 18 promoted, 1 failed`; of those not among the counted nothing is said. */
export function countsOf(
  counted: readonly Pick<Row, 'state'>[],
  total: number,
  mode: Promotion['mode'],
): string {
  if (mode === 'verify') {
    return gateWords(counted, total);
  }
  const unchanged = count(counted, 'unchanged');
  const held = count(counted, 'promoted') + unchanged;
  const words = [
    unchanged > 0 && unchanged === held
      ? `${held} of ${total} there already`
      : `${held} of ${total} promoted${unchanged > 0 ? ` (${unchanged} there already)` : ''}`,
  ];
  for (const state of ['failed', 'skipped', 'pending'] as const) {
    const n = count(counted, state);
    if (n > 0) {
      words.push(`${n} ${state}`);
    }
  }
  return words.join(', ');
}

/** `3 of 4 hold, 1 does not`; a copy on its way is told apart. */
function gateWords(counted: readonly Pick<Row, 'state'>[], total: number): string {
  const [held, pending] = [count(counted, 'unchanged'), count(counted, 'pending')];
  const others = counted.length - held - pending;
  return [
    `${held} of ${total} ${held === 1 ? 'holds' : 'hold'}`,
    ...(others === 0 ? [] : [`${others} ${others === 1 ? 'does' : 'do'} not`]),
    ...(pending === 0 ? [] : [`${pending} pending`]),
  ].join(', ');
}

/** A step that failed before it had any target to look at wrote nothing, as one that its checks stopped. */
function endingOf({ interrupted, stopped, failures, outcomes, rollback }: Result): string {
  if (rollback !== undefined) {
    return `; ${rollbackHeadline(rollback)}`;
  }
  if (interrupted) {
    return '; interrupted';
  }
  return stopped || (failures.length > 0 && outcomes.length === 0) ? '; nothing was written' : '';
}

/** A source that is meant to be open is no news; one that could not be closed is. */
function stillOpen({ opened }: Result): string {
  const failed = opened.filter(({ failure }) => failure !== undefined).length;
  return failed === 0 ? '' : `; ${plural(failed, 'source')} could not be closed`;
}

function count(rows: readonly Pick<Row, 'state'>[], state: Row['state']): number {
  return rows.filter((row) => row.state === state).length;
}
