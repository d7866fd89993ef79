import { settingsOf } from '../../places.ts';
import { AwsError } from '../../wire/error.ts';
import type { SimulatedImage, World } from '../../world.ts';

/**
 * Whether an image may become public. AWS: none that is encrypted, has Marketplace codes or a watermark (the code of
 * the last two is a guess), none while block public access is on, and 5 in an account and Region.
 */
export function checkPublishable(world: World, image: SimulatedImage): void {
  if (isEncrypted(world, image)) {
    throw notPermitted('Images with encrypted snapshots cannot be shared publicly.');
  }
  if (image.productCodes.length > 0) {
    throw notPermitted('Images with AWS Marketplace product codes cannot be shared publicly.');
  }
  if (image.watermarks.length > 0) {
    throw notPermitted('Images with watermarks cannot be shared publicly.');
  }
  if (!settingsOf(world, image.account, image.region).publicSharing) {
    throw notPermitted(
      'You can’t publicly share this image because block public access for AMIs is enabled for this account. ' +
        'To publicly share the image, you must call the DisableImageBlockPublicAccess API.',
    );
  }
  checkQuota(world, image);
}

function checkQuota(world: World, image: SimulatedImage): void {
  const others = [...world.images.values()].filter(
    (other) =>
      other !== image &&
      other.account === image.account &&
      other.region === image.region &&
      other.state !== 'deregistered' &&
      other.launchPermissions.current.some(({ kind }) => kind === 'everyone'),
  );
  const quota = world.quotas.publicImages;
  if (others.length >= quota) {
    throw new AwsError(
      'ResourceLimitExceeded',
      `You have reached your quota of ${quota} for the number of public images allowed in this Region. ` +
        'Deregister unused public images or make them private, or request an increase in your public AMIs quota.',
    );
  }
}

function isEncrypted(world: World, image: SimulatedImage): boolean {
  return image.devices.some(
    (device) => device.kind === 'volume' && world.snapshots.get(device.snapshotId)?.key !== undefined,
  );
}

function notPermitted(message: string): AwsError {
  return new AwsError('OperationNotPermitted', message);
}
