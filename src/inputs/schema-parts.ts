import * as v from 'valibot';
import type { Tags } from '../model/image.ts';

/** A text that says something; a number or a boolean may already have lost how it was written. */
export const text = v.pipe(
  v.string(notText),
  v.check((value) => value.trim() !== '', 'is empty; leave it out, or write a value'),
);

/** A text that may be empty. */
export const anyText = v.string(notText);

/** The word for nothing at all, where a list or a map could stand. */
export function noneOr(message: string) {
  return v.literal('none', message);
}

/**
 * A map from any key, in order. `v.record` would drop keys such as `constructor` in silence, and what is not
 * read is not judged.
 */
export function mapOf<S extends v.GenericSchema>(value: S, message: string) {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isMap, message),
    v.transform((map) => new Map(Object.entries(map))),
    v.map(v.string(), value),
  );
}

/** Tags as JSON has them, whatever their keys are. */
export const tagMap = v.pipe(
  mapOf(anyText, 'is not a map of tags'),
  v.transform((map): Tags => Object.fromEntries(map)),
);

/** Whether YAML or JSON had a map there. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  );
}

function notText({ input }: v.BaseIssue<unknown>): string {
  if (input === null) {
    return 'is empty; leave it out, or write a value';
  }
  return typeof input === 'object'
    ? 'is not one text; write one text, in quotes'
    : `is read by YAML as a ${typeof input}; put quotes around it`;
}
