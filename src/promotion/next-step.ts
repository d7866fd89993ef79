import type { Difference, Write } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';

/** What comes next for a target. */
export type NextStep =
  | { readonly kind: 'done' | 'wait' }
  | { readonly kind: 'never'; readonly failure: Failure; readonly others: readonly Failure[] }
  | { readonly kind: 'open'; readonly differences: readonly Difference[] }
  | { readonly kind: 'write' | 'tidy'; readonly writes: readonly Write[] };

/** What cannot be mended ends it; the source comes before the copy; then writes, tidying last; then waiting. Pure. */
export function nextStep(differences: readonly Difference[]): NextStep {
  const serious = differences.filter(({ mend }) => mend.kind !== 'warning');
  const [failure, ...others] = serious.flatMap(({ mend }) => (mend.kind === 'never' ? [mend.failure] : []));
  if (failure !== undefined) {
    return { kind: 'never', failure, others };
  }
  const open = serious.filter(({ aspect }) => aspect === 'open');
  if (open.length > 0) {
    return { kind: 'open', differences: open };
  }
  for (const kind of ['write', 'tidy'] as const) {
    const writes = serious.flatMap(({ aspect, mend }) =>
      mend.kind === 'write' && (aspect === 'tidy') === (kind === 'tidy') ? mend.writes : [],
    );
    if (writes.length > 0) {
      return { kind, writes };
    }
  }
  return { kind: serious.length === 0 ? 'done' : 'wait' };
}
