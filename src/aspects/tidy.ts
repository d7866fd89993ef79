import type { Difference, Mend, Write } from '../model/difference.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';

/**
 * Nothing is left of copies that came to nothing: a failed one goes once the image of a later attempt can be seen,
 * because until then its tag is the memory of the attempts; its snapshots go after it. That this fails is told, and
 * keeps no target from being promoted.
 */
export function tidy(target: Target, seen: Observation): readonly Difference[] {
  const { images, snapshots, unclaimed } = seen.remains;
  const place = placeOf(target);
  const ids = [...images, ...snapshots].map(({ id }) => id);
  const writes: readonly Write[] = [
    ...images.map(({ id }) => ({ kind: 'deregister-image', place, imageId: id }) as const),
    ...snapshots.map(({ id }) => ({ kind: 'delete-snapshot', place, snapshotId: id }) as const),
  ];
  return [
    ...(writes.length === 0
      ? []
      : [said('nothing left of copies that failed', ids.join(', '), seen.attempts.untidied, writes)]),
    ...(unclaimed.length === 0
      ? []
      : [
          {
            aspect: 'tidy',
            wanted: 'no snapshots of ours without an image',
            found: `${unclaimed.map(({ id }) => id).join(', ')}, which no copy of ours has any more: \`aws ec2 delete-snapshot --region ${target.region} --snapshot-id ${unclaimed[0]?.id}\` deletes one that nobody needs`,
            mend: { kind: 'warning' },
          } as const,
        ]),
  ];
}

function said(
  wanted: string,
  found: string,
  untidied: Observation['attempts']['untidied'],
  writes: readonly Write[],
): Difference {
  const mend: Mend = untidied === undefined ? { kind: 'write', writes } : { kind: 'warning' };
  const why =
    untidied === undefined
      ? ''
      : `, which could not be removed (${untidied.code} from ${untidied.action}): ${untidied.meaning} ${untidied.cure}`;
  return { aspect: 'tidy', wanted, found: `${found}${why}`, mend };
}
