import { shown } from '../../lagging.ts';
import { isMember, organizationArn, unitArn, unitsAround } from '../../organization.ts';
import type { LaunchPermission, SimulatedImage, SimulatedSnapshot, World } from '../../world.ts';
import { isHidden } from './allowed-images.ts';

/** Whether a read sees a new resource yet: for a while it is not found, then left out, then there. */
export function appearance(
  resource: { readonly hiddenUntil: number },
  created: number,
  now: number,
): 'not-found' | 'left-out' | 'there' {
  if (resource.hiddenUntil <= now) {
    return 'there';
  }
  return now < (created + resource.hiddenUntil) / 2 ? 'not-found' : 'left-out';
}

/** Whether a launch permission means this account. AWS: an organizational unit includes the units inside it. */
export function means(world: World, permission: LaunchPermission, account: string): boolean {
  const organization = world.organization;
  switch (permission.kind) {
    case 'everyone':
      return true;
    case 'account':
      return permission.id === account;
    case 'organization':
      return (
        organization !== undefined &&
        isMember(world, account) &&
        permission.id === organizationArn(world, organization)
      );
    case 'unit':
      return (
        organization !== undefined &&
        unitsAround(organization, account).some(
          (unit) => permission.id === unitArn(world, organization, unit),
        )
      );
  }
}

/**
 * The state that reads show, or undefined for an image that they leave out. AWS: a deregistered image is for a while
 * as it was or `deregistered` (here: first one, then the other), then it is left out.
 */
export function stateShown(world: World, image: SimulatedImage): SimulatedImage['state'] | undefined {
  const { state, deregistered } = image;
  if (state !== 'deregistered') {
    return state;
  }
  const lag = world.switches.deregisterLagSeconds * 1000;
  const since = deregistered === undefined ? lag : world.clock.now() - deregistered.at;
  return since < lag / 2 ? deregistered?.before : since < lag ? state : undefined;
}

/**
 * Whether an account may see and launch an image: its owner, or one that its launch permissions mean and whose own
 * setting of Allowed AMIs does not hide it.
 */
export function mayLaunch(world: World, image: SimulatedImage, account: string): boolean {
  const state = stateShown(world, image);
  if (image.account === account) {
    return state !== undefined;
  }
  const permissions = shown(image.launchPermissions, world.clock.now());
  return (
    state === 'available' &&
    permissions.some((permission) => means(world, permission, account)) &&
    !isHidden(world, image, account)
  );
}

/** Whether an account may read and restore a snapshot: its owner, or one that it is shared with. */
export function mayRestore(world: World, snapshot: SimulatedSnapshot, account: string): boolean {
  const permissions = shown(snapshot.createVolumePermissions, world.clock.now());
  return snapshot.account === account || permissions.includes(account) || permissions.includes('all');
}
