import type { PlannedWrite } from './plan.ts';

/** What writes would do, in the few words of a plan's lines, each once: `copy 8 GiB from us-east-1`. */
export function wordsOfWrites(writes: readonly PlannedWrite[]): readonly string[] {
  const words = [takenWords(writes), ...writes.map((write) => actionOf(write, writes))];
  return distinct(words.filter((some) => some !== ''));
}

/** Who would lose access, in a few words: nobody in an empty text. */
export function takenWords(writes: readonly PlannedWrite[]): string {
  const ofImage = removedBy(writes, 'unshare-image');
  const ofSnapshots = removedBy(writes, 'unshare-snapshot');
  return [
    ...(ofImage.includes('all') ? ['no longer public'] : []),
    ...takenFrom('with', ofImage),
    ...(ofSnapshots.includes('all') ? ['its snapshots no longer public'] : []),
    ...takenFrom('its snapshots with', ofSnapshots),
  ].join(', ');
}

/** An account as it is, `o-abcdef1234` of an organization's ARN, `ou-ab12-workloads` of a unit's. */
export function shortConsumer(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function actionOf(write: PlannedWrite, writes: readonly PlannedWrite[]): string {
  switch (write.kind) {
    case 'open-source':
      return 'open the source';
    case 'copy-image':
      return `copy ${write.sizeGiB} GiB from ${write.fromRegion}`;
    case 'set-tags': {
      const count = Object.keys(write.tags).length;
      return `set ${count} ${count === 1 ? 'tag' : 'tags'}`;
    }
    case 'share-image':
      return sharing(addedBy(writes, write.kind));
    case 'share-snapshot':
      return `share its snapshots with ${few(addedBy(writes, write.kind))}`;
    case 'unshare-image':
    case 'unshare-snapshot':
      return '';
    case 'remove-failed-copy':
      return 'remove a failed copy';
    case 'keep-open':
      return 'keep the source open to consumers';
    case 'require-imds-v2':
      // A copy has it from its source, as far as anybody knows.
      return write.ifNeeded ? '' : 'require IMDSv2';
  }
}

/** Everyone whom writes of a kind add, however many writes that takes. */
function addedBy(writes: readonly PlannedWrite[], kind: 'share-image' | 'share-snapshot'): readonly string[] {
  return distinct(writes.flatMap((write) => (write.kind === kind ? write.add : [])));
}

function removedBy(
  writes: readonly PlannedWrite[],
  kind: 'unshare-image' | 'unshare-snapshot',
): readonly string[] {
  return distinct(writes.flatMap((write) => (write.kind === kind ? write.remove : [])));
}

function takenFrom(what: string, ids: readonly string[]): readonly string[] {
  const some = ids.filter((id) => id !== 'all').map(shortConsumer);
  return some.length === 0 ? [] : [`no longer share ${what} ${few(some)}`];
}

function sharing(ids: readonly string[]): string {
  const some = ids.filter((id) => id !== 'all').map(shortConsumer);
  return [
    ...(ids.includes('all') ? ['make public'] : []),
    ...(some.length > 0 ? [`share with ${few(some)}`] : []),
  ].join(', ');
}

function few(ids: readonly string[]): string {
  const most = 5;
  const shown = ids.slice(0, most).join(', ');
  return ids.length > most ? `${shown} and ${ids.length - most} more` : shown;
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
