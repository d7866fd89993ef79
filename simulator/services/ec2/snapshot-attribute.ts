import {
  DescribeSnapshotAttribute$,
  type DescribeSnapshotAttributeRequest,
  ModifySnapshotAttribute$,
  type ModifySnapshotAttributeRequest,
} from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../arn.ts';
import { keyAccess } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { viaEc2 } from '../../keys.ts';
import { change, shown } from '../../lagging.ts';
import { settingsOf } from '../../places.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedSnapshot } from '../../world.ts';
import { checkIds, given, permit } from './common.ts';
import { applyPermissions, checkModificationSize } from './launch-permission.ts';
import { ownSnapshot } from './own-resources.ts';
import { resourceContext } from './resource-context.ts';
import { readSnapshotChange, type SnapshotChange } from './snapshot-change.ts';

const attribute = 'createVolumePermission';

/** DescribeSnapshotAttribute of create-volume permissions; for the owner only. */
export const describeSnapshotAttribute = operation(DescribeSnapshotAttribute$, {
  service: 'ec2',
  mutating: false,
  accepts: ['Attribute', 'SnapshotId', 'DryRun'],
  run: (call, input: DescribeSnapshotAttributeRequest) => {
    const id = given(input.SnapshotId, 'SnapshotId');
    checkIds([id], 'snap');
    checkAttribute(input.Attribute);
    permit(call, input, [{ action: 'ec2:DescribeSnapshotAttribute', resource: '*' }]);
    const permissions = shown(ownSnapshot(call, id).createVolumePermissions, call.world.clock.now());
    return {
      SnapshotId: id,
      CreateVolumePermissions: permissions.map((one) => (one === 'all' ? { Group: 'all' } : { UserId: one })),
    };
  },
});

/**
 * ModifySnapshotAttribute of create-volume permissions, in both forms. AWS: either add or remove, at most 500 a
 * call, accounts and `all` only; encrypted snapshots only by somebody who may use their key, and never under the
 * key that AWS manages.
 */
export const modifySnapshotAttribute = operation(ModifySnapshotAttribute$, {
  service: 'ec2',
  mutating: true,
  accepts: [
    'SnapshotId',
    'Attribute',
    'OperationType',
    'UserIds',
    'GroupNames',
    'CreateVolumePermission',
    'DryRun',
  ],
  run: (call, input: ModifySnapshotAttributeRequest) => {
    const id = given(input.SnapshotId, 'SnapshotId');
    checkIds([id], 'snap');
    if (input.Attribute !== undefined) {
      checkAttribute(input.Attribute);
    }
    const asked = readSnapshotChange(input);
    const principals = [...asked.userIds, ...asked.groups];
    checkModificationSize(principals.length);
    const known = call.world.snapshots.get(id);
    permit(call, input, [
      {
        action: 'ec2:ModifySnapshotAttribute',
        resource: ec2Arn(call.world, call.region, 'snapshot', id),
        context: {
          ...resourceContext(call, known),
          ...namedPrincipals(asked),
        },
      },
    ]);
    const snapshot = ownSnapshot(call, id);
    const [add, remove] = asked.operation === 'Add' ? [principals, []] : [[], principals];
    if (add.length > 0) {
      checkShareable(call, snapshot, add);
    }
    const next = applyPermissions(snapshot.createVolumePermissions.current, add, remove);
    const lag = call.world.switches.attributeLagSeconds * 1000;
    change(snapshot.createVolumePermissions, next, call.world.clock.now(), lag);
    return {};
  },
});

/**
 * The condition keys ec2:Add/userId, ec2:Add/group and the same for Remove: absent where a request names none of that
 * kind. That a call may name several is why a policy asks for them with ForAnyValue.
 */
function namedPrincipals({ operation: name, userIds, groups }: SnapshotChange) {
  return {
    ...(userIds.length > 0 ? { [`ec2:${name}/userId`]: userIds } : {}),
    ...(groups.length > 0 ? { [`ec2:${name}/group`]: groups } : {}),
  };
}

function checkShareable(call: Call, snapshot: SimulatedSnapshot, add: readonly string[]): void {
  const { world } = call;
  if (snapshot.key !== undefined) {
    const key = world.keys.get(snapshot.key);
    if (key?.manager === 'AWS') {
      throw new AwsError(
        'OperationNotPermitted',
        'Encrypted snapshots with EBS default key cannot be shared',
      );
    }
    if (add.includes('all')) {
      throw new AwsError('OperationNotPermitted', 'Encrypted snapshots cannot be shared publicly');
    }
    const context = { 'kms:viaservice': [viaEc2(world, call.region)] };
    for (const action of ['kms:DescribeKey', 'kms:Decrypt']) {
      const access = key === undefined ? undefined : keyAccess(world, call.caller, key, action, context);
      if (key?.state !== 'Enabled' || access?.allowed !== true) {
        throw new AwsError('AuthFailure', `Not authorized to use key ${snapshot.key}`, 401);
      }
      call.allowedBy.push(...access.by);
    }
  }
  if (add.includes('all') && !settingsOf(world, snapshot.account, snapshot.region).publicSharing) {
    throw new AwsError(
      'OperationNotPermitted',
      'Block public access for snapshots is enabled for this account.',
    );
  }
}

function checkAttribute(name: string | undefined): void {
  if (name !== attribute) {
    throw new UnknownToSimulator(
      'InvalidParameterValue',
      `The simulator knows the attribute ${attribute} only, not ${name}`,
    );
  }
}
