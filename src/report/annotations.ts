import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { type Cause, causesOf, type Level } from './causes.ts';
import { pasteTitle } from './pastes.ts';
import { cutVisible, firstOf, plural, visible } from './text.ts';
import { type Warning, warningsOf } from './warnings.ts';

/** What GitHub shows at the top of a run and in a pull request. */
export interface Annotation {
  readonly level: Level;
  readonly title: string;
  /** At most 4,000 characters: GitHub cuts at 4,096. */
  readonly text: string;
}

/**
 * At most ten annotations, one for each cause and not for each target: an error where a required target is
 * missing, a warning where only optional ones are, a notice for what `wait-minutes: 0` left on its way.
 * GitHub keeps ten of a step; when there are more, the last says how many more.
 */
export function annotationsOf(result: Result, promotion: Promotion): readonly Annotation[] {
  const all = [
    ...causesOf(result, promotion).map(annotationOfCause),
    ...warningsOf(result, promotion).map(annotationOfWarning),
  ].toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
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

function annotationOfCause(cause: Cause): Annotation {
  const title =
    cause.targets.length === 0 ? cause.code : `${plural(cause.targets.length, 'target')}: ${cause.code}`;
  const facts = [
    cause.targets.length > 0 ? `Targets: ${firstOf(cause.targets, 10)}.` : placesOf(cause),
    cause.requestIds.length > 0 ? `Request: ${firstOf(cause.requestIds, 2)}.` : '',
  ].filter((fact) => fact !== '');
  return {
    level: cause.level,
    title: cutVisible(title, 200),
    text: cutVisible(
      [
        cutVisible(cause.meaning, 1_100),
        `What to do: ${cutVisible(cause.cure, 900)}`,
        ...pasteOf(cause),
        ...facts.map((fact) => cutVisible(fact, 450)),
      ].join('\n'),
      4_000,
    ),
  };
}

function placesOf({ where }: Cause): string {
  return where.length > 0 ? `Where: ${firstOf(where, 10)}.` : '';
}

/** The first only, and only whole: half a statement helps nobody. */
function pasteOf({ pastes }: Cause): readonly string[] {
  const [first] = pastes;
  if (first === undefined) {
    return [];
  }
  const text = visible(first.text);
  if (text.length > 900) {
    return ['What to paste is in the summary of this step.'];
  }
  const more = pastes.length > 1 ? ` (and ${pastes.length - 1} more in the summary of this step)` : '';
  return [`${cutVisible(pasteTitle(first), 300)}${more}:`, text];
}

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
