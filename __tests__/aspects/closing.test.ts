import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closing, overWrites } from '../../src/aspects/close.ts';
import { openingWrites } from '../../src/aspects/open.ts';
import type { Write } from '../../src/model/difference.ts';
import type { PullNote } from '../../src/model/promotion.ts';
import {
  bareWorlds,
  firstRun,
  gained,
  listedBy,
  listedByOthers,
  mayRead,
  noteOf,
  permissionsIn,
  pullers,
  secondRun,
  sourceOf,
  taken,
  until,
  type World,
  worlds,
} from './source-worlds.ts';

const hour = 3_600_000;
/** Before the deadlines of both runs, and after them. */
const early = Date.parse(firstRun.deadline) - hour;
const late = Date.parse(secondRun.deadline) + hour;
/** No run that left a note. */
const stranger: PullNote = { run: 'acme/images/9999/1', deadline: '2026-12-01T00:00:00Z' };

function close(world: World, run = firstRun, at = early, alsoOthers = true) {
  return closing(sourceOf(world), world.access, run.run, at, alsoOthers);
}

function closed(world: World, run = firstRun, at = early, alsoOthers = true): World {
  const { permissions, notes } = close(world, run, at, alsoOthers);
  return taken(world, [...permissions, ...notes]);
}

function opened(world: World, wanted: readonly string[], run = firstRun): World {
  return taken(world, openingWrites(sourceOf(world), world.access, wanted, run));
}

/** Every write of a closing, in order, as the run makes them. */
function whole(world: World, run = firstRun, at = early): readonly Write[] {
  const rewritten = overWrites(sourceOf(world), noteOf(run, world));
  const { permissions, notes } = close(taken(world, rewritten), run, at);
  return [...rewritten, ...permissions, ...notes];
}

/** Who lost a permission. */
function lost(before: World, now: World): readonly string[] {
  const [had, has] = [permissionsIn(before), permissionsIn(now)];
  const ids = Object.entries(had).flatMap(([name, some]) => some.filter((id) => !has[name]?.includes(id)));
  return [...new Set(ids)];
}

describe('closing a source, whatever was noted on it', () => {
  it('never takes access from an account that a note in force lists', () => {
    fc.assert(
      fc.property(worlds, pullers, fc.boolean(), (before, wanted, alsoOthers) => {
        const both = opened(opened(before, wanted), wanted, secondRun);
        const kept = listedByOthers(firstRun, both);
        const gone = lost(both, closed(both, firstRun, early, alsoOthers));
        expect(gone.filter((id) => kept.includes(id))).toEqual([]);
      }),
    );
  });

  it('never takes access from an account without a note', () => {
    fc.assert(
      fc.property(worlds, pullers, fc.constantFrom(early, late), (before, wanted, at) => {
        const open = opened(before, wanted);
        const listed = open.access.pullTags.flatMap((note) => note.accounts);
        expect(lost(open, closed(open, firstRun, at)).filter((id) => !listed.includes(id))).toEqual([]);
        expect(closed(open, firstRun, at).access.image.filter(({ kind }) => kind === 'everyone')).toEqual(
          open.access.image.filter(({ kind }) => kind === 'everyone'),
        );
      }),
    );
  });

  it('takes the own note off where nobody else needs its accounts, and no note that is in force', () => {
    fc.assert(
      fc.property(worlds, pullers, fc.boolean(), (before, wanted, alsoOthers) => {
        const open = opened(opened(before, wanted), wanted, secondRun);
        const now = closed(open, firstRun, early, alsoOthers);
        const isShared = listedBy(firstRun, open).some((id) => listedByOthers(firstRun, open).includes(id));
        const { [`promote-ami:pull:${firstRun.run}`]: _own, ...others } = open.tags;
        expect(now.tags).toEqual(isShared ? open.tags : others);
      }),
    );
  });

  it('leaves no note once every run has closed, in whatever order', () => {
    fc.assert(
      fc.property(bareWorlds, pullers, pullers, fc.boolean(), (bare, mine, theirs, swapped) => {
        const both = opened(opened(bare, mine), theirs, secondRun);
        const [one, other] = swapped ? [secondRun, firstRun] : [firstRun, secondRun];
        const half = taken(both, whole(both, one));
        const none = taken(half, whole(half, other));
        expect(none.tags).toEqual(bare.tags);
        expect(permissionsIn(none)).toEqual(permissionsIn(bare));
      }),
    );
  });

  it('does no less where only the own note may be touched, beside one that is over', () => {
    fc.assert(
      fc.property(bareWorlds, pullers, (bare, wanted) => {
        const both = opened(opened(bare, wanted), wanted, secondRun);
        const half = taken(both, overWrites(sourceOf(both), noteOf(secondRun, both)));
        const now = closed(half, firstRun, early, false);
        expect(permissionsIn(now)).toEqual(permissionsIn(closed(half, firstRun, early)));
      }),
    );
  });

  it('takes notes that are over off with their accounts, and only where that is asked for', () => {
    fc.assert(
      fc.property(worlds, (open) => {
        const now = closed(open, stranger, late);
        expect(now.access.pullTags).toEqual([]);
        const listed = open.access.pullTags.flatMap((note) => note.accounts);
        const still = Object.values(permissionsIn(now)).flat();
        expect(still.filter((id) => listed.includes(id))).toEqual([]);
        expect(closed(open, stranger, late, false)).toEqual(open);
      }),
    );
  });

  it('is nothing where no note is the own one or over', () => {
    fc.assert(
      fc.property(worlds, (before) => {
        expect(close(before, stranger)).toEqual({
          accounts: [],
          permissions: [],
          notes: [],
          leftToOthers: [],
        });
      }),
    );
  });

  it('says who goes and who stays: together everybody on the own note, each once', () => {
    fc.assert(
      fc.property(worlds, pullers, (before, wanted) => {
        const both = opened(opened(before, wanted), wanted, secondRun);
        const { accounts: gone, leftToOthers } = close(both);
        expect([...gone, ...leftToOthers].sort()).toEqual([...listedBy(firstRun, both)].sort());
        expect(gone.filter((id) => listedByOthers(firstRun, both).includes(id))).toEqual([]);
      }),
    );
  });

  it('takes image and every snapshot away from the own accounts, whether AWS shows the permission or not', () => {
    fc.assert(
      fc.property(bareWorlds, pullers, (before, wanted) => {
        const open = opened(before, wanted);
        const stale: World = { ...open, access: { ...before.access, ...notesOf(open) } };
        expect(close(stale)).toEqual(close(open));
      }),
    );
  });

  it('is the same done twice', () => {
    fc.assert(
      fc.property(worlds, pullers, (before, wanted) => {
        const once = closed(opened(before, wanted));
        expect(closed(once)).toEqual(once);
      }),
    );
  });
});

