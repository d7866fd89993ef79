import { imagesIn } from '../../simulator/look.ts';
import type { SimulatedImage, World } from '../../simulator/world.ts';
import type { Changes } from '../support/organization.ts';
import { home, prod } from '../support/organization.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** A promotion into two Regions that is undone when one of them fails. */
export const two = { regions: 'eu-west-1\neu-central-1', 'rollback-on': 'failure' };
export const pullTwo = { ...two, accounts: `prod=${prod}` };
/** What lets it fail: the copy in the second Region. */
export const copyFails = { action: 'ec2:CopyImage', region: 'eu-central-1', do: 'fail-copy' };

const homePolicies = ['home', 'rollback', 'share-snapshots'].map((name) => `../iam/${name}-policy.json`);
const ownerPolicies = ['owner', 'rollback'].map((name) => `../iam/${name}-policy.json`);
export const roles = { [home]: { policies: homePolicies }, [prod]: { policies: ownerPolicies } };

/** A world in which that promotion fails, and roles that may undo it. */
export function failing(more: Changes = {}): Scenario {
  return scenario({ roles, ...more, faults: [copyFails, ...(more.faults ?? [])] });
}

/** Everything of a world that a person would see: images and snapshots that are there, their tags and permissions. */
export function picture({ images, snapshots }: World) {
  return {
    images: [...images.values()]
      .filter(({ state }) => state !== 'deregistered')
      .map(({ id, state, tags, launchPermissions }) => ({
        id,
        state,
        tags: Object.fromEntries(tags),
        sharedWith: launchPermissions.current,
      })),
    snapshots: [...snapshots.values()].map(({ id, state, tags, createVolumePermissions }) => ({
      id,
      state,
      tags: Object.fromEntries(tags),
      sharedWith: createVolumePermissions.current,
    })),
  };
}

/** The images of the first Region that are there. */
export function here(world: World): readonly SimulatedImage[] {
  return imagesIn(world, home, 'eu-west-1').filter(({ state }) => state !== 'deregistered');
}
