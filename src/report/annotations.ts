import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { annotationOfCause } from './cause-annotation.ts';
import { causesOf, type Level } from './causes.ts';
import { openedAnnotations } from './opened.ts';
import { rollbackAnnotations } from './rollback.ts';
import { cutVisible, firstOf, plural } from './text.ts';
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

function annotationOfWarning(warning: Warning): Annotation {
  return {
    level: 'warning',
    title: cutVisible(`${plural(warning.targets.length, 'target')}: not ${warning.aspect} as wanted`, 200),
    text: cutVisible(
      [
        `Wanted ${cutVisible(warning.wanted, 1_000)}, found ${cutVisible(warning.found, 1_000)}.`,
        `Targets: ${cutVisible(firstOf(warning.targets, 10), 1_500)}.`,
      ].join('\n'),
      4_000,
    ),
  };
}
