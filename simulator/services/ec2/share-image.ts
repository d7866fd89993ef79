import type { ModifyImageAttributeRequest } from '@aws-sdk/client-ec2';
import type { Call } from '../../call.ts';
import { change } from '../../lagging.ts';
import { AwsError } from '../../wire/error.ts';
import type { LaunchPermission, SimulatedImage, SimulatedKey, World } from '../../world.ts';
import { applyPermissions, invalidItem, readPermissions } from './launch-permission.ts';
import { checkPublishable } from './public-image.ts';

export interface PermissionChanges {
  readonly add: readonly LaunchPermission[];
  readonly remove: readonly LaunchPermission[];
}

/** The changes that a request asks for, in the structured form (add and remove together) or the flat one. */
export function readChanges(world: World, input: ModifyImageAttributeRequest): PermissionChanges {
  const structured = {
    add: readPermissions(world, input.LaunchPermission?.Add),
    remove: readPermissions(world, input.LaunchPermission?.Remove),
  };
  const groups = (input.UserGroups ?? []).map((group) => {
    if (group !== 'all') {
      throw invalidItem(group, 'group');
    }
    return group;
  });
  const flat = readPermissions(world, [
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...groups.map((Group) => ({ Group })),
    ...(input.OrganizationArns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(input.OrganizationalUnitArns ?? []).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ]);
  if (flat.length === 0) {
    return structured;
  }
  if (input.LaunchPermission !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Launch permissions come in one form or the other, not in both.',
    );
  }
  switch (input.OperationType) {
    case 'add':
      return { add: flat, remove: [] };
    case 'remove':
      return { add: [], remove: flat };
    default:
      throw new AwsError('MissingParameter', 'The request must contain the parameter operationType');
  }
}

/**
 * Changes who may launch an image. AWS: snapshots under the key that AWS manages cannot be shared; not every image
 * can be public; at most 1,000 principals.
 */
export function changeLaunchPermissions(call: Call, image: SimulatedImage, changes: PermissionChanges): void {
  const { world } = call;
  const { add, remove } = changes;
  if (add.length > 0 && keysOf(world, image).some((key) => key?.manager === 'AWS')) {
    const message = 'Snapshots encrypted with the AWS Managed CMK can’t be shared. Specify another snapshot.';
    throw new AwsError('InvalidParameter', message);
  }
  if (add.some((permission) => permission.kind === 'everyone')) {
    checkPublishable(world, image);
  }
  const next = applyPermissions(image.launchPermissions.current, add, remove);
  if (add.length > 0 && next.length > world.quotas.launchPermissions) {
    const message = `You have reached your quota of ${world.quotas.launchPermissions} launch permissions for this image.`;
    throw new AwsError('ResourceLimitExceeded', message);
  }
  change(image.launchPermissions, next, world.clock.now(), world.switches.attributeLagSeconds * 1000);
}

/** One entry for each encrypted snapshot of an image: its key, if it still exists. */
function keysOf(world: World, image: SimulatedImage): readonly (SimulatedKey | undefined)[] {
  return image.devices.flatMap((device) => {
    const key = device.kind === 'volume' ? world.snapshots.get(device.snapshotId)?.key : undefined;
    return key === undefined ? [] : [world.keys.get(key)];
  });
}
