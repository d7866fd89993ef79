import type { Difference, Write } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';

/**
 * Nothing is left of copies that came to nothing: a failed one goes once the image of a later attempt can be seen,
 * because until then its tag is the memory of the attempts; its snapshots go after it. That this fails is told, and
 * keeps no target from being promoted.
 */
export function tidy(target: Target, seen: Observation): readonly Difference[] {
  const { images, snapshots, unclaimed } = seen.remains;
  const { untidied } = seen.attempts;
  const place = placeOf(target);
  const writes: readonly Write[] = [
    ...images.map(({ id }) => ({ kind: 'deregister-image', place, imageId: id }) as const),
    ...snapshots.map(({ id }) => ({ kind: 'delete-snapshot', place, snapshotId: id }) as const),
  ].filter((write) => !untidied.has(write.kind === 'deregister-image' ? write.imageId : write.snapshotId));
  const ids = [...images, ...snapshots].map(({ id }) => id);
  const left = ids.filter((id) => untidied.has(id));
  const wanted = 'nothing left of copies that failed';
  return [
    ...(writes.length === 0
      ? []
      : [
          {
            aspect: 'tidy',
            wanted,
            found: ids.filter((id) => !left.includes(id)).join(', '),
            mend: { kind: 'write', writes },
          } as const,
        ]),
    ...[...Map.groupBy(left, (id) => untidied.get(id)?.code)].map(([, some]) =>
      told(wanted, `${some.join(', ')}, which could not be removed${reasonOf(untidied.get(some[0] ?? ''))}`),
    ),
    ...(unclaimed.length === 0
      ? []
      : [
          told(
            'no snapshots of ours without an image',
            `${unclaimed.map(({ id }) => id).join(', ')}, which no copy of ours has any more: \`aws ec2 delete-snapshot --region ${target.region} --snapshot-id ${unclaimed[0]?.id}\` deletes one that nobody needs`,
          ),
        ]),
  ];
}

function reasonOf(failure: Failure | undefined): string {
  return failure === undefined
    ? ''
    : ` (${failure.code} from ${failure.action}): ${failure.meaning} ${failure.cure}`;
}

function told(wanted: string, found: string): Difference {
  return { aspect: 'tidy', wanted, found, mend: { kind: 'warning' } };
}
