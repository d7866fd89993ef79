import type { Write } from '../model/difference.ts';
import type { Principal } from '../model/image.ts';
import { partsOf } from '../model/origin.ts';
import { shortConsumer } from '../model/plan-words.ts';
import { type SourceImage, sizeGiBOf } from '../model/promotion.ts';
import { nextStep } from './next-step.ts';
import type { Work } from './work.ts';

/** What a write does, for the log. */
export function sentenceOfWrite(write: Write): string {
  switch (write.kind) {
    case 'copy-image':
      return `copying ${write.source.imageId}`;
    case 'set-tags':
      return `tagged ${write.resourceIds.join(', ')}`;
    case 'remove-tags':
      return `untagged ${write.resourceIds.join(', ')}`;
    case 'share-image':
      return `shared ${write.imageId} with ${names(write.add)}`;
    case 'unshare-image':
      return `no longer shared ${write.imageId} with ${names(write.remove)}`;
    case 'share-snapshot':
      return `shared ${write.snapshotId} with ${write.add.join(', ')}`;
    case 'unshare-snapshot':
      return `no longer shared ${write.snapshotId} with ${write.remove.join(', ')}`;
    case 'require-imds-v2':
      return `IMDSv2 required on ${write.imageId}`;
    case 'deregister-image':
      return `removed ${write.imageId}`;
    case 'delete-snapshot':
      return `deleted ${write.snapshotId}`;
  }
}

function names(principals: readonly Principal[]): string {
  return principals.map(({ kind, id }) => (kind === 'everyone' ? kind : shortConsumer(id))).join(', ');
}

/** What is promoted. */
export function sourceLine(source: SourceImage): string {
  const { key, image, snapshots, origin } = source;
  const encrypted = snapshots.some((snapshot) => snapshot.encrypted) ? ', encrypted' : '';
  const copyOf = partsOf(origin).imageId === image.id ? '' : `, a copy of ${origin}`;
  const volumes = `${snapshots.length} ${snapshots.length === 1 ? 'snapshot' : 'snapshots'} of ${sizeGiBOf(source)} GiB`;
  return `Source ${key}: ${image.id} in ${image.region}, ${volumes}${encrypted}${copyOf}.`;
}

/** What a look at every target found. */
export function surveyLine(works: readonly Work[]): string {
  const states = Map.groupBy(works, stateOf);
  const counts = [...states].map(([state, some]) => `${some.length} ${state}`);
  return `${works.length} ${works.length === 1 ? 'target' : 'targets'}: ${counts.join(', ')}.`;
}

/** What the survey found worth knowing, each once, with how many targets it concerns. */
export function surveyWarnings(
  works: readonly Work[],
  credentialsEnd: number | undefined,
  deadline: number,
): readonly string[] {
  const said = works.flatMap(({ differences }) =>
    differences.flatMap(({ aspect, mend }) =>
      aspect === 'present' && mend.kind === 'warning' ? [mend.says] : [],
    ),
  );
  const toDo = works.some(({ differences }) => nextStep(differences).kind !== 'done');
  return [
    ...[...Map.groupBy(said, (text) => text)].map(
      ([text, all]) => `Note for ${all.length} ${all.length === 1 ? 'target' : 'targets'}: ${text}`,
    ),
    ...(toDo && credentialsEnd !== undefined && credentialsEnd < deadline
      ? [
          `Note: the credentials of the environment end at ${new Date(credentialsEnd).toISOString()}, before wait-minutes is over, and nothing renews them: copies that take longer are found by the next run.`,
        ]
      : []),
  ];
}

/** That nothing is written, because so many of all targets failed their checks; `idle`: so many more were not begun. */
export function stoppedLine(failed: number, all: number, idle: number): string {
  const rest = idle === 0 ? '' : `, and ${idle} more ${idle === 1 ? 'was' : 'were'} not begun`;
  return `Nothing was written: ${failed} of ${all} targets failed the checks that come before the first write${rest}.`;
}

function stateOf({ problems, seen, differences }: Work): string {
  if (problems.length > 0) {
    return 'cannot be promoted';
  }
  if (seen?.chosen === undefined) {
    return 'to copy';
  }
  const { kind } = nextStep(differences);
  return kind === 'done' ? 'there already' : kind === 'write' ? 'to mend' : 'under way';
}
