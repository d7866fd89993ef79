import type { Difference, Write } from '../../src/model/difference.ts';
import type { Failure } from '../../src/model/failure.ts';

/** Why differences cannot be mended. */
export function failuresOf(differences: readonly Difference[]): readonly Failure[] {
  return differences.flatMap(({ mend }) => (mend.kind === 'never' ? [mend.failure] : []));
}

export function codesOf(differences: readonly Difference[]): readonly string[] {
  return failuresOf(differences).map(({ code }) => code);
}

export function writesOf(differences: readonly Difference[]): readonly Write[] {
  return differences.flatMap(({ mend }) => (mend.kind === 'write' ? mend.writes : []));
}

/** What is only said, in sentences. */
export function saidOf(differences: readonly Difference[]): readonly string[] {
  return differences.flatMap(({ mend }) => (mend.kind === 'warning' ? [mend.says] : []));
}

export function mendsOf(differences: readonly Difference[]): readonly string[] {
  return differences.map(({ mend }) => mend.kind);
}
