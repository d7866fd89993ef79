import type { Difference } from '../model/difference.ts';
import type { Snapshot } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { refusal } from './refusal.ts';

/** Every snapshot of the chosen image is under the wanted key, as DescribeSnapshots tells it. */
export function encrypted(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen?.image.state !== 'available') {
    return [];
  }
  const { image, snapshots } = seen.chosen;
  const wanted = seen.key?.arn ?? 'no key';
  return snapshots
    .filter((snapshot) => !isUnder(snapshot, seen.key?.arn))
    .map((snapshot) =>
      refusal(
        target,
        'encrypted',
        { wanted: `${snapshot.id} under ${wanted}`, found: snapshot.keyArn ?? 'no key' },
        {
          code: 'WrongKey',
          meaning: `${image.id} exists, but its snapshot ${snapshot.id} is under ${snapshot.keyArn ?? 'no key'}, not ${wanted}. The key of a snapshot cannot be changed.`,
          cure: `Set kms-key to what it has, or replace the image: deregister it (aws ec2 deregister-image --region ${target.region} --image-id ${image.id} --delete-associated-snapshots), then run the step again.`,
        },
      ),
    );
}

/** Whether a snapshot is under exactly this key; undefined: not encrypted at all. */
export function isUnder(snapshot: Snapshot, keyArn: string | undefined): boolean {
  return keyArn === undefined ? !snapshot.encrypted : snapshot.encrypted && snapshot.keyArn === keyArn;
}
