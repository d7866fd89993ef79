import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';

/** For each filter name, the values that an item offers to it. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

const maximumValues = 200;

/**
 * Makes one test of a request's filters. AWS: the values of a filter are joined by "or", filters by "and"; both are
 * case-sensitive; `*` and `?` are wildcards unless a backslash precedes them; `tag:KEY` works for every resource.
 */
export function filterBy<T>(
  filters: readonly Filter[] | undefined,
  table: FilterTable<T>,
  tagsOf: (item: T) => ReadonlyMap<string, string>,
): (item: T) => boolean {
  const tests = (filters ?? []).map((filter) => {
    const { Name: name, Values: values = [] } = filter;
    if (name === undefined || values.length === 0) {
      throw new AwsError(
        'InvalidParameterValue',
        `The filter '${name ?? 'null'}' is invalid: it needs a value`,
      );
    }
    if (values.length > maximumValues) {
      throw new AwsError('FilterLimitExceeded', `The maximum number of filter values is ${maximumValues}`);
    }
    const patterns = values.map(patternOf);
    const offered = valuesFor(name, table, tagsOf);
    return (item: T) =>
      offered(item).some((value) => value !== undefined && patterns.some((pattern) => pattern.test(value)));
  });
  return (item) => tests.every((test) => test(item));
}

function valuesFor<T>(
  name: string,
  table: FilterTable<T>,
  tagsOf: (item: T) => ReadonlyMap<string, string>,
): (item: T) => readonly (string | undefined)[] {
  if (name.startsWith('tag:')) {
    return (item) => [tagsOf(item).get(name.slice('tag:'.length))];
  }
  if (name === 'tag-key') {
    return (item) => [...tagsOf(item).keys()];
  }
  const offered = Object.hasOwn(table, name) ? table[name] : undefined;
  if (offered === undefined) {
    throw new UnknownToSimulator('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
  return offered;
}

/** AWS's wildcards as a pattern for a whole value. */
export function patternOf(text: string): RegExp {
  const source = text.replace(
    /\\([*?\\])|([*?])|[.+^${}()|[\]\\]/g,
    (all, escaped: string, wildcard: string) => {
      if (escaped !== undefined) {
        return `\\${escaped}`;
      }
      return wildcard === undefined ? `\\${all}` : wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]';
    },
  );
  return new RegExp(`^${source}$`);
}