describe('opening and closing again', () => {
  it('leaves the source as it was', () => {
    fc.assert(
      fc.property(bareWorlds, pullers, (bare, wanted) => {
        const now = closed(opened(bare, wanted));
        expect(permissionsIn(now)).toEqual(permissionsIn(bare));
        expect(now.tags).toEqual(bare.tags);
      }),
    );
  });

  it.each([
    ['the first closes first', firstRun, secondRun],
    ['the second does', secondRun, firstRun],
  ])('never shuts out a run that overlaps: %s', (_, one, other) => {
    fc.assert(
      fc.property(worlds, pullers, pullers, (before, mine, theirs) => {
        const both = opened(opened(before, mine), theirs, secondRun);
        const needed = other === secondRun ? theirs : mine;
        const now = closed(both, one);
        expect(needed.filter((id) => mayRead(both, id) && !mayRead(now, id))).toEqual([]);
      }),
    );
  });
});

describe('a closing that is cut off', () => {
  it('wherever that is, ends in the same state once anybody closes later', () => {
    fc.assert(
      fc.property(worlds, pullers, fc.nat(), (before, wanted, moment) => {
        const open = opened(before, wanted);
        const writes = whole(open);
        const [first, ...rest] = writes;
        const cut = taken(open, first === undefined ? [] : [first, ...until(moment, rest)]);
        const later = (world: World) => closed(world, stranger);
        expect(permissionsIn(later(cut))).toEqual(permissionsIn(later(taken(open, writes))));
        expect(later(cut).tags).toEqual(later(taken(open, writes)).tags);
      }),
    );
  });

  it('never leaves an account open that nothing says of that it is to be closed', () => {
    fc.assert(
      fc.property(bareWorlds, pullers, fc.nat(), (before, wanted, moment) => {
        const open = opened(before, wanted);
        const cut = taken(open, until(moment, whole(open)));
        const noted = cut.access.pullTags.flatMap((note) => note.accounts);
        expect(gained(before, cut).filter((id) => !noted.includes(id))).toEqual([]);
      }),
    );
  });

  it('is not started before its note is over: that is the first write', () => {
    fc.assert(
      fc.property(worlds, pullers, (before, wanted) => {
        const open = opened(before, wanted);
        const [first, ...rest] = whole(open);
        expect(first).toMatchObject({ kind: 'set-tags' });
        expect(rest.map(({ kind }) => kind)).not.toContain('set-tags');
        expect(rest.slice(0, -1).map(({ kind }) => kind)).not.toContain('remove-tags');
      }),
    );
  });
});

function notesOf({ access }: World) {
  return { tags: access.tags, pullTags: access.pullTags };
}
