import { firstOf, plural } from './text.ts';

/** A target as its title names it. */
export interface Titled {
  readonly image: string;
  readonly owner: string;
  readonly region: string;
}

/** The targets that something hits, in as few words as name them. */
export interface Hits {
  /** `2 targets`, `All 18 targets`. */
  readonly count: string;
  /**
   * Each of them; those of a place in one, with all of its images in brackets, and those of an image and an owner, with
   * their Regions. None where all of three or more targets are hit.
   */
  readonly listed: readonly string[];
}

/** The targets of these titles in words, beside all targets of the step. */
export function hitsOf(titles: readonly string[], all: readonly Titled[]): Hits {
  const count = plural(titles.length, 'target');
  if (all.length > 2 && titles.length === all.length) {
    return { count: `All ${count}`, listed: [] };
  }
  const hit = new Set(titles);
  const places = Map.groupBy(all, ({ owner, region }) => `${owner} × ${region}`);
  const whole = [...places].filter(
    ([, there]) => there.length > 1 && there.every((one) => hit.has(titleFrom(one))),
  );
  const covered = new Set(whole.flatMap(([, there]) => there));
  const rest = all.filter((one) => hit.has(titleFrom(one)) && !covered.has(one));
  const owners = Map.groupBy(rest, ({ image, owner }) => `${image} × ${owner}`);
  return {
    count,
    listed: [
      ...whole.map(([place, there]) =>
        inBrackets(
          place,
          there.map(({ image }) => image),
        ),
      ),
      ...[...owners].flatMap(([title, some]) =>
        some.length > 1
          ? [
              inBrackets(
                title,
                some.map(({ region }) => region),
              ),
            ]
          : some.map(titleFrom),
      ),
    ],
  };
}

function inBrackets(what: string, some: readonly string[]): string {
  return `${what} (${firstOf(some, 40)})`;
}

/** `web × prod × eu-west-1`. */
export function titleFrom({ image, owner, region }: Titled): string {
  return `${image} × ${owner} × ${region}`;
}
