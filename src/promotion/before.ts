import type { Write } from '../model/difference.ts';
import type { Before } from '../model/journal.ts';
import type { Chosen } from '../model/observation.ts';

/** What undoing a write needs, as it was seen: the tags that it replaces. Pure. */
export function beforeOf(write: Write, chosen: Chosen | undefined): Before {
  if (write.kind !== 'set-tags' || chosen === undefined) {
    return {};
  }
  const carriers = [chosen.image, ...chosen.snapshots];
  return {
    tags: Object.fromEntries(
      write.resourceIds.map((id) => {
        const found = carriers.find((carrier) => carrier.id === id)?.tags ?? {};
        return [
          id,
          Object.fromEntries(Object.entries(found).filter(([key]) => Object.hasOwn(write.tags, key))),
        ];
      }),
    ),
  };
}
