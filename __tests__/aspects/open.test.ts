import { describe, expect, it } from '@jest/globals';
import { open, openingWrites } from '../../src/aspects/open.ts';
import { pullTagsFor } from '../../src/aspects/pull-tags.ts';
import type { ImageState } from '../../src/model/image.ts';
import type { SourceAccess } from '../../src/model/observation.ts';
import {
  account,
  accounts,
  copy,
  holding,
  observation,
  run,
  snapshot,
  source,
  sourceAccess,
  sourceId,
  target,
} from '../support/builders.ts';
import { mendsOf, writesOf } from '../support/differences.ts';

const home = { account: accounts.home, region: 'us-east-1' };
const note = { run: run().id, deadline: '2026-11-23T13:00:00Z' };
const other = { run: 'acme/images/4712/1', deadline: '2026-11-23T14:00:00Z' };
const closed = sourceAccess({ image: [], snapshots: new Map([[snapshot().id, []]]) });
const wanted = target({ pull: note });

describe('a source that a pulling account may not read', () => {
  it('is opened: the note first, then the image, then each snapshot, all at the source', () => {
    const both = sourceAccess({
      image: [],
      snapshots: new Map([
        ['snap-1', []],
        ['snap-2', []],
      ]),
    });
    expect(writesOf(open(wanted, observation({ sourceAccess: both })))).toEqual([
      {
        kind: 'set-tags',
        place: home,
        resourceIds: [sourceId],
        tags: { [`promote-ami:pull:${note.run}`]: `${note.deadline} ${accounts.prod}` },
      },
      { kind: 'share-image', place: home, imageId: sourceId, add: [account(accounts.prod)] },
      { kind: 'share-snapshot', place: home, snapshotId: 'snap-1', add: [accounts.prod] },
      { kind: 'share-snapshot', place: home, snapshotId: 'snap-2', add: [accounts.prod] },
    ]);
  });

  it('is opened to at most 500 accounts in one call', () => {
    const many = Array.from({ length: 501 }, (_, index) => String(100_000_000_000 + index));
    const added = openingWrites(source(), closed, many, note).flatMap((write) =>
      'add' in write ? [[write.kind, write.add.length]] : [],
    );
    expect(added).toEqual([
      ['share-image', 500],
      ['share-image', 1],
      ['share-snapshot', 500],
      ['share-snapshot', 1],
    ]);
  });

  it('is opened again while a copy is pending, because somebody may take the access away', () => {
    const seen = holding({ image: copy({ state: 'pending' }) }, { sourceAccess: closed });
    expect(writesOf(open(wanted, seen))).toHaveLength(3);
  });

  it.each<[string, Partial<SourceAccess>]>([
    ['only the image is open', { snapshots: new Map([[snapshot().id, []]]) }],
    ['only its snapshots are', { image: [] }],
    [
      'one of its snapshots is not',
      {
        snapshots: new Map([
          [snapshot().id, [accounts.prod]],
          ['snap-2', []],
        ]),
      },
    ],
  ])('is opened where it is missing, with a note, when %s', (_, access) => {
    const kinds = writesOf(open(wanted, observation({ sourceAccess: sourceAccess(access) }))).map(
      ({ kind }) => kind,
    );
    expect(kinds).toHaveLength(2);
    expect(kinds[0]).toBe('set-tags');
  });
});

describe('a source that a pulling account may read', () => {
  it('needs nothing', () => {
    expect(open(wanted, observation())).toEqual([]);
  });

  it('needs nothing where it is public', () => {
    const seen = observation({
      sourceAccess: sourceAccess({
        image: [{ kind: 'everyone', id: 'all' }],
        snapshots: new Map([[snapshot().id, ['all']]]),
      }),
    });
    expect(open(wanted, seen)).toEqual([]);
  });

  it('is awaited until the account sees it', () => {
    expect(mendsOf(open(wanted, observation({ sourceSeen: false })))).toEqual(['wait']);
  });

  it('is not awaited once the copy is on its way', () => {
    expect(open(wanted, holding({ image: copy({ state: 'pending' }) }, { sourceSeen: false }))).toEqual([]);
  });

  it('is noted by this run too where another run opened it, so that neither closes under the other', () => {
    const seen = observation({
      sourceAccess: sourceAccess({ pullTags: [{ ...other, accounts: [accounts.prod], only: new Map() }] }),
    });
    expect(writesOf(open(wanted, seen))).toEqual([
      expect.objectContaining({ kind: 'set-tags', tags: pullTagsFor(note, [accounts.prod]) }),
    ]);
  });

  it('is not noted where nobody opened it: that permission is not ours to take away', () => {
    const seen = observation({
      sourceAccess: sourceAccess({ pullTags: [{ ...other, accounts: [accounts.eu], only: new Map() }] }),
    });
    expect(writesOf(open(wanted, seen))).toEqual([]);
  });
});

describe('the source is left alone', () => {
  it('once the copy is available', () => {
    expect(open(wanted, holding({}, { sourceAccess: closed }))).toEqual([]);
  });

  it('where the home account copies by itself', () => {
    expect(open(target({ pull: undefined }), observation({ sourceAccess: closed }))).toEqual([]);
  });

  it.each<ImageState>(['pending', 'transient'])('but not while the copy is %s', (state) => {
    expect(open(wanted, holding({ image: copy({ state }) }, { sourceAccess: closed }))).not.toEqual([]);
  });
});

describe('the note of one run', () => {
  const opening = (access: SourceAccess, ids: readonly string[]) =>
    openingWrites(source(), access, ids, note).find(({ kind }) => kind === 'set-tags');

  it('keeps the accounts that an earlier opening listed', () => {
    const access = sourceAccess({ pullTags: [{ ...note, accounts: [accounts.prod], only: new Map() }] });
    expect(opening(access, [accounts.eu])).toMatchObject({
      tags: pullTagsFor(note, [accounts.prod, accounts.eu]),
    });
  });

  it('keeps the deadline that this run wrote, whatever AWS shows: each process has a note of its own', () => {
    const noted = sourceAccess({ pullTags: [{ ...note, accounts: [accounts.prod], only: new Map() }] });
    expect(openingWrites(source(), noted, [accounts.prod], note)).toEqual([]);
    expect(opening({ ...closed, pullTags: noted.pullTags }, [accounts.prod, accounts.eu])).toMatchObject({
      tags: pullTagsFor(note, [accounts.prod, accounts.eu]),
    });
  });

  it('is none of another process of the same run', () => {
    const sibling = { ...note, run: `${note.run}/ffffffff`, accounts: [accounts.prod], only: new Map() };
    const access = sourceAccess({ pullTags: [sibling] });
    expect(opening(access, [accounts.prod])).toMatchObject({ tags: pullTagsFor(note, [accounts.prod]) });
  });
});
