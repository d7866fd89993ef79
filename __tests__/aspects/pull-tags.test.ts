import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pullTagsFor, pullTagsIn, runInKey } from '../../src/aspects/pull-tags.ts';
import { accounts } from '../support/builders.ts';

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
    const many = Array.from({ length: 19 }, (_, index) => String(100_000_000_000 + index));
    expect(pullTagsFor(note, many)).toEqual({
      'promote-ami:pull:acme/images/4711/1': [deadline, ...many.slice(0, 18)].join(' '),
      'promote-ami:pull:acme/images/4711/1:2': `${deadline} ${many[18]}`,
    });
  });

  it('is there without accounts too', () => {
    expect(pullTagsIn(pullTagsFor(note, []))).toEqual([{ ...note, accounts: [] }]);
  });

  it('comes back as it was written, whatever the run is called and however many accounts there are', () => {
    fc.assert(
      fc.property(runs, manyAccounts, (run, ids) => {
        expect(pullTagsIn(pullTagsFor({ run, deadline }, ids))).toEqual([
          { run: runInKey(run), deadline, accounts: [...ids].sort() },
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
    expect(pullTagsIn(tags)).toEqual([{ ...note, accounts: [] }]);
  });

  it('has no deadline where somebody spoiled it: nothing is later than a real one', () => {
    const tags = { 'promote-ami:pull:acme/images/4711/1': `zzz ${accounts.prod}` };
    expect(pullTagsIn(tags)).toEqual([{ ...note, deadline: '', accounts: [accounts.prod] }]);
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
