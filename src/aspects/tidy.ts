import { commandOf } from '../model/command.ts';
import type { Difference, Write } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import type { Place, Snapshot } from '../model/image.ts';
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
      leftOf(wanted, some.join(', '), reasonOf(untidied.get(some[0] ?? ''))),
    ),
    ...unclaimedOf(unclaimed, place),
  ];
}

function leftOf(wanted: string, ids: string, reason: string): Difference {
  return told(
    wanted,
    `${ids}, which could not be removed${reason}`,
    `What is left of copies that failed could not be removed: ${ids}${reason === '' ? '.' : reason}`,
  );
}

function unclaimedOf(unclaimed: readonly Snapshot[], place: Place): readonly Difference[] {
  const [first] = unclaimed;
  if (first === undefined) {
    return [];
  }
  const ids = unclaimed.map(({ id }) => id).join(', ');
  const command = commandOf({ kind: 'delete-snapshot', place, snapshotId: first.id });
  const found = `${ids}, which belong to no copy that is there: \`${command}\` deletes one that nobody needs`;
  return [
    told(
      'no snapshots of ours without an image',
      found,
      `Snapshots of ours that belong to no copy that is there: ${ids}. \`${command}\` deletes one that nobody needs.`,
    ),
  ];
}

function reasonOf(failure: Failure | undefined): string {
  return failure === undefined
    ? ''
    : ` (${failure.code} from ${failure.action}): ${failure.meaning} ${failure.cure}`;
}

function told(wanted: string, found: string, says: string): Difference {
  return { aspect: 'tidy', wanted, found, mend: { kind: 'warning', says } };
}
