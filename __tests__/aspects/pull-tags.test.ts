import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { noteTags, pullTagsFor, pullTagsIn, releaseWrites, runInKey } from '../../src/aspects/pull-tags.ts';
import { accounts, image, sourceId } from '../support/builders.ts';
import { taken, type World } from './source-worlds.ts';

const deadline = '2026-11-23T13:00:00Z';
const note = { run: 'acme/images/4711/1', deadline };

/** `owner/repository/run-id/attempt`, as long and as strange as GitHub allows. */
const runs = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}$/, { size: 'max' }),
    fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/, { size: 'max' }),
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 1, max: 999 }),
  )
  .map((parts) => parts.join('/'));
const accountIds = fc.stringMatching(/^[0-9]{12}$/);
const manyAccounts = fc.uniqueArray(accountIds, { maxLength: 100, size: 'max' });

describe('the note on a source image', () => {
  it('says the deadline and the accounts, sorted, each once', () => {
    expect(pullTagsFor(note, [accounts.prod, accounts.eu, accounts.prod])).toEqual({
      'promote-ami:pull:acme/images/4711/1': `${deadline} ${accounts.prod} ${accounts.eu}`,
    });
  });

  it('goes on in a second tag where a value would be too long', () => {
    const many = Array.from({ length: 18 }, (_, index) => String(100_000_000_000 + index));
    expect(pullTagsFor(note, many)).toEqual({
      'promote-ami:pull:acme/images/4711/1': [deadline, ...many.slice(0, 16)].join(' '),
      'promote-ami:pull:acme/images/4711/1:2': `${deadline} ${many[16]} ${many[17]}`,
    });
  });

  it('is there without accounts too', () => {
    expect(pullTagsIn(pullTagsFor(note, []))).toEqual([{ ...note, accounts: [], only: new Map() }]);
  });

  it('comes back as it was written, whatever the run is called and however many accounts there are', () => {
    fc.assert(
      fc.property(runs, manyAccounts, (run, ids) => {
        expect(pullTagsIn(pullTagsFor({ run, deadline }, ids))).toEqual([
          { run: runInKey(run), deadline, accounts: [...ids].sort(), only: new Map() },
        ]);
      }),
    );
  });

  it('fits into tags: keys of 127 characters, values of 256', () => {
    fc.assert(
      fc.property(runs, manyAccounts, (run, ids) => {
        for (const [key, value] of Object.entries(pullTagsFor({ run, deadline }, ids))) {
          expect(key.length).toBeLessThanOrEqual(127);
          expect(value.length).toBeLessThanOrEqual(256);
        }
      }),
    );
  });

  it('is never mistaken for that of another run, in whatever order AWS answers', () => {
    const notes = fc.uniqueArray(fc.tuple(runs, manyAccounts), {
      selector: ([run]) => run,
      minLength: 1,
      maxLength: 4,
    });
    const shuffled = notes.chain((all) => {
      const entries = all.flatMap(([run, ids]) => Object.entries(pullTagsFor({ run, deadline }, ids)));
      const others = [
        ['Name', `${deadline} ${accounts.prod}`],
        ['promote-ami:source', 'a/b/c'],
      ];
      const tags = [...entries, ...others];
      return fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(tags, { minLength: tags.length, maxLength: tags.length }),
      );
    });
    fc.assert(
      fc.property(shuffled, ([all, entries]) => {
        const found = pullTagsIn(Object.fromEntries(entries));
        expect(new Map(found.map(({ run, accounts: ids }) => [run, [...ids].sort()]))).toEqual(
          new Map(all.map(([run, ids]) => [runInKey(run), [...ids].sort()])),
        );
      }),
    );
  });

  it('is read without accounts where somebody spoiled it', () => {
    const tags = { 'promote-ami:pull:acme/images/4711/1': `${deadline} everyone 12345 ${accounts.prod}x` };
    expect(pullTagsIn(tags)).toEqual([{ ...note, accounts: [], only: new Map() }]);
  });

  it('has no deadline where somebody spoiled it: nothing is later than a real one', () => {
    const tags = { 'promote-ami:pull:acme/images/4711/1': `zzz ${accounts.prod}` };
    expect(pullTagsIn(tags)).toEqual([{ ...note, deadline: '', accounts: [accounts.prod], only: new Map() }]);
  });
});

