import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { rowsOf, rowTitle } from './rows.ts';
import { distinct } from './text.ts';

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
