import type { Fault } from '../model/fault.ts';
import { mostParticular, type RefinedPlace } from './place.ts';

/** Consumers whom two owners would give the images of one Region: they would see each image twice. */
export function twinFaults(places: readonly RefinedPlace[]): readonly Fault[] {
  const firsts = new Map<string, RefinedPlace>();
  const twins = places.flatMap((place) => {
    const shared = mostParticular(place, ({ consumers }) => consumers);
    return (shared?.list ?? []).flatMap(({ id }) => {
      const key = `${place.region} ${id}`;
      const first = firsts.get(key) ?? place;
      firsts.set(key, first);
      return shared === undefined || first === place ? [] : { shared, id, first, place };
    });
  });
  const lists = Map.groupBy(twins, ({ shared }) => shared);
  return [...lists].flatMap(([{ fault }, all]) =>
    [...Map.groupBy(all, ({ id }) => id)].map(([id, same]) => {
      const owners = [...new Set(same.flatMap(({ first, place }) => [first.owner.name, place.owner.name]))];
      const regions = [...new Set(same.map(({ place }) => place.region))];
      return fault(id, {
        problem: `would see equal images of ${owners.join(' and ')} in ${regions.join(', ')}`,
        right: 'let one account share with it in each Region',
      });
    }),
  );
}
