import type { Tags } from '../model/image.ts';
import type { PlannedWrite, PlanTarget } from '../model/plan.ts';
import { code, plain } from './markdown.ts';
import { cut, firstOf, shortKey } from './text.ts';

/**
 * A line of what would be written at a target, as Markdown: `words` are the same wherever the same is done, `own`
 * is what differs from Region to Region; empty where nothing does.
 */
export interface WriteLine {
  readonly words: string;
  readonly own: string;
}

/**
 * Everything that would be written at a target, each value, tag and permission, those that are taken away first; what
 * opens the source is told apart. `describes`: the description is one that somebody asked for, so it is shown.
 */
export function writeLines(target: PlanTarget, describes: boolean): readonly WriteLine[] {
  const taken = (write: PlannedWrite) => Number('remove' in write);
  return target.writes
    .toSorted((a, b) => taken(b) - taken(a))
    .flatMap((write) => linesOfWrite(write, target.key, describes));
}

function linesOfWrite(write: PlannedWrite, key: string, describes: boolean): readonly WriteLine[] {
  switch (write.kind) {
    case 'open-source':
      return [];
    case 'copy-image':
      return copyLines(write, key, describes);
    case 'set-tags':
      return [
        {
          words: `Set ${tagList(write.tags)}`,
          own: idList(write.resourceIds) || 'the copy on its way, where it lacks them',
        },
      ];
    case 'share-image':
      return [{ words: `Add launch permission for ${principals(write.add)}`, own: idOr(write.imageId, '') }];
    case 'share-snapshot':
      return [
        {
          words: `Add create-volume permission for ${principals(write.add)}`,
          own: idOr(write.snapshotId, 'each of its snapshots'),
        },
      ];
    case 'unshare-image':
      return [
        {
          words: `<b>No longer share</b> with ${principals(write.remove)} (launch permission)`,
          own: idOr(write.imageId, ''),
        },
      ];
    case 'unshare-snapshot':
      return [
        {
          words: `<b>No longer share</b> snapshots with ${principals(write.remove)} (create-volume permission)`,
          own: idOr(write.snapshotId, ''),
        },
      ];
    case 'remove-failed-copy':
      return [
        {
          words: 'Remove a failed copy and its snapshots, once the copy that takes its place can be seen',
          own: idOr(write.imageId, 'snapshots that are left of it'),
        },
      ];
    case 'keep-open':
      return [
        {
          words: 'Keep the source open to consumers when it is closed to those who only pull',
          own: text(write.imageId),
        },
      ];
    case 'require-imds-v2':
      return [
        {
          words: `Require IMDSv2${write.ifNeeded ? ', if the copy does not have it from its source' : ', which cannot be taken back'}`,
          own: idOr(write.imageId, ''),
        },
      ];
  }
}

function copyLines(
  write: Extract<PlannedWrite, { kind: 'copy-image' }>,
  key: string,
  describes: boolean,
): readonly WriteLine[] {
  const { imageId, fromRegion, sizeGiB, name, description, keyArn, completionMinutes } = write;
  const time = completionMinutes === null ? '' : `, as a time-based copy within ${completionMinutes} minutes`;
  return [
    { words: `Copy ${code(imageId)} from ${plain(fromRegion)}, ${sizeGiB} GiB${time}`, own: '' },
    { words: 'Name', own: text(name) },
    ...(describes && description !== '' ? [{ words: 'Description', own: text(description) }] : []),
    keyArn === null
      ? { words: 'Not encrypted', own: '' }
      : { words: `Key ${code(cut(key, 300))}`, own: key === keyArn ? '' : code(cut(shortKey(keyArn), 300)) },
    ...tagLine('Tags of the image', write.imageTags),
    ...tagLine('Tags of its snapshots', write.snapshotTags),
  ];
}

function tagLine(of: string, tags: Tags): readonly WriteLine[] {
  return Object.keys(tags).length === 0 ? [] : [{ words: `${of}: ${tagList(tags)}`, own: '' }];
}

function tagList(tags: Tags): string {
  return Object.entries(tags)
    .map(([key, value]) => text(`${key} = ${value}`))
    .join(', ');
}

function principals(ids: readonly string[]): string {
  return firstOf(
    ids.map((id) => (id === 'all' ? '<b>everyone</b>' : text(id))),
    100,
  );
}

function idList(ids: readonly string[]): string {
  return firstOf(ids.map(text), 30);
}

/** An id is null where it is that of the copy of the same block. */
function idOr(id: string | null, otherwise: string): string {
  return id === null ? otherwise : text(id);
}

function text(value: string): string {
  return code(cut(value, 500));
}
