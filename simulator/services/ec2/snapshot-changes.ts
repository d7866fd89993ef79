import type { CreateVolumePermission, ModifySnapshotAttributeRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../wire/error.ts';

/** The accounts (or `all`) that a request adds or removes. AWS: one of the two, never both in a call. */
export function readSnapshotChanges(input: ModifySnapshotAttributeRequest): {
  readonly add: readonly string[];
  readonly remove: readonly string[];
} {
  const add = (input.CreateVolumePermission?.Add ?? []).map(principalOf);
  const remove = (input.CreateVolumePermission?.Remove ?? []).map(principalOf);
  const flat = [...(input.UserIds ?? []), ...(input.GroupNames ?? [])];
  if ((flat.length > 0 && add.length + remove.length > 0) || (add.length > 0 && remove.length > 0)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'A call may either add or remove permissions, in one form.',
    );
  }
  if (flat.length === 0) {
    if (add.length + remove.length === 0) {
      throw new AwsError('InvalidParameterCombination', 'No attributes specified.');
    }
    return { add, remove };
  }
  switch (input.OperationType) {
    case 'add':
      return { add: flat, remove };
    case 'remove':
      return { add, remove: flat };
    default:
      throw new AwsError('MissingParameter', 'The request must contain the parameter operationType');
  }
}

function principalOf(permission: CreateVolumePermission): string {
  const { UserId, Group } = permission;
  if ((UserId === undefined) === (Group === undefined)) {
    throw new AwsError('InvalidParameterCombination', 'A permission names an account or the group all.');
  }
  return UserId ?? Group ?? '';
}
