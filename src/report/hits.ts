import { plural } from './text.ts';

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
  /** Each of them, or a place with all of its images in brackets; none where all of three or more targets are hit. */
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
  const listed = [...places].flatMap(([place, there]) => {
    const some = there.filter((one) => hit.has(titleOf(one)));
    return some.length > 1 && some.length === there.length
      ? [`${place} (${some.map(({ image }) => image).join(', ')})`]
      : some.map(titleOf);
  });
  return { count, listed };
}

/** `web × prod × eu-west-1`. */
export function titleOf({ image, owner, region }: Titled): string {
  return `${image} × ${owner} × ${region}`;
}
