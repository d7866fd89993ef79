import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openingWrites } from '../../src/aspects/open.ts';
import { accounts, image, source } from '../support/builders.ts';
import {
  firstRun,
  gained,
  listedBy,
  listedByOthers,
  mayRead,
  pullers,
  secondRun,
  taken,
  until,
  type World,
  worlds,
} from './source-worlds.ts';

function opening({ access }: World, wanted: readonly string[], note = firstRun) {
  return openingWrites(source(), access, wanted, note);
}

describe('opening a source, whatever was open before', () => {
  it('leaves nothing to open', () => {
    fc.assert(
      fc.property(worlds, pullers, (before, wanted) => {
        const now = taken(before, opening(before, wanted));
        expect(opening(now, wanted)).toEqual([]);
        expect(wanted.filter((id) => !mayRead(now, id))).toEqual([]);
      }),
    );
  });

  it('lists exactly who could not read it before, and for whom another run opened it', () => {
    fc.assert(
      fc.property(worlds, pullers, (before, wanted) => {
        const now = taken(before, opening(before, wanted));
        const others = listedByOthers(firstRun, before);
        const added = wanted.filter((id) => !mayRead(before, id) || others.includes(id));
        expect(new Set(listedBy(firstRun, now))).toEqual(new Set([...listedBy(firstRun, before), ...added]));
        expect(listedByOthers(firstRun, now)).toEqual(others);
      }),
    );
  });

  it('writes the note before anything else', () => {
    fc.assert(
      fc.property(worlds, pullers, (before, wanted) => {
        const kinds = opening(before, wanted).map(({ kind }) => kind);
        expect(kinds.lastIndexOf('set-tags')).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('gives a permission only to accounts that were asked for and lack it', () => {
    fc.assert(
      fc.property(worlds, pullers, ({ access, tags }, wanted) => {
        for (const write of opening({ access, tags }, wanted)) {
          const [had, add] =
            write.kind === 'share-image'
              ? [access.image.map(({ id }) => id), write.add.map(({ id }) => id)]
              : write.kind === 'share-snapshot'
                ? [access.snapshots.get(write.snapshotId) ?? [], write.add]
                : [[], []];
          expect(wanted).toEqual(expect.arrayContaining([...add]));
          expect(add.filter((id) => had.includes(id) || had.includes('all'))).toEqual([]);
        }
      }),
    );
  });

  it('can be found again by the note, wherever the run dies', () => {
    fc.assert(
      fc.property(worlds, pullers, fc.nat(), (before, wanted, moment) => {
        const now = taken(before, until(moment, opening(before, wanted)));
        expect(listedBy(firstRun, now)).toEqual(expect.arrayContaining([...gained(before, now)]));
      }),
    );
  });

  it('is noted by a second run too, wherever the first one is, so that neither closes under the other', () => {
    fc.assert(
      fc.property(worlds, pullers, fc.nat(), (before, wanted, moment) => {
        const halfway = taken(before, until(moment, opening(before, wanted)));
        const now = taken(halfway, opening(halfway, wanted, secondRun));
        const openedByFirst = wanted.filter((id) => listedBy(firstRun, halfway).includes(id));
        expect(listedBy(secondRun, now)).toEqual(expect.arrayContaining(openedByFirst));
        expect(wanted.filter((id) => !mayRead(now, id))).toEqual([]);
      }),
    );
  });

  it('touches only the source image and its snapshots, in their own place', () => {
    const place = { account: accounts.eu, region: 'eu-north-1' };
    fc.assert(
      fc.property(worlds, pullers, ({ access }, wanted) => {
        const writes = openingWrites(source({ image: image(place) }), access, wanted, firstRun);
        expect(writes.map((write) => write.place)).toEqual(writes.map(() => place));
      }),
    );
  });
});
