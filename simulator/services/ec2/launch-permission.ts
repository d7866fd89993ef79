import type { LaunchPermission as WirePermission } from '@aws-sdk/client-ec2';
import { AwsError } from '../../wire/error.ts';
import type { LaunchPermission, World } from '../../world.ts';

/**
 * Reads launch permissions. AWS: account ids have twelve digits; organizations and units come as full ARNs of the
 * same partition, never as bare ids; the only group is `all`.
 */
export function readPermissions(
  world: World,
  items: readonly Readonly<Partial<Record<keyof WirePermission, string | undefined>>>[] | undefined,
): readonly LaunchPermission[] {
  return (items ?? []).map((item) => {
    const fields = Object.entries(item).filter(([, value]) => value !== undefined);
    const [field, value] = fields[0] ?? [];
    if (fields.length !== 1 || field === undefined || value === undefined) {
      throw new AwsError('InvalidParameterCombination', 'A launch permission names exactly one principal.');
    }
    return readOne(world, field, value);
  });
}

function readOne(world: World, field: string, value: string): LaunchPermission {
  const organization = `arn:${world.partition}:organizations::\\d{12}`;
  switch (field) {
    case 'UserId':
      if (!/^\d{12}$/.test(value)) {
        throw invalidItem(value, 'userId');
      }
      return { kind: 'account', id: value };
    case 'Group':
      if (value !== 'all') {
        throw invalidItem(value, 'group');
      }
      return { kind: 'everyone' };
    case 'OrganizationArn':
      checkArn(new RegExp(`^${organization}:organization/o-[a-z0-9]{10,32}$`), value);
      return { kind: 'organization', id: value };
    default:
      checkArn(new RegExp(`^${organization}:ou/o-[a-z0-9]{10,32}/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$`), value);
      return { kind: 'unit', id: value };
  }
}

function checkArn(form: RegExp, value: string): void {
  if (!form.test(value)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${value}) is not a valid ARN for a launch permission.`,
    );
  }
}

/** AWS writes the value with a blank behind it. */
export function invalidItem(value: string, type: string): AwsError {
  return new AwsError(
    'InvalidAMIAttributeItemValue',
    `Invalid attribute item value "${value} " for ${type} item type.`,
  );
}

/** One launch permission as DescribeImageAttribute shows it. */
export function permissionView(permission: LaunchPermission): WirePermission {
  switch (permission.kind) {
    case 'account':
      return { UserId: permission.id };
    case 'organization':
      return { OrganizationArn: permission.id };
    case 'unit':
      return { OrganizationalUnitArn: permission.id };
    case 'everyone':
      return { Group: 'all' };
  }
}

const maximumChanges = 500;

/** AWS: at most 500 entries in a call, of launch and create-volume permissions alike. */
export function checkModificationSize(entries: number): void {
  if (entries > maximumChanges) {
    throw new AwsError(
      'InvalidParameterValue',
      `Modification size must not be greater than ${maximumChanges}.`,
    );
  }
}

/** Adds, then removes. AWS: adding what is there and removing what is not both succeed. */
export function applyPermissions<T>(
  current: readonly T[],
  add: readonly T[],
  remove: readonly T[],
): readonly T[] {
  const gone = new Set(remove.map((item) => JSON.stringify(item)));
  const all = new Map([...current, ...add].map((item) => [JSON.stringify(item), item]));
  return [...all].filter(([name]) => !gone.has(name)).map(([, item]) => item);
}
