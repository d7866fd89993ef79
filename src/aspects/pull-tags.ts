import { createHash } from 'node:crypto';
import type { Write } from '../model/difference.ts';
import type { Place, Tags } from '../model/image.ts';
import type { OpenedOnly, PullTag } from '../model/observation.ts';
import type { PullNote } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';

const maxKeyLength = 127;
const maxValueLength = 256;

/**
 * The tags that note on a source image which accounts a run opens it for, and until when:
 * `promote-ami:pull:<run>` = `<deadline> <account> …`, continued in `…:2` where a value would be too long. An account
 * that only the image or only the snapshots were opened for is followed by `i` or `s`.
 */
export function pullTagsFor(note: PullNote, accounts: readonly string[], only: OpenedOnly = new Map()): Tags {
  const tags: Record<string, string> = {};
  const sorted = [...new Set(accounts)].sort().map((id) => `${id}${letters.get(only.get(id)) ?? ''}`);
  const perTag = Math.floor((maxValueLength - note.deadline.length) / (12 + 1 + 1));
  for (let part = 0; part === 0 || part * perTag < sorted.length; part++) {
    const some = sorted.slice(part * perTag, (part + 1) * perTag);
    tags[`${keyOf(note.run)}${part === 0 ? '' : `:${part + 1}`}`] = [note.deadline, ...some].join(' ');
  }
  return tags;
}

/** The notes of all runs that a source image carries; in a malformed one, what can be read of it. */
export function pullTagsIn(tags: Tags): readonly PullTag[] {
  const notes = new Map<string, PullTag>();
  for (const [key, value] of Object.entries(tags)) {
    if (key.startsWith(ownTags.pull)) {
      const run = runOf(key);
      const [first = '', ...accounts] = value.split(' ');
      const deadline = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(first) ? first : '';
      const before = notes.get(run);
      const found = accounts.flatMap(guestIn);
      notes.set(run, {
        run,
        deadline,
        accounts: [...(before?.accounts ?? []), ...found.map(({ id }) => id)],
        only: new Map([
          ...(before?.only ?? []),
          ...found.flatMap(({ id, part }) => (part === undefined ? [] : [[id, part] as const])),
        ]),
      });
    }
  }
  return [...notes.values()];
}

/** The tags of the notes that runs left on a source image, as they are. */
export function noteTags(tags: Tags, runs: readonly string[]): Tags {
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => key.startsWith(ownTags.pull) && runs.includes(runOf(key))),
  );
}

/** What takes accounts off every note that lists them, so that no run takes their access to the image away. */
export function releaseWrites(
  image: Place & { readonly id: string },
  tags: Tags,
  accounts: readonly string[],
): readonly Write[] {
  const to = { place: { account: image.account, region: image.region }, resourceIds: [image.id] };
  return pullTagsIn(tags)
    .filter((note) => note.accounts.some((id) => accounts.includes(id)))
    .flatMap((note): readonly Write[] => {
      const rest = pullTagsFor(
        note,
        note.accounts.filter((id) => !accounts.includes(id)),
        note.only,
      );
      const surplus = Object.entries(noteTags(tags, [note.run])).filter(([key]) => !(key in rest));
      return [
        { kind: 'set-tags', ...to, tags: rest },
        ...(surplus.length === 0
          ? []
          : [{ kind: 'remove-tags', ...to, tags: Object.fromEntries(surplus) } as const]),
      ];
    });
}

/** The run as a tag key carries it: a repository's name too long for one is shortened to its hash. */
export function runInKey(run: string): string {
  const room = maxKeyLength - ownTags.pull.length - ':999'.length;
  if (run.length <= room) {
    return run;
  }
  const [owner = '', repository = '', ...rest] = run.split('/');
  const hash = createHash('sha256').update(`${owner}/${repository}`).digest('hex').slice(0, 16);
  return [hash, ...rest].join('/');
}

const letters = new Map([
  ['image', 'i'],
  ['snapshots', 's'],
  [undefined, ''],
] as const);

function guestIn(text: string): { id: string; part: 'image' | 'snapshots' | undefined }[] {
  const [, id, letter] = /^(\d{12})([is]?)$/.exec(text) ?? [];
  const part = letter === 'i' ? 'image' : letter === 's' ? 'snapshots' : undefined;
  return id === undefined ? [] : [{ id, part }];
}

function runOf(key: string): string {
  return key.slice(ownTags.pull.length).replace(/:\d+$/, '');
}

function keyOf(run: string): string {
  return `${ownTags.pull}${runInKey(run)}`;
}
