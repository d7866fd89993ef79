import { DeleteSnapshot$, type DeleteSnapshotRequest } from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../arn.ts';
import type { Check } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import { checkIds, given, permit } from './common.ts';
import { holdersOf } from './image-snapshots.ts';
import { ownSnapshot } from './own-resources.ts';
import { resourceContext } from './resource-context.ts';

/** DeleteSnapshot. AWS: not while an image uses it, which a dry run does not say. */
export const deleteSnapshot = operation(DeleteSnapshot$, {
  service: 'ec2',
  mutating: true,
  accepts: ['SnapshotId', 'DryRun'],
  run: (call, input: DeleteSnapshotRequest) => {
    const id = given(input.SnapshotId, 'SnapshotId');
    checkIds([id], 'snap');
    permit(call, input, [deleteCheck(call, id)]);
    const snapshot = ownSnapshot(call, id);
    const holders = holdersOf(call.world, snapshot.id).map((image) => image.id);
    if (holders.length > 0) {
      const message = `The snapshot ${id} is currently in use by ${holders.join(', ')}`;
      throw new AwsError('InvalidSnapshot.InUse', message);
    }
    call.world.snapshots.delete(id);
    return {};
  },
});

/** What AWS asks IAM before it deletes a snapshot, by itself or with its image. */
export function deleteCheck(call: Call, id: string): Check {
  return {
    action: 'ec2:DeleteSnapshot',
    resource: ec2Arn(call.world, call.region, 'snapshot', id),
    context: resourceContext(call, call.world.snapshots.get(id)),
  };
}
