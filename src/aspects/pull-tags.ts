import { createHash } from 'node:crypto';
import type { Tags } from '../model/image.ts';
import type { PullTag } from '../model/observation.ts';
import type { PullNote } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';

const maxKeyLength = 127;
const maxValueLength = 256;

/**
 * The tags that note on a source image which accounts a run opens it for, and until when:
 * `promote-ami:pull:<run>` = `<deadline> <account> …`, continued in `…:2` where a value would be too long.
 */
export function pullTagsFor(note: PullNote, accounts: readonly string[]): Tags {
  const tags: Record<string, string> = {};
  const sorted = [...new Set(accounts)].sort();
  const perTag = Math.floor((maxValueLength - note.deadline.length) / (12 + 1));
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
      const run = key.slice(ownTags.pull.length).replace(/(?<=\/\d+):\d+$/, '');
      const [first = '', ...accounts] = value.split(' ');
      const deadline = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(first) ? first : '';
      const before = notes.get(run)?.accounts ?? [];
      notes.set(run, {
        run,
        deadline,
        accounts: [...before, ...accounts.filter((id) => /^\d{12}$/.test(id))],
      });
    }
  }
  return [...notes.values()];
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

function keyOf(run: string): string {
  return `${ownTags.pull}${runInKey(run)}`;
}
