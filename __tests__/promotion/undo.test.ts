import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CopyImage, Write } from '../../src/model/difference.ts';
import type { Before, JournalEntry } from '../../src/model/journal.ts';
import { ownTags } from '../../src/model/tags.ts';
import { undosOf } from '../../src/promotion/undo.ts';
import { account, accounts, birthTags, copyId, keyArn, sourceId } from '../support/builders.ts';

const place = { account: accounts.prod, region: 'eu-west-1' };
const snapshotId = 'snap-0fedcba9876543210';
const target = 'web × prod × eu-west-1';

const copying: CopyImage = {
  kind: 'copy-image',
  place,
  source: { imageId: sourceId, region: 'us-east-1' },
  name: 'web',
  description: '',
  keyArn,
  tags: { image: birthTags(), snapshots: birthTags() },
  completionMinutes: undefined,
  token: 'token',
  attempt: 1,
};
const all: readonly Write[] = [
  copying,
  { kind: 'set-tags', place, resourceIds: [copyId], tags: { stage: 'prod' } },
  { kind: 'remove-tags', place, resourceIds: [copyId], tags: { stage: 'prod' } },
  { kind: 'share-image', place, imageId: copyId, add: [account(accounts.eu)] },
  { kind: 'unshare-image', place, imageId: copyId, remove: [account(accounts.eu)] },
  { kind: 'share-snapshot', place, snapshotId, add: [accounts.eu] },
  { kind: 'unshare-snapshot', place, snapshotId, remove: [accounts.eu, 'all'] },
  { kind: 'require-imds-v2', place, imageId: copyId },
  { kind: 'deregister-image', place, imageId: copyId },
  { kind: 'delete-snapshot', place, snapshotId },
];

function intent(seq: number, request: Write, before: Before = {}, of: string | null = target): JournalEntry {
  return {
    seq,
    at: '2026-11-21T09:00:00.000Z',
    phase: 'intent',
    target: of,
    kind: request.kind,
    request,
    before,
  };
}

function done(seq: number, imageId: string | null = null): JournalEntry {
  return { seq, phase: 'done', result: { imageId, deleted: [] }, requestId: 'r' };
}

function failed(seq: number, mayHaveHappened: boolean): JournalEntry {
  return { seq, phase: 'failed', result: { code: 'X', mayHaveHappened }, requestId: null };
}

function undone(...entries: readonly JournalEntry[]) {
  return undosOf(entries).get(target) ?? [];
}

/** What undoes a write that AWS took. */
function inverse(write: Write, before: Before = {}) {
  return undone(intent(1, write, before), done(1));
}

describe('what undoes a write', () => {
  it('is there for every kind', () => {
    expect(all.map((write) => `${write.kind}: ${inverse(write).map(({ kind }) => kind)}`)).toEqual([
      'copy-image: remove',
      'set-tags: restore',
      'remove-tags: restore',
      'share-image: write',
      'unshare-image: write',
      'share-snapshot: write',
      'unshare-snapshot: write',
      'require-imds-v2: lasting',
      'deregister-image: lasting',
      'delete-snapshot: lasting',
    ]);
  });

  it('removes the image that a copy made, by the id that AWS answered with', () => {
    expect(undone(intent(1, copying), done(1, copyId))).toEqual([
      { kind: 'remove', copy: copying, imageId: copyId },
    ]);
  });

  it('looks for a copy whose answer never came', () => {
    const unknown = [{ kind: 'remove', copy: copying, imageId: undefined }];
    expect(undone(intent(1, copying))).toEqual(unknown);
    expect(undone(intent(1, copying), failed(1, true))).toEqual(unknown);
  });

  it('takes permissions away from those that got them, and gives back what was taken', () => {
    const [, , , share, unshare, shareSnapshot, unshareSnapshot] = all;
    expect(
      [share, unshare, shareSnapshot, unshareSnapshot].flatMap((one) => (one ? inverse(one) : [])),
    ).toEqual([
      {
        kind: 'write',
        write: expect.objectContaining({
          kind: 'unshare-image',
          place,
          imageId: copyId,
          remove: [account(accounts.eu)],
        }),
      },
      {
        kind: 'write',
        write: expect.objectContaining({
          kind: 'share-image',
          place,
          imageId: copyId,
          add: [account(accounts.eu)],
        }),
      },
      {
        kind: 'write',
        write: expect.objectContaining({
          kind: 'unshare-snapshot',
          place,
          snapshotId,
          remove: [accounts.eu],
        }),
      },
      {
        kind: 'write',
        write: expect.objectContaining({
          kind: 'share-snapshot',
          place,
          snapshotId,
          add: [accounts.eu, 'all'],
        }),
      },
    ]);
  });

  it('is itself undone by the write, for permissions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all.slice(3, 7)), (write) => {
        const [there] = inverse(write);
        const [back] = there?.kind === 'write' ? inverse(there.write) : [];
        expect(back?.kind === 'write' ? back.write : undefined).toMatchObject(write);
      }),
    );
  });

  it('puts each tag back as it was on each resource, and takes off what was not there', () => {
    const write: Write = {
      kind: 'set-tags',
      place,
      resourceIds: [copyId, snapshotId],
      tags: { stage: 'prod', team: 'a' },
    };
    const before = { tags: { [copyId]: { stage: 'test' }, [snapshotId]: {} } };
    expect(inverse(write, before)).toEqual([
      {
        kind: 'restore',
        write,
        tags: [
          { resourceId: copyId, key: 'stage', ours: 'prod', before: 'test' },
          { resourceId: copyId, key: 'team', ours: 'a', before: undefined },
          { resourceId: snapshotId, key: 'stage', ours: 'prod', before: undefined },
          { resourceId: snapshotId, key: 'team', ours: 'a', before: undefined },
        ],
      },
    ]);
  });

  it('leaves tags that had that value before', () => {
    const write: Write = {
      kind: 'set-tags',
      place,
      resourceIds: [copyId],
      tags: { stage: 'prod', team: 'a' },
    };
    const [undo] = inverse(write, { tags: { [copyId]: { stage: 'prod' } } });
    expect(undo).toMatchObject({ tags: [{ key: 'team' }] });
  });

  it('puts tags back that were taken off', () => {
    const write: Write = { kind: 'remove-tags', place, resourceIds: [copyId], tags: { stage: 'prod' } };
    expect(inverse(write)).toMatchObject([
      { tags: [{ resourceId: copyId, key: 'stage', ours: undefined, before: 'prod' }] },
    ]);
  });

  it('is nothing for a tag called like a part of every object', () => {
    const tags = Object.fromEntries([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    const write: Write = { kind: 'set-tags', place, resourceIds: [copyId], tags };
    expect(inverse(write, { tags: { [copyId]: {} } })).toMatchObject([
      {
        tags: [
          { key: '__proto__', before: undefined },
          { key: 'constructor', before: undefined },
        ],
      },
    ]);
  });
});

