import { commandOf } from '../model/command.ts';
import { ownTags } from '../model/tags.ts';
import { sentenceOfWrite } from './sentences.ts';
import type { Undo } from './undo.ts';

/** What an undoing touches, as far as it is known. */
export function idsOf(undo: Undo): readonly string[] {
  if (undo.kind === 'remove') {
    return undo.imageId === undefined ? [] : [undo.imageId];
  }
  const { write } = undo;
  return 'imageId' in write ? [write.imageId] : 'resourceIds' in write ? write.resourceIds : [];
}

/** What is to be undone, in words. */
export function whatOf(undo: Undo): string {
  return undo.kind === 'remove'
    ? (undo.imageId ?? `a copy of ${undo.copy.source.imageId}`)
    : sentenceOfWrite(undo.write);
}

/** The account whose role undoes it. */
export function accountOf(undo: Undo): string {
  return (undo.kind === 'remove' ? undo.copy : undo.write).place.account;
}

/** The commands that undo it by hand. */
export function commandsOf(undo: Undo): readonly string[] {
  switch (undo.kind) {
    case 'remove': {
      const { place, tags } = undo.copy;
      const id = undo.imageId;
      const filters = [
        `Name=tag:${ownTags.run},Values=${tags.image[ownTags.run]}`,
        ...(id === undefined ? [] : [`Name=image-id,Values=${id}`]),
      ];
      // Only what the first command shows is a copy of this run.
      return [
        `aws ec2 describe-images --region ${place.region} --owners self --filters ${filters.join(' ')}`,
        ...(id === undefined ? [] : [commandOf({ kind: 'deregister-image', place, imageId: id })]),
      ];
    }
    case 'write':
      return undo.write.kind === 'copy-image' ? [] : [commandOf(undo.write)];
    case 'restore':
      return undo.tags.flatMap(({ resourceId, key, ours, before }) => {
        const on = { place: undo.write.place, resourceIds: [resourceId] };
        const kind = before === undefined ? 'remove-tags' : 'set-tags';
        const value = before ?? ours;
        return value === undefined ? [] : [commandOf({ kind, ...on, tags: { [key]: value } })];
      });
    case 'lasting':
      return [];
  }
}
