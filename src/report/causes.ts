import type { Failure } from '../model/failure.ts';
import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { isAwaited, type Row, rowsOf, rowTitle } from './rows.ts';

/** How much a cause matters: a required target is missing; an optional one; one that is merely on its way. */
export type Level = 'error' | 'warning' | 'notice';

/** One reason for missing targets, said once however many it hit. */
export interface Cause {
  readonly level: Level;
  readonly code: string;
  readonly meaning: string;
  readonly cure: string;
  /** Titles of the targets; none when the step failed beyond all of its targets. */
  readonly targets: readonly string[];
  readonly actions: readonly string[];
  readonly requestIds: readonly string[];
}

/**
 * Why targets are missing, each distinct cause once, in the words of its first target: errors first, what follows
 * from others last, then by the number of targets. A failure of the whole step leads, unless a target already tells of it.
 */
export function causesOf(result: Result, promotion: Promotion): readonly Cause[] {
  const rows = rowsOf(result, promotion).flatMap((row) =>
    row.failure === undefined ? [] : [{ row, failure: row.failure, level: levelOf(row, promotion) }],
  );
  const groups = Map.groupBy(rows, ({ failure }) => identityOf(failure));
  const causes = [...groups.values()].map((group) => causeOf(group)).filter((cause) => cause !== undefined);
  const ordered = causes.toSorted(
    (a, b) =>
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      Number(consequences.includes(a.code)) - Number(consequences.includes(b.code)) ||
      b.targets.length - a.targets.length ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
  return result.failure === undefined || groups.has(identityOf(result.failure))
    ? ordered
    : [wholeStep(result.failure), ...ordered];
}

/** Something to look at that did not keep a target from being promoted, once for all targets that show it. */
export interface Warning {
  readonly aspect: string;
  readonly wanted: string;
  readonly found: string;
  readonly targets: readonly string[];
}

/** The differences that are only said, never mended. */
export function warningsOf(result: Result, promotion: Promotion): readonly Warning[] {
  const found = rowsOf(result, promotion).flatMap((row) =>
    (row.outcome?.differences ?? [])
      .filter((difference) => difference.mend.kind === 'warning')
      .map((difference) => ({ title: rowTitle(row), difference })),
  );
  const groups = Map.groupBy(found, ({ difference }) =>
    JSON.stringify([difference.aspect, difference.wanted, difference.found]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [
          {
            aspect: first.difference.aspect,
            wanted: first.difference.wanted,
            found: first.difference.found,
            targets: distinct(group.map(({ title }) => title)),
          },
        ];
  });
}

/** What follows from another cause, and so comes after it. */
const consequences: readonly string[] = ['NotStarted', 'Interrupted'];
const levels: readonly Level[] = ['error', 'warning', 'notice'];

function levelOf(row: Row, promotion: Promotion): Level {
  if (isAwaited(row, promotion)) {
    return 'notice';
  }
  return row.required ? 'error' : 'warning';
}

/** The same cause: code and words, whatever images, snapshots, keys and Regions the words name. */
function identityOf({ code, meaning, cure }: Failure): string {
  return JSON.stringify([code, meaning, cure]).replace(
    /arn:[^\s"';,]+|\b(ami|snap)-[0-9a-f]+|\b[a-z]{2}(-[a-z]+)+-\d\b/g,
    '…',
  );
}

function causeOf(
  group: readonly { readonly row: Row; readonly failure: Failure; readonly level: Level }[],
): Cause | undefined {
  const failure = group[0]?.failure;
  return (
    failure && {
      level: levels.find((level) => group.some((member) => member.level === level)) ?? 'error',
      code: failure.code,
      meaning: failure.meaning,
      cure: failure.cure,
      targets: group.map(({ row }) => rowTitle(row)),
      actions: distinct(group.map((member) => member.failure.action)),
      requestIds: distinct(group.flatMap((member) => member.failure.requestId ?? [])),
    }
  );
}

function wholeStep(failure: Failure): Cause {
  return {
    level: 'error',
    code: failure.code,
    meaning: failure.meaning,
    cure: failure.cure,
    targets: [],
    actions: [failure.action],
    requestIds: failure.requestId === undefined ? [] : [failure.requestId],
  };
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
