import type { CopyImage, Write } from '../model/difference.ts';
import { type Tags, tagOf } from '../model/image.ts';
import type { JournalEntry } from '../model/journal.ts';
import { type Journalled, writesIn } from './journalled.ts';

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
 * What undoes the writes of a journal, by target, the newest first. What opens and closes sources is not among them:
 * that is undone by closing. Pure.
 */
export function undosOf(entries: readonly JournalEntry[]): ReadonlyMap<string, readonly Undo[]> {
  const undos = new Map<string, Undo[]>();
  for (const write of writesIn(entries).toReversed()) {
    const { target } = write.intent;
    if (target !== null) {
      undos.set(target, [...(undos.get(target) ?? []), undoOf(write)]);
    }
  }
  return undos;
}

function undoOf({ intent: { request, before }, imageId }: Journalled): Undo {
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
