import type { Annotation } from './annotations.ts';
import type { Cause } from './causes.ts';
import type { Hits } from './hits.ts';
import { pasteTitle } from './pastes.ts';
import { cutVisible, firstOf, visible } from './text.ts';

/** A cause as an annotation: what it means, what to do, what to paste, whom it hits. */
export function annotationOfCause(cause: Cause): Annotation {
  const { targets, hits, requestIds, code } = cause;
  const facts = [
    targets.length > 0 ? listedOf(hits) : placesOf(cause),
    requestIds.length > 0 ? `Request: ${firstOf(requestIds, 2)}.` : '',
  ];
  const title = targets.length === 0 ? code : `${hits.count}: ${code}`;
  return annotationWith(cause, title, facts);
}

/** The same under another title, with other facts; empty ones are left out. */
export function annotationWith(cause: Cause, title: string, facts: readonly string[]): Annotation {
  return {
    level: cause.level,
    title: cutVisible(title, 200),
    text: cutVisible(
      [
        cutVisible(cause.meaning, 1_100),
        `What to do: ${cutVisible(cause.cure, 900)}`,
        ...pasteOf(cause),
        ...facts.filter((fact) => fact !== '').map((fact) => cutVisible(fact, 450)),
      ].join('\n'),
      4_000,
    ),
  };
}

function listedOf({ listed }: Hits): string {
  return listed.length > 0 ? `Targets: ${firstOf(listed, 10)}.` : '';
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
