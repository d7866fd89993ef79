import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';
import type { SimulatedImage, SimulatedSnapshot } from '../../world.ts';
import { notFound } from './common.ts';
import { mayRestore } from './visibility.ts';

/** An image that the caller owns. AWS: somebody else's is AuthFailure, a deregistered one no longer available. */
export function ownImage(call: Call, id: string): SimulatedImage {
  const image = call.world.images.get(id);
  const now = call.world.clock.now();
  if (image === undefined || image.region !== call.region || image.hiddenUntil > now) {
    throw notFound([id], 'ami');
  }
  if (image.account !== call.caller.account) {
    throw new AwsError('AuthFailure', `Not authorized for image:${id}`, 401);
  }
  if (image.state === 'deregistered') {
    throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
  }
  return image;
}

/** A snapshot that the caller owns. AWS: somebody else's is not found unless it is shared with the caller. */
export function ownSnapshot(call: Call, id: string): SimulatedSnapshot {
  const snapshot = call.world.snapshots.get(id);
  const now = call.world.clock.now();
  const here = snapshot !== undefined && snapshot.region === call.region && snapshot.hiddenUntil <= now;
  if (!here || !mayRestore(call.world, snapshot, call.caller.account)) {
    throw notFound([id], 'snap');
  }
  if (snapshot.account !== call.caller.account) {
    throw new AwsError('AuthFailure', `Not authorized for snapshot:${id}`, 401);
  }
  return snapshot;
}
