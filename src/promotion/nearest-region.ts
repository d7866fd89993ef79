/**
 * Of things in several Regions the nearest to a Region: one that is there, else the first of the same area (`eu-…`), else
 * the first. Undefined where there is nothing at all. Pure.
 */
export function nearestTo<T>(
  region: string,
  things: readonly T[],
  regionOf: (thing: T) => string,
): T | undefined {
  const areaOf = (name: string) => name.replace(/-[a-z]+-\d+$/, '');
  return (
    things.find((thing) => regionOf(thing) === region) ??
    things.find((thing) => areaOf(regionOf(thing)) === areaOf(region)) ??
    things[0]
  );
}
