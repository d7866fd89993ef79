import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { annotationOfCause } from './cause-annotation.ts';
import { mostNames } from './cause-block.ts';
import { causesOf, type Level } from './causes.ts';
import { openedAnnotations } from './opened.ts';
import { rollbackAnnotations } from './rollback.ts';
import { cutVisible, firstOf } from './text.ts';
import { type Warning, warningsOf } from './warnings.ts';

/** What GitHub shows at the top of a run and in a pull request. */
export interface Annotation {
  readonly level: Level;
  readonly title: string;
  /** At most 4,000 characters: GitHub cuts at 4,096. */
  readonly text: string;
}

/**
 * At most ten annotations, because GitHub keeps ten of a step; one for each cause and not for each target: an error
 * where a required target is missing, a warning where only optional ones are or something is left to be done by hand,
 * a notice for what `wait-minutes: 0` left on its way.
 */
export function annotationsOf(result: Result, promotion: Promotion): readonly Annotation[] {
  const { rollback, opened } = result;
  return atMostTen([
    ...causesOf(result, promotion).map(annotationOfCause),
    ...(rollback === undefined ? [] : rollbackAnnotations(rollback, promotion)),
    ...openedAnnotations(opened, promotion),
    ...warningsOf(result, promotion).map(annotationOfWarning),
  ]);
}

/** The weightiest ten; when there are more, the last of them says how many more. */
export function atMostTen(annotations: readonly Annotation[]): readonly Annotation[] {
  const all = annotations.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  if (all.length <= most) {
    return all;
  }
  const shown = all.slice(0, most - 1);
  const left = all.slice(most - 1);
  return [
    ...shown,
    {
      level: left[0]?.level ?? 'notice',
      title: 'More in the summary',
      text: `… and ${left.length} more, all in the summary of this step.`,
    },
  ];
}

const most = 10;
const order: readonly Level[] = ['error', 'warning', 'notice'];

function annotationOfWarning({ says, likewise, hits }: Warning): Annotation {
  return {
    level: 'warning',
    title: `${hits.count}: worth a look`,
    text: cutVisible(
      [
        cutVisible(says, 2_000),
        ...(likewise.length === 0 ? [] : [`Likewise: ${firstOf(likewise, mostNames)}.`]),
        ...(hits.listed.length === 0 ? [] : [`Targets: ${cutVisible(firstOf(hits.listed, 10), 1_500)}.`]),
      ].join('\n'),
      4_000,
    ),
  };
}
