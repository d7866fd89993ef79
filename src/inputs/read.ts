import type { Fault } from '../model/fault.ts';

/**
 * What an input says, as far as it could be read, and everything that is wrong with it. A list keeps its good
 * entries beside the faults of the others, so that later inputs are still compared with what is known.
 */
export interface Read<T> {
  readonly value: T | undefined;
  readonly faults: readonly Fault[];
}

/** Nothing could be read, and why was said elsewhere. */
export const unread: Read<never> = { value: undefined, faults: [] };

/** What was read, and what is wrong beside it. */
export function read<T>(value: T, faults: readonly Fault[] = []): Read<T> {
  return { value, faults };
}

/** Nothing could be read, and this is why. */
export function refused(...faults: readonly Fault[]): Read<never> {
  return { value: undefined, faults };
}

/** The entries of a list: one per line, trimmed, blank lines left out, any line endings. */
export function entriesOf(text: string): readonly string[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What to say of an entry that looks like several. */
export function onePerLine(entry: string): string | undefined {
  return /[,;\s]/.test(entry)
    ? 'write one per line and nothing else: no comma, dash, bracket or comment'
    : undefined;
}
