import type { Result } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Promotion } from '../model/promotion.ts';
import { mostNames } from './cause-block.ts';
import { type Hits, hitsOf, type Titled, titleFrom } from './hits.ts';
import { plain } from './markdown.ts';
import { rowsOf, rowTitle, titledRow } from './rows.ts';
import { cut, distinct, firstOf } from './text.ts';

/** Something to look at that did not keep a target from being promoted, once for all targets that show it. */
export interface Warning {
  /** In a sentence, of the first of them. */
  readonly says: string;
  /** The images and snapshots that it is said of elsewhere. */
  readonly likewise: readonly string[];
  readonly hits: Hits;
}

/** What is only said, never mended. */
export function warningsOf(result: Result, promotion: Promotion): readonly Warning[] {
  const rows = rowsOf(result, promotion);
  return grouped(
    rows.flatMap((row) =>
      (row.outcome?.differences ?? []).flatMap(({ mend }) =>
        mend.kind === 'warning' ? [{ says: mend.says, title: rowTitle(row) }] : [],
      ),
    ),
    rows.map(titledRow),
  );
}

/** The same of a plan. */
export function warningsOfPlan(targets: Plan['targets']): readonly Warning[] {
  return grouped(
    targets.flatMap((target) => target.warnings.map(({ says }) => ({ says, title: titleFrom(target) }))),
    targets,
  );
}

/** A warning as an item of a list. */
export function warningLine({ says, likewise, hits }: Warning): string {
  const more = likewise.length === 0 ? '' : ` Likewise: ${plain(firstOf(likewise, mostNames))}.`;
  const titles = hits.listed.map((title) => cut(title, 300));
  const where = titles.length === 0 ? '' : `, ${plain(firstOf(titles, 10))}`;
  return `- ${hits.count}${where}: ${plain(cut(says, 3_000))}${more}`;
}

/** Who else has access is told of each apart; which image or snapshot a sentence is about is not what makes it another one. */
function grouped(
  said: readonly { readonly says: string; readonly title: string }[],
  all: readonly Titled[],
): readonly Warning[] {
  const groups = Map.groupBy(said, ({ says }) => says.replace(resources, '…'));
  return [...groups.values()].map((group): Warning => {
    const [says = '', ...others] = distinct(group.map((one) => one.says));
    const known: readonly string[] = says.match(resources) ?? [];
    const named = distinct(others.flatMap((other) => other.match(resources) ?? []));
    return {
      says,
      likewise: named.filter((name) => !known.includes(name)),
      hits: hitsOf(distinct(group.map(({ title }) => title)), all),
    };
  });
}

const resources = /\b(?:ami|snap)-[0-9a-f]+\b/g;
