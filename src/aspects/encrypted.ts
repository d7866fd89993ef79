import type { AspectName, Difference } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import type { Snapshot } from '../model/image.ts';
import type { Chosen, Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { refusal } from './refusal.ts';

/**
 * Every snapshot of the chosen image is under the wanted key, as DescribeSnapshots tells it. One that is not
 * shown, or not completed, is waited for: until then AWS shows no key, or a placeholder.
 */
export function encrypted(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen?.image.state !== 'available') {
    return [];
  }
  const { chosen, key } = seen;
  if (seen.keyProblem !== undefined) {
    return [unknownKey('encrypted', seen.keyProblem)];
  }
  const wanted = key?.arn ?? noKey;
  const unread = unreadVolumes(target, chosen);
  if (unread.length > 0) {
    const found = `${unread.join(', ')} not shown, or not completed`;
    return [{ aspect: 'encrypted', wanted: `every snapshot under ${wanted}`, found, mend: { kind: 'wait' } }];
  }
  return chosen.snapshots
    .filter((snapshot) => !isUnder(snapshot, key?.arn))
    .map((snapshot) => wrongKey(target, chosen, snapshot, wanted));
}

const noKey = 'no key';

/** A key could not be looked at, so nothing that needs it can be. */
export function unknownKey(aspect: AspectName, failure: Failure): Difference {
  return {
    aspect,
    wanted: 'a key that can be looked at',
    found: 'not readable',
    mend: { kind: 'never', failure },
  };
}

/** Whether a snapshot is under exactly this key; undefined: not encrypted at all. */
export function isUnder(snapshot: Snapshot, keyArn: string | undefined): boolean {
  return keyArn === undefined ? !snapshot.encrypted : snapshot.encrypted && snapshot.keyArn === keyArn;
}

/** A volume that is empty in the source is so in its copies: it has no snapshot. */
function unreadVolumes({ source }: Target, { image, snapshots }: Chosen): readonly string[] {
  const blank = source.image.devices.flatMap((device) =>
    device.kind === 'volume' && device.snapshotId === undefined ? [device.deviceName] : [],
  );
  const completed = new Set(snapshots.filter(({ state }) => state === 'completed').map(({ id }) => id));
  return image.devices.flatMap((device) => {
    if (device.kind !== 'volume') {
      return [];
    }
    const { deviceName, snapshotId } = device;
    const isRead = snapshotId === undefined ? blank.includes(deviceName) : completed.has(snapshotId);
    return isRead ? [] : [snapshotId ?? deviceName];
  });
}

function isWords(isEncrypted: boolean, found: string, wanted: string): string {
  if (wanted === noKey) {
    return `encrypted under ${found}, and kms-key is none`;
  }
  return isEncrypted ? `encrypted under ${found}, not ${wanted}` : `not encrypted, and not under ${wanted}`;
}

function wrongKey(
  target: Target,
  { image, inPlace }: Chosen,
  snapshot: Snapshot,
  wanted: string,
): Difference {
  const found = snapshot.encrypted ? (snapshot.keyArn ?? 'a key that AWS does not name') : noKey;
  const replace = inPlace
    ? `leave ${target.region} out of the Regions: it holds the source image itself`
    : `once nothing is launched from it, replace the image: deregister it in account ${target.owner.id} (aws ec2 deregister-image --region ${target.region} --image-id ${image.id} --delete-associated-snapshots), then run the step again`;
  return refusal(
    target,
    'encrypted',
    { wanted: `${snapshot.id} under ${wanted}`, found },
    {
      code: 'WrongKey',
      meaning: `${image.id} exists, but its snapshot ${snapshot.id} is ${isWords(snapshot.encrypted, found, wanted)}. The key of a snapshot cannot be changed.`,
      cure: `Set kms-key to what it has, or ${replace}.`,
    },
  );
}
