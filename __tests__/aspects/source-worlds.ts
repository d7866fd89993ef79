import fc from 'fast-check';
import { noteTags, pullTagsFor, pullTagsIn } from '../../src/aspects/pull-tags.ts';
import type { Write } from '../../src/model/difference.ts';
import type { Tags } from '../../src/model/image.ts';
import type { PullTag, SourceAccess } from '../../src/model/observation.ts';
import type { PullNote, SourceImage } from '../../src/model/promotion.ts';
import { account, accounts, image, snapshot, source } from '../support/builders.ts';

/** A source image as AWS keeps it: who may read it, and the tags that say which run opened it for whom. */
export interface World {
  readonly access: SourceAccess;
  readonly tags: Tags;
}

export const firstRun: PullNote = { run: 'acme/images/4711/1', deadline: '2026-11-23T13:00:00Z' };
export const secondRun: PullNote = { run: 'acme/images/4712/1', deadline: '2026-11-23T14:00:00Z' };

const pool = [accounts.prod, accounts.eu, '111111111111', '222222222222', '333333333333'];
const some = fc.subarray(pool);
const holders = fc.record({ ids: some, everyone: fc.boolean() });

/** Accounts that are to pull. */
export const pullers = fc.subarray(pool, { minLength: 1 });

/** Whoever may read the image or a snapshot of it, and whatever the first run and strange ones noted before. */
export const worlds: fc.Arbitrary<World> = fc
  .record({
    image: holders,
    snapshots: fc.array(holders, { minLength: 1, maxLength: 3 }),
    own: fc.option(some),
    others: fc.array(some, { maxLength: 2 }),
  })
  .map(({ image, snapshots, own, others }) => {
    const notes = others.map((ids, index) =>
      pullTagsFor({ ...secondRun, run: `acme/images/5000/${index + 1}` }, ids),
    );
    const tags = Object.assign({ Name: 'web' }, own === null ? {} : pullTagsFor(firstRun, own), ...notes);
    return {
      tags,
      access: {
        image: [
          ...image.ids.map(account),
          ...(image.everyone ? [{ kind: 'everyone', id: 'all' } as const] : []),
        ],
        snapshots: new Map(
          snapshots.map(({ ids, everyone }, index) => [`snap-${index}`, everyone ? [...ids, 'all'] : ids]),
        ),
        pullTags: pullTagsIn(tags),
        tags,
      },
    };
  });

/** The same with nothing noted, and every account able to read all snapshots or none. */
export const bareWorlds: fc.Arbitrary<World> = worlds.map(({ access, tags }) => {
  const notes = access.pullTags.map(({ run }) => run);
  const own = noteTags(tags, notes);
  const rest = Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in own)));
  const [first = []] = access.snapshots.values();
  const snapshots = new Map([...access.snapshots.keys()].map((id) => [id, first]));
  return { tags: rest, access: { image: access.image, snapshots, pullTags: [], tags: rest } };
});

/** The world once AWS has taken the writes. */
export function taken(world: World, writes: readonly Write[]): World {
  return writes.reduce(take, world);
}

/** A moment at which a run may die: how many of its writes AWS has taken. */
export function until(moment: number, writes: readonly Write[]): readonly Write[] {
  return writes.slice(0, moment % (writes.length + 1));
}

/** The note of a run as the source carries it; without accounts where it carries none. */
export function noteOf(note: PullNote, { access }: World): PullTag {
  return access.pullTags.find((tag) => tag.run === note.run) ?? { ...note, accounts: [], only: new Map() };
}

export function listedBy({ run }: PullNote, { access }: World): readonly string[] {
  return access.pullTags.find((tag) => tag.run === run)?.accounts ?? [];
}

export function listedByOthers({ run }: PullNote, { access }: World): readonly string[] {
  return access.pullTags.filter((tag) => tag.run !== run).flatMap((tag) => tag.accounts);
}

export function mayRead({ access }: World, id: string): boolean {
  return mayLaunch({ access }, id) && [...access.snapshots.values()].every((ids) => holds(ids, id));
}

/** The source image of a world. */
export function sourceOf({ access, tags }: World): SourceImage {
  return source({
    image: image({ tags }),
    snapshots: [...access.snapshots.keys()].map((id) => snapshot({ id })),
  });
}

/** Who has which permission, whatever the order. */
export function permissionsIn({ access }: World): Readonly<Record<string, readonly string[]>> {
  return {
    image: access.image.map(({ id }) => id).sort(),
    ...Object.fromEntries([...access.snapshots].map(([id, ids]) => [id, [...ids].sort()])),
  };
}

/** Who has a permission now that was not there before. */
export function gained(before: World, now: World): readonly string[] {
  return pool.filter(
    (id) =>
      now.access.image.filter((principal) => principal.id === id).length >
        before.access.image.filter((principal) => principal.id === id).length ||
      [...now.access.snapshots].some(
        ([name, ids]) => ids.includes(id) && before.access.snapshots.get(name)?.includes(id) === false,
      ),
  );
}

function take(world: World, write: Write): World {
  const { access, tags } = world;
  switch (write.kind) {
    case 'set-tags':
      return tagged(world, { ...tags, ...write.tags });
    case 'remove-tags': {
      const rest = Object.entries(tags).filter(([key, value]) => write.tags[key] !== value);
      return tagged(world, Object.fromEntries(rest));
    }
    case 'share-image':
      return { tags, access: { ...access, image: [...access.image, ...write.add] } };
    case 'unshare-image': {
      const removed = write.remove.map(({ id }) => id);
      return { tags, access: { ...access, image: access.image.filter(({ id }) => !removed.includes(id)) } };
    }
    case 'share-snapshot':
      return held(world, write.snapshotId, [...holdersOf(world, write.snapshotId), ...write.add]);
    case 'unshare-snapshot': {
      const rest = holdersOf(world, write.snapshotId).filter((id) => !write.remove.includes(id));
      return held(world, write.snapshotId, rest);
    }
    default:
      throw new Error(`neither opening nor closing a source is a ${write.kind}`);
  }
}

function tagged({ access }: World, tags: Tags): World {
  return { tags, access: { ...access, tags, pullTags: pullTagsIn(tags) } };
}

function held({ access, tags }: World, snapshotId: string, ids: readonly string[]): World {
  return { tags, access: { ...access, snapshots: new Map([...access.snapshots, [snapshotId, ids]]) } };
}

function holdersOf({ access }: World, snapshotId: string): readonly string[] {
  return access.snapshots.get(snapshotId) ?? [];
}

function mayLaunch({ access }: Pick<World, 'access'>, id: string): boolean {
  return holds(
    access.image.map((principal) => principal.id),
    id,
  );
}

function holds(ids: readonly string[], id: string): boolean {
  return ids.includes(id) || ids.includes('all');
}
