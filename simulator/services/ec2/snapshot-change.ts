import type { CreateVolumePermission, ModifySnapshotAttributeRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../wire/error.ts';
import { invalidItem } from './launch-permission.ts';

/** Whom a request adds or removes. AWS: one of the two, never both in a call. */
export interface SnapshotChange {
  readonly operation: 'Add' | 'Remove';
  readonly userIds: readonly string[];
  readonly groups: readonly string[];
}

/** Reads both forms of a request. AWS: accounts have twelve digits, and the only group is `all`. */
export function readSnapshotChange(input: ModifySnapshotAttributeRequest): SnapshotChange {
  const change = flatChange(input) ?? nestedChange(input);
  checkItems(change.userIds, /^\d{12}$/, 'userId');
  checkItems(change.groups, /^all$/, 'group');
  return change;
}

function flatChange(input: ModifySnapshotAttributeRequest): SnapshotChange | undefined {
  const { UserIds: userIds = [], GroupNames: groups = [], CreateVolumePermission: nested } = input;
  if (userIds.length + groups.length === 0) {
    return undefined;
  }
  if ((nested?.Add ?? []).length + (nested?.Remove ?? []).length > 0) {
    throw oneOfTwo();
  }
  switch (input.OperationType) {
    case 'add':
      return { operation: 'Add', userIds, groups };
    case 'remove':
      return { operation: 'Remove', userIds, groups };
    default:
      throw new AwsError('MissingParameter', 'The request must contain the parameter operationType');
  }
}

function nestedChange({ CreateVolumePermission: nested }: ModifySnapshotAttributeRequest): SnapshotChange {
  const { Add = [], Remove = [] } = nested ?? {};
  if (Add.length > 0 && Remove.length > 0) {
    throw oneOfTwo();
  }
  const items = [...Add, ...Remove];
  if (items.length === 0) {
    throw new AwsError('InvalidParameterCombination', 'No attributes specified.');
  }
  items.forEach(checkOne);
  return {
    operation: Add.length > 0 ? 'Add' : 'Remove',
    userIds: items.flatMap(({ UserId }) => UserId ?? []),
    groups: items.flatMap(({ Group }) => Group ?? []),
  };
}

function checkOne({ UserId, Group }: CreateVolumePermission): void {
  if ((UserId === undefined) === (Group === undefined)) {
    throw new AwsError('InvalidParameterCombination', 'A permission names an account or the group all.');
  }
}

function checkItems(items: readonly string[], form: RegExp, type: string): void {
  const bad = items.find((item) => !form.test(item));
  if (bad !== undefined) {
    throw invalidItem(bad, type);
  }
}

function oneOfTwo(): AwsError {
  return new AwsError(
    'InvalidParameterCombination',
    'A call may either add or remove permissions, in one form.',
  );
}
