import { describe, expect, it } from '@jest/globals';
import { closing, isOver, over, overWrites } from '../../src/aspects/close.ts';
import { pullTagsFor } from '../../src/aspects/pull-tags.ts';
import type { PullNote } from '../../src/model/promotion.ts';
import { accounts, image, snapshot, source, sourceAccess, sourceId } from '../support/builders.ts';
import { firstRun, taken } from './source-worlds.ts';

const early = Date.parse(firstRun.deadline) - 3_600_000;
/** No run that left a note. */
const stranger: PullNote = { run: 'acme/images/9999/1', deadline: '2026-12-01T00:00:00Z' };

describe('what closes a source', () => {
  const access = sourceAccess({
    pullTags: [{ ...firstRun, accounts: [accounts.prod], only: new Map() }],
    tags: pullTagsFor(firstRun, [accounts.prod]),
  });
  const place = { account: accounts.home, region: 'us-east-1' };

  it('is the image, then its snapshots, then the note as it is, all at the source', () => {
    expect(closing(source(), access, firstRun.run, early, true)).toEqual({
      accounts: [accounts.prod],
      permissions: [
        { kind: 'unshare-image', place, imageId: sourceId, remove: [{ kind: 'account', id: accounts.prod }] },
        { kind: 'unshare-snapshot', place, snapshotId: snapshot().id, remove: [accounts.prod] },
      ],
      notes: [{ kind: 'remove-tags', place, resourceIds: [sourceId], tags: access.tags }],
      leftToOthers: [],
    });
  });

  it.each(['image', 'snapshots'] as const)(
    'is the %s alone, where the note says that only that was opened',
    (part) => {
      const only = new Map([[accounts.prod, part]]);
      const pullTags = [{ ...firstRun, accounts: [accounts.prod], only }];
      const { permissions } = closing(source(), { ...access, pullTags }, firstRun.run, early, true);
      expect(permissions.map(({ kind }) => kind)).toEqual([
        part === 'image' ? 'unshare-image' : 'unshare-snapshot',
      ]);
    },
  );

  it('is 500 accounts a call', () => {
    const many = Array.from({ length: 501 }, (_, index) => String(100_000_000_000 + index));
    const tags = pullTagsFor(firstRun, many);
    const pullTags = [{ ...firstRun, accounts: many, only: new Map() }];
    const { permissions } = closing(source(), { ...access, pullTags, tags }, firstRun.run, early, true);
    expect(
      permissions.map((write) =>
        write.kind === 'unshare-image' || write.kind === 'unshare-snapshot' ? write.remove.length : 0,
      ),
    ).toEqual([500, 1, 500, 1]);
  });

  it('is every tag of a note that goes on in a second one, and of a run whose name was shortened', () => {
    const long = { ...firstRun, run: `acme/${'x'.repeat(100)}/4711/1/0a1b2c3d` };
    const many = Array.from({ length: 20 }, (_, index) => String(100_000_000_000 + index));
    const tags = pullTagsFor(long, many);
    const world = taken({ access, tags: {} }, [{ kind: 'set-tags', place, resourceIds: [sourceId], tags }]);
    const { accounts: gone, notes } = closing(source(), world.access, long.run, early, true);
    expect(gone).toEqual(many);
    expect(notes).toMatchObject([{ kind: 'remove-tags', tags }]);
    expect(Object.keys(tags)).toHaveLength(2);
  });

  it("is over once its deadline has come, by everybody's clock once it is rewritten, and where it is spoiled", () => {
    const at = Date.parse(firstRun.deadline);
    expect(isOver(firstRun, at - 1)).toBe(false);
    expect(isOver(firstRun, at)).toBe(true);
    expect(isOver({ ...firstRun, deadline: over }, 1)).toBe(true);
    expect(isOver({ ...firstRun, deadline: '' }, early)).toBe(true);
    expect(closing(source(), access, stranger.run, at - 1, true).accounts).toEqual([]);
    expect(closing(source(), access, stranger.run, at, true).accounts).toEqual([accounts.prod]);
  });

  it('is rewritten as over in its own place, for all its accounts', () => {
    const at = { account: accounts.eu, region: 'eu-north-1' };
    const only = new Map([[accounts.eu, 'image'] as const]);
    const own = { ...firstRun, accounts: [accounts.prod, accounts.eu], only };
    expect(overWrites(source({ image: image(at) }), own)).toEqual([
      {
        kind: 'set-tags',
        place: at,
        resourceIds: [sourceId],
        tags: pullTagsFor({ ...firstRun, deadline: over }, [accounts.prod, accounts.eu], only),
      },
    ]);
  });
});
