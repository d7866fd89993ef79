import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';
import type { SimulatedImage, SimulatedSnapshot, World } from '../../world.ts';
import { notFound } from './common.ts';
import type { CopyRequest } from './copy-request.ts';
import { mayLaunch, mayRestore } from './visibility.ts';

/** An image that may be copied, with the snapshots behind its volumes in the order of its devices. */
export interface CopySource {
  readonly image: SimulatedImage;
  readonly snapshots: readonly SimulatedSnapshot[];
}

/** The snapshots behind an image's volumes. */
export function snapshotsOf(world: World, image: SimulatedImage): readonly SimulatedSnapshot[] {
  return image.devices.flatMap((device) => {
    const snapshot = device.kind === 'volume' ? world.snapshots.get(device.snapshotId) : undefined;
    return snapshot === undefined ? [] : [snapshot];
  });
}

/** The image that an id means in a Region, whoever asks. */
export function sourceImage(world: World, request: CopyRequest): SimulatedImage | undefined {
  const image = world.images.get(request.sourceImageId);
  return image?.region === request.sourceRegion && image.hiddenUntil <= world.clock.now() ? image : undefined;
}

/**
 * Whether the caller may copy from this source. AWS: it must see the image and be allowed to restore every snapshot;
 * no image with Marketplace or billing codes goes to another account; Encrypted=false never undoes encryption.
 */
export function checkSource(call: Call, request: CopyRequest): CopySource {
  const { world, caller } = call;
  const image = sourceImage(world, request);
  if (image === undefined || !mayLaunch(world, image, caller.account)) {
    throw notFound([request.sourceImageId], 'ami');
  }
  if (image.state !== 'available') {
    const message = `The image ID '${image.id}' is currently ${image.state} and may not be copied`;
    throw new AwsError('InvalidAMIID.Unavailable', message);
  }
  if (image.account !== caller.account) {
    checkCodes(image);
  }
  const snapshots = snapshotsOf(world, image);
  if (!snapshots.every((snapshot) => mayRestore(world, snapshot, caller.account))) {
    throw new AwsError('InvalidRequest', 'You do not have permission to access the storage of this ami');
  }
  const encrypted = snapshots.find((snapshot) => snapshot.key !== undefined);
  if (request.encrypted === false && encrypted !== undefined) {
    const message =
      `Snapshot ${encrypted.id} is encrypted. ` +
      'Creating an unencrypted copy from an encrypted snapshot is not supported.';
    throw new AwsError('InvalidRequest', message);
  }
  return { image, snapshots };
}

function checkCodes(image: SimulatedImage): void {
  if (image.productCodes.length > 0) {
    const message = 'Images from AWS Marketplace cannot be copied to another AWS account.';
    throw new AwsError('InvalidRequest', message);
  }
  if (image.billed) {
    const message = 'Images with EC2 BillingProduct codes cannot be copied to another AWS account';
    throw new AwsError('InvalidRequest', message);
  }
}
