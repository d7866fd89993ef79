import * as v from 'valibot';
import { nearest } from './nearest.ts';
import { isMap } from './schema-parts.ts';

/**
 * A map of these fields and no others. `misplaced` says of fields that belong elsewhere what is wrong with them. A
 * field that is there under a misspelt name is not missing as well.
 */
export function onlyFields<E extends v.ObjectEntries>(
  entries: E,
  misplaced: Readonly<Record<string, string>> = {},
) {
  const names = Object.keys(entries);
  const fields = v.object(entries);
  return v.lazy((input) => {
    const map = isMap(input) ? input : {};
    const strangers = Object.keys(map).filter((key) => !names.includes(key));
    const meant = strangers.map((key) => nearest(key, names));
    const isMisspelt = meant.some((name) => name !== undefined && isMissing(name, map));
    const misfits = strangers.map((key) => ({
      message: reasonOf(key),
      expected: 'never',
      path: [{ type: 'object', origin: 'key', input: { ...map }, key, value: map[key] }] satisfies [
        v.ObjectPathItem,
      ],
    }));
    return isMisspelt
      ? v.pipe(
          v.unknown(),
          v.rawCheck(({ addIssue }) => tell(addIssue)),
          fields,
        )
      : v.pipe(
          fields,
          v.rawCheck<v.InferOutput<typeof fields>>(({ addIssue }) => tell(addIssue)),
        );

    function tell(addIssue: (misfit: (typeof misfits)[number]) => void): void {
      for (const misfit of misfits) {
        addIssue(misfit);
      }
    }
  });

  function isMissing(name: string, map: Readonly<Record<string, unknown>>): boolean {
    return entries[name]?.type !== 'optional' && !Object.hasOwn(map, name);
  }

  function reasonOf(key: string): string {
    const near = nearest(key, names);
    const right = near === undefined ? `the fields here are ${names.join(', ')}` : `did you mean "${near}"?`;
    return new Map(Object.entries(misplaced)).get(key) ?? `is not a field here; ${right}`;
  }
}
