import { settle } from './copying.ts';
import type { World } from './world.ts';

/** All that a promotion can change, in an order of its own; deregistered images are gone. */
export function stateOf(world: World): object {
  settle(world);
  const images = [...world.images.values()]
    .filter(({ state }) => state !== 'deregistered')
    .map(
      ({ id, account, region, name, description, state, attributes, devices, tags, launchPermissions }) => ({
        ...{ id, account, region, name, description, state, attributes, devices },
        tags: sorted(tags),
        launchPermissions: launchPermissions.current.map((one) => JSON.stringify(one)).sort(),
      }),
    );
  const snapshots = [...world.snapshots.values()].map(
    ({ id, account, region, state, key, tags, createVolumePermissions }) => ({
      ...{ id, account, region, state, key },
      tags: sorted(tags),
      createVolumePermissions: [...createVolumePermissions.current].sort(),
    }),
  );
  return { images, snapshots };
}

function sorted(tags: ReadonlyMap<string, string>): readonly string[] {
  return [...tags].map(([key, value]) => `${key}=${value}`).sort();
}