describe('what is undone of a journal', () => {
  const writes = fc.array(
    fc.record({
      write: fc.constantFrom(...all),
      target: fc.constantFrom(target, 'web × eu × eu-west-1', null),
      ending: fc.constantFrom('done', 'refused', 'lost', 'none'),
    }),
    { maxLength: 12 },
  );

  /** The journal of writes side by side: first all intents, then what became of them. */
  function journalOf(some: readonly { write: Write; target: string | null; ending: string }[]) {
    const intents = some.map((one, index) => intent(index + 1, one.write, {}, one.target));
    const endings = some.flatMap(({ ending }, index) =>
      ending === 'none'
        ? []
        : [ending === 'done' ? done(index + 1, copyId) : failed(index + 1, ending === 'lost')],
    );
    return [...intents, ...endings];
  }

  it('is everything but what AWS refused, and what opens or closes a source; the newest first', () => {
    fc.assert(
      fc.property(writes, (some) => {
        for (const title of [target, 'web × eu × eu-west-1']) {
          const mine = some.filter((one) => one.target === title && one.ending !== 'refused');
          const kinds = (undosOf(journalOf(some)).get(title) ?? []).map((undo) =>
            undo.kind === 'remove'
              ? undo.copy.kind
              : undo.kind === 'write'
                ? undo.write.kind
                : undo.write.kind,
          );
          expect(kinds).toEqual(mine.toReversed().map(({ write }) => inverseKind(write)));
        }
        expect([...undosOf(journalOf(some)).keys()]).not.toContain(null);
      }),
    );
  });

  it('is the same wherever a line of the answers was lost, but for ids', () => {
    fc.assert(
      fc.property(writes, (some) => {
        const lost = some.map((one) => (one.ending === 'done' ? { ...one, ending: 'none' } : one));
        const kindsOf = (journal: readonly JournalEntry[]) =>
          [...undosOf(journal)].map(([title, undos]) => [title, undos.map(({ kind }) => kind)]);
        expect(kindsOf(journalOf(lost))).toEqual(kindsOf(journalOf(some)));
      }),
    );
  });

  it('is nothing where nothing was written, nor of what was undone already', () => {
    expect(undosOf([])).toEqual(new Map());
    const undoing: Write = { kind: 'unshare-image', place, imageId: copyId, remove: [account(accounts.eu)] };
    const note: Write = {
      kind: 'set-tags',
      place,
      resourceIds: [sourceId],
      tags: { [`${ownTags.pull}a/b/1/1/0a1b2c3d`]: '2026-11-23T13:00:00Z' },
    };
    const entries = [intent(1, undoing, {}, null), done(1), intent(2, note, {}, null), done(2)];
    expect(undosOf([...entries, { seq: 2, phase: 'cancelled' }, { seq: 2, phase: 'finished' }])).toEqual(
      new Map(),
    );
  });
});

function inverseKind(write: Write): Write['kind'] {
  switch (write.kind) {
    case 'share-image':
      return 'unshare-image';
    case 'unshare-image':
      return 'share-image';
    case 'share-snapshot':
      return 'unshare-snapshot';
    case 'unshare-snapshot':
      return 'share-snapshot';
    default:
      return write.kind;
  }
}
