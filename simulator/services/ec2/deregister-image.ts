import { DeregisterImage$, type DeregisterImageRequest, type SnapshotReturnCodes } from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../arn.ts';
import { authorizeEc2 } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { cancelCopy } from '../../copying.ts';
import { effectsOn } from '../../faults.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedImage, World } from '../../world.ts';
import { checkIds, given, permit } from './common.ts';
import { deleteCheck } from './delete-snapshot.ts';
import { holdersOf, listedDevices, snapshotIdsOf } from './image-snapshots.ts';
import { ownImage } from './own-resources.ts';
import { resourceContext } from './resource-context.ts';

/**
 * DeregisterImage. AWS: of a pending copy it is the way to cancel it; protection stands above IAM; with
 * DeleteAssociatedSnapshots the answer says of each snapshot what became of it, and the image goes whatever that is.
 */
export const deregisterImage = operation(DeregisterImage$, {
  service: 'ec2',
  mutating: true,
  accepts: ['ImageId', 'DeleteAssociatedSnapshots', 'DryRun'],
  run: (call, input: DeregisterImageRequest) => {
    const { world, region } = call;
    if (
      input.DeleteAssociatedSnapshots !== undefined &&
      world.switches.deleteAssociatedSnapshots === 'refused'
    ) {
      throw new AwsError('UnknownParameter', 'The parameter DeleteAssociatedSnapshots is not recognized');
    }
    const id = given(input.ImageId, 'ImageId');
    checkIds([id], 'ami');
    const resource = ec2Arn(world, region, 'image', id);
    const context = resourceContext(call, world.images.get(id));
    permit(call, input, [{ action: 'ec2:DeregisterImage', resource, context }]);
    const image = ownImage(call, id);
    if (image.deregistrationProtection !== 'disabled') {
      throw new AwsError('OperationNotPermitted', `The image ${id} is protected from being deregistered.`);
    }
    const associated = input.DeleteAssociatedSnapshots === true ? associatedWith(world, image) : [];
    image.deregistered = { at: world.clock.now(), before: image.state };
    image.state = 'deregistered';
    const DeleteSnapshotResults = associated.map((SnapshotId) => ({
      SnapshotId,
      ReturnCode: deleteAssociated(call, image, SnapshotId),
    }));
    cancelCopy(world, id);
    return { Return: true, DeleteSnapshotResults };
  },
});

/** Of a pending copy too, though it lists none yet (SIM). */
function associatedWith(world: World, image: SimulatedImage): readonly string[] {
  const devices = image.state === 'pending' ? image.devices : listedDevices(world, image);
  return snapshotIdsOf(devices).filter((id) => world.snapshots.has(id));
}

function deleteAssociated(call: Call, image: SimulatedImage, id: string): SnapshotReturnCodes {
  if (holdersOf(call.world, id).some((holder) => holder !== image)) {
    return 'skipped';
  }
  if (!mayDelete(call, id)) {
    return 'missing-permissions';
  }
  if (isStruck(call)) {
    return 'internal-error';
  }
  call.world.snapshots.delete(id);
  return 'success';
}

/** Whether a fault of `ec2:DeregisterImage/snapshot` keeps this snapshot from being deleted. */
function isStruck({ world, caller, region }: Call): boolean {
  const deletion = { action: 'ec2:DeregisterImage/snapshot', account: caller.account, region };
  return effectsOn(world, deletion).some(({ kind }) => kind !== 'delay' && kind !== 'fail-copy');
}

function mayDelete(call: Call, id: string): boolean {
  try {
    authorizeEc2(call, [deleteCheck(call, id)]);
    return true;
  } catch (error) {
    if (error instanceof AwsError) {
      return false;
    }
    throw error;
  }
}
