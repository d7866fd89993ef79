import { attemptOf } from '../aspects/selection.ts';
import type { CopyImage } from '../model/difference.ts';
import type { Image, Snapshot } from '../model/image.ts';
import type { Intent, JournalEntry } from '../model/journal.ts';
import { ownTags } from '../model/tags.ts';

/** A write of a journal that was made, or may have been. */
export interface Journalled {
  readonly intent: Intent;
  readonly isDone: boolean;
  /** The image that it made; undefined where none, or where the answer never came. */
  readonly imageId: string | undefined;
}

/** In the order of the journal. A write that AWS refused was never made; one whose answer is missing may have been. Pure. */
export function writesIn(entries: readonly JournalEntry[]): readonly Journalled[] {
  const endings = new Map(
    entries.flatMap((entry) =>
      entry.phase === 'done' || entry.phase === 'failed' ? [[entry.seq, entry] as const] : [],
    ),
  );
  return entries.flatMap((intent) => {
    if (intent.phase !== 'intent') {
      return [];
    }
    const ending = endings.get(intent.seq);
    if (ending?.phase === 'failed' && !ending.result.mayHaveHappened) {
      return [];
    }
    const isDone = ending?.phase === 'done';
    return [{ intent, isDone, imageId: isDone ? (ending.result.imageId ?? undefined) : undefined }];
  });
}

/** The tag of the source that a copy is born with. */
export function originOf({ tags }: CopyImage): string {
  return tags.image[ownTags.source] ?? '';
}

/** Whether an image or a snapshot carries the source and the attempt of a copy, by whichever run it was made. */
export function isAttempt({ tags }: Image | Snapshot, copy: CopyImage): boolean {
  return tags[ownTags.source] === originOf(copy) && attemptOf({ tags }) === copy.attempt;
}
