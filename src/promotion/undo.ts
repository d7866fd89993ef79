import type { CopyImage, Write } from '../model/difference.ts';
import { type Tags, tagOf } from '../model/image.ts';
import type { Intent, JournalEntry } from '../model/journal.ts';

/** What undoes one write of the journal. */
export type Undo =
  /** The copy goes; its id is unknown where the answer never came. */
  | { readonly kind: 'remove'; readonly copy: CopyImage; readonly imageId: string | undefined }
  | { readonly kind: 'write'; readonly write: Write }
  /** Tags become what they were, each only while it is what this run wrote; undefined stands for no tag. */
  | { readonly kind: 'restore'; readonly write: Write; readonly tags: readonly TagChange[] }
  /** AWS has no way back. */
  | { readonly kind: 'lasting'; readonly write: Write };

export interface TagChange {
  readonly resourceId: string;
  readonly key: string;
  readonly ours: string | undefined;
  readonly before: string | undefined;
}

/**
 * What undoes the writes of a journal, by target, the newest first. A write that AWS refused was never made; one whose
 * answer is missing may have been. What opens and closes sources is not among them: that is undone by closing. Pure.
 */
export function undosOf(entries: readonly JournalEntry[]): ReadonlyMap<string, readonly Undo[]> {
  const endings = new Map(
    entries.flatMap((entry) =>
      entry.phase === 'done' || entry.phase === 'failed' ? [[entry.seq, entry] as const] : [],
    ),
  );
  const undos = new Map<string, Undo[]>();
  for (const entry of entries.toReversed()) {
    if (entry.phase !== 'intent' || entry.target === null) {
      continue;
    }
    const ending = endings.get(entry.seq);
    if (ending?.phase === 'failed' && !ending.result.mayHaveHappened) {
      continue;
    }
    const imageId = ending?.phase === 'done' ? (ending.result.imageId ?? undefined) : undefined;
    const mine = undos.get(entry.target) ?? [];
    mine.push(undoOf(entry, imageId));
    undos.set(entry.target, mine);
  }
  return undos;
}

function undoOf({ request, before }: Intent, imageId: string | undefined): Undo {
  switch (request.kind) {
    case 'copy-image':
      return { kind: 'remove', copy: request, imageId };
    case 'share-image':
      return { kind: 'write', write: { ...request, kind: 'unshare-image', remove: request.add } };
    case 'unshare-image':
      return { kind: 'write', write: { ...request, kind: 'share-image', add: request.remove } };
    case 'share-snapshot':
      return { kind: 'write', write: { ...request, kind: 'unshare-snapshot', remove: request.add } };
    case 'unshare-snapshot':
      return { kind: 'write', write: { ...request, kind: 'share-snapshot', add: request.remove } };
    case 'set-tags':
      return { kind: 'restore', write: request, tags: changesOf(request, before.tags ?? {}) };
    case 'remove-tags':
      return { kind: 'restore', write: request, tags: removalsOf(request) };
    case 'require-imds-v2':
    case 'deregister-image':
    case 'delete-snapshot':
      return { kind: 'lasting', write: request };
  }
}

function changesOf(
  { resourceIds, tags }: { readonly resourceIds: readonly string[]; readonly tags: Tags },
  before: Readonly<Record<string, Tags>>,
): readonly TagChange[] {
  return resourceIds.flatMap((resourceId) =>
    Object.entries(tags)
      .map(([key, ours]) => ({ resourceId, key, ours, before: tagOf(before[resourceId], key) }))
      .filter((change) => change.ours !== change.before),
  );
}

function removalsOf({
  resourceIds,
  tags,
}: {
  readonly resourceIds: readonly string[];
  readonly tags: Tags;
}): readonly TagChange[] {
  return resourceIds.flatMap((resourceId) =>
    Object.entries(tags).map(([key, before]) => ({ resourceId, key, ours: undefined, before })),
  );
}
