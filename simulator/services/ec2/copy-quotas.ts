import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';
import type { CopyRequest } from './copy-request.ts';
import type { CopySource } from './copy-source.ts';

/** AWS: 300 copies in progress and 50,000 images for each account and Region. */
export function checkCopyQuotas(call: Call): void {
  const { world, caller, region } = call;
  const counted = ['pending', 'available', 'disabled'];
  const here = [...world.images.values()].filter(
    (image) => image.account === caller.account && image.region === region && counted.includes(image.state),
  );
  const pending = here.filter((image) => image.state === 'pending').length;
  if (pending >= world.quotas.concurrentCopies) {
    throw new AwsError(
      'ResourceLimitExceeded',
      'Too many AMI copies in progress. Please wait and try again.',
    );
  }
  if (here.length >= world.quotas.images) {
    throw new AwsError('ResourceLimitExceeded', 'You have reached your quota of images in this Region.');
  }
}

/** AWS: no snapshot is copied faster, whatever was asked for. */
const mostForSnapshot = 500;

/**
 * What a copy takes of the rate between its two Regions, in MiB a second; nothing unless it is time-based. AWS: a
 * snapshot needs its data by the time it has; where less is left the copy is accepted and late, where nothing is left
 * it is refused (the code is not documented).
 */
export function timeBasedRate(call: Call, request: CopyRequest, source: CopySource): number {
  const { world, caller, region } = call;
  if (request.completionMinutes === undefined) {
    return 0;
  }
  const seconds = request.completionMinutes * 60;
  const needed = source.snapshots.map(({ fullSizeGiB }) =>
    Math.min(mostForSnapshot, Math.ceil((fullSizeGiB * 1024) / seconds)),
  );
  const taken = world.copies
    .filter(
      (job) =>
        job.account === caller.account && job.region === region && job.sourceRegion === request.sourceRegion,
    )
    .map((job) => job.mibPerSecond);
  const left = world.quotas.timeBasedMibPerSecond - sum(taken);
  if (left <= 0) {
    throw new AwsError(
      'ResourceLimitExceeded',
      `You have reached your quota of ${world.quotas.timeBasedMibPerSecond} MiB/s for time-based copies from ` +
        `${request.sourceRegion} to ${region}.`,
    );
  }
  return Math.min(left, sum(needed));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