describe('an account that only a part was opened for', () => {
  const only = new Map([
    [accounts.prod, 'image'],
    [accounts.eu, 'snapshots'],
  ] as const);

  it('is followed by the letter of that part', () => {
    const tags = pullTagsFor(note, [accounts.prod, accounts.eu, accounts.home], only);
    expect(tags).toEqual({
      'promote-ami:pull:acme/images/4711/1': `${deadline} ${accounts.home} ${accounts.prod}i ${accounts.eu}s`,
    });
    expect(pullTagsIn(tags)).toEqual([
      { ...note, accounts: [accounts.home, accounts.prod, accounts.eu], only },
    ]);
  });

  it('comes back as it was written, and fits, however many there are', () => {
    const parts = fc.constantFrom('image', 'snapshots', undefined);
    const guests = fc.uniqueArray(fc.tuple(accountIds, parts), {
      selector: ([id]) => id,
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(runs, guests, (run, all) => {
        const some = new Map(all.flatMap(([id, part]) => (part === undefined ? [] : [[id, part] as const])));
        const ids = all.map(([id]) => id);
        const tags = pullTagsFor({ run, deadline }, ids, some);
        expect(Math.max(...Object.values(tags).map((value) => value.length))).toBeLessThanOrEqual(256);
        expect(pullTagsIn(tags)).toEqual([
          { run: runInKey(run), deadline, accounts: [...ids].sort(), only: some },
        ]);
      }),
    );
  });
});

describe('the tags of the notes of some runs', () => {
  it('are theirs, all parts, as they are, and no others', () => {
    const several = fc.uniqueArray(fc.tuple(runs, manyAccounts), {
      selector: ([run]) => run,
      minLength: 2,
      maxLength: 4,
    });
    fc.assert(
      fc.property(several, ([[first, ids] = ['', []], ...others]) => {
        const own = pullTagsFor({ run: first, deadline }, ids);
        const tags = Object.assign(
          { Name: 'web' },
          own,
          ...others.map(([run, some]) => pullTagsFor({ run, deadline }, some)),
        );
        expect(noteTags(tags, [runInKey(first)])).toEqual(own);
        expect(noteTags(tags, [])).toEqual({});
      }),
    );
  });
});

describe('taking accounts off the notes', () => {
  const notes = fc.uniqueArray(fc.tuple(runs, manyAccounts), { selector: ([run]) => run, maxLength: 3 });
  const cases = notes.chain((all) =>
    fc.tuple(fc.constant(all), fc.subarray(all.flatMap(([, ids]) => ids)), accountIds),
  );

  function noted(all: readonly (readonly [string, readonly string[]])[]): World {
    const tags = Object.assign(
      { Name: 'web' },
      ...all.map(([run, ids]) => pullTagsFor({ run, deadline }, ids)),
    );
    return { tags, access: { image: [], snapshots: new Map(), pullTags: pullTagsIn(tags), tags } };
  }

  it('leaves them on none, and every other account where it was', () => {
    fc.assert(
      fc.property(cases, ([all, off, stranger]) => {
        const before = noted(all);
        const now = taken(before, releaseWrites(image(), before.tags, [...off, stranger]));
        expect(now.access.pullTags.map(({ run }) => run).sort()).toEqual(
          all.map(([run]) => runInKey(run)).sort(),
        );
        for (const { run, accounts: left, deadline: until } of now.access.pullTags) {
          const [, ids = []] = all.find(([one]) => runInKey(one) === run) ?? [];
          expect(left).toEqual([...ids].sort().filter((id) => !off.includes(id)));
          expect(until).toBe(deadline);
        }
        expect(now.tags).toMatchObject({ Name: 'web' });
        expect(releaseWrites(image(), now.tags, off)).toEqual([]);
      }),
    );
  });

  it('leaves no part of a note that became shorter', () => {
    const many = Array.from({ length: 40 }, (_, index) => String(100_000_000_000 + index));
    const before = noted([[note.run, many]]);
    expect(Object.keys(before.tags)).toHaveLength(4);
    const now = taken(before, releaseWrites(image(), before.tags, many.slice(5)));
    expect(now.tags).toEqual({ Name: 'web', ...pullTagsFor(note, many.slice(0, 5)) });
  });

  it('keeps the parts that were opened for the others', () => {
    const only = new Map([[accounts.eu, 'image'] as const]);
    const tags = pullTagsFor(note, [accounts.prod, accounts.eu], only);
    expect(releaseWrites(image(), tags, [accounts.prod])).toEqual([
      {
        kind: 'set-tags',
        place: { account: accounts.home, region: 'us-east-1' },
        resourceIds: [sourceId],
        tags: pullTagsFor(note, [accounts.eu], only),
      },
    ]);
  });

  it('is nothing where no note lists one of them', () => {
    expect(releaseWrites(image(), noted([[note.run, [accounts.prod]]]).tags, [accounts.eu])).toEqual([]);
    expect(releaseWrites(image(), {}, [accounts.prod])).toEqual([]);
  });
});

describe('the run in the key of a tag', () => {
  it('is the run, where it is short enough', () => {
    expect(runInKey(note.run)).toBe(note.run);
  });

  it('keeps run id and attempt readable, where the repository has to be shortened', () => {
    const long = `acme/${'x'.repeat(100)}`;
    expect(runInKey(`${long}/4711/2`)).toMatch(/^[0-9a-f]{16}\/4711\/2$/);
    expect(runInKey(`${long}/4711/2`)).not.toBe(runInKey(`${long}y/4711/2`));
  });

  it('is another one for every other run', () => {
    fc.assert(
      fc.property(runs, runs, (one, other) => {
        expect(runInKey(one) === runInKey(other)).toBe(one === other);
      }),
    );
  });
});
