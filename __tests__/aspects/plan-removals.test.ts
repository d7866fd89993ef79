import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare } from '../../src/aspects/compare.ts';
import { differsFrom, planned, plannedWrites, uncovered } from '../../src/aspects/plan.ts';
import { pullTagsFor } from '../../src/aspects/pull-tags.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { PlannedWrite } from '../../src/model/plan.ts';
import type { Target } from '../../src/model/promotion.ts';
import {
  account,
  accounts,
  birthTags,
  chosen,
  copiedSnapshot,
  copy,
  copyId,
  holding,
  image,
  observation,
  owner,
  snapshot,
  sourceId,
  target,
} from '../support/builders.ts';

const exact = { sharing: 'exact' } as const;
const failed = copy({ id: 'ami-0dead000000000000', state: 'failed', tags: birthTags(1), devices: [] });

function planOf(over: Partial<Target>, seen: Observation): readonly PlannedWrite[] {
  const wanted = target(over);
  return plannedWrites(wanted, seen, compare(wanted, seen));
}

/** The copy, shared with these accounts, and its snapshot with those. */
function sharedWith(people: readonly string[], readers: readonly string[] = []): Observation {
  const snapshotPermissions = new Map([[copiedSnapshot().id, readers]]);
  return holding({ permissions: people.map(account), snapshotPermissions });
}

describe('what a plan shows of sharing: exact', () => {
  it('is who loses the image, and who loses each snapshot', () => {
    expect(planOf(exact, sharedWith([accounts.eu], ['222222222222', 'all']))).toEqual([
      { kind: 'unshare-image', imageId: copyId, remove: [accounts.eu] },
      { kind: 'unshare-snapshot', snapshotId: copiedSnapshot().id, remove: ['222222222222', 'all'] },
    ]);
  });

  it('is nothing with sharing: add, where it is only a warning', () => {
    expect(planOf({}, sharedWith([accounts.eu], ['222222222222']))).toEqual([]);
  });
});

describe('what a plan shows of failed copies', () => {
  it('is that they go once the copy that it makes can be seen', () => {
    const writes = planOf({}, observation({ ours: [failed] }));
    expect(writes.map(({ kind }) => kind)).toEqual(['copy-image', 'remove-failed-copy']);
    expect(writes).toContainEqual({ kind: 'remove-failed-copy', imageId: failed.id });
  });

  it('is that they go now where a copy is there', () => {
    const remains = { images: [failed], snapshots: [], unclaimed: [] };
    expect(planOf({}, holding({}, { remains }))).toEqual([
      { kind: 'remove-failed-copy', imageId: failed.id },
    ]);
  });

  it('is one line for whatever snapshots are left', () => {
    const snapshots = ['snap-1', 'snap-2'].map((id) => copiedSnapshot({ id, state: 'error' }));
    const remains = { images: [], snapshots, unclaimed: [] };
    expect(planOf({}, holding({}, { remains }))).toEqual([{ kind: 'remove-failed-copy', imageId: null }]);
  });

  it('is nothing of what is only told', () => {
    const remains = { images: [], snapshots: [], unclaimed: [copiedSnapshot({ id: 'snap-1' })] };
    expect(planOf({}, holding({}, { remains }))).toEqual([]);
  });
});

describe('what a plan shows of consumers that are noted as open for pulling only', () => {
  const note = { run: 'acme/images/1/1', deadline: '2026-11-23T13:00:00Z' };
  const many = Array.from({ length: 30 }, (_, index) => String(100_000_000_000 + index));
  const tags = pullTagsFor(note, [accounts.eu, ...many]);
  const inPlace = observation({
    key: undefined,
    sourceAccess: undefined,
    chosen: chosen({
      image: image({ tags }),
      inPlace: true,
      snapshots: [snapshot()],
      permissions: [account(accounts.eu), ...many.map(account)],
    }),
  });
  const home = { owner: owner('home'), pull: undefined, region: 'us-east-1', key: { kind: 'none' } } as const;

  it('is that the source stays open to them, however many tags that takes', () => {
    const consumers = [account(accounts.eu), ...many.slice(3).map(account)];
    expect(planOf({ ...home, consumers }, inPlace)).toEqual([{ kind: 'keep-open', imageId: sourceId }]);
  });

  it('is approved by the same, and by nothing else', () => {
    const write: PlannedWrite = { kind: 'keep-open', imageId: sourceId };
    expect(uncovered(target(home), [write], [write])).toEqual([]);
    const others: readonly PlannedWrite[] = [
      { kind: 'keep-open', imageId: copyId },
      { kind: 'set-tags', resourceIds: [sourceId], tags },
      { kind: 'share-image', imageId: sourceId, add: [accounts.eu] },
    ];
    expect(uncovered(target(home), [write], others)).toEqual([write]);
  });

  it('is never taken for tags that somebody wants', () => {
    const place = { account: accounts.home, region: 'us-east-1' };
    const write = { kind: 'set-tags', place, resourceIds: [sourceId], tags: { team: 'a' } } as const;
    expect(planned(target(), write)).toMatchObject({ kind: 'set-tags' });
    expect(planned(target(), { ...write, tags })).toEqual({ kind: 'keep-open', imageId: sourceId });
  });
});

describe('an approved plan', () => {
  const people = fc.subarray([accounts.eu, '222222222222', '333333333333']);

  it('covers its own removals, and each part of them, and nothing beyond', () => {
    fc.assert(
      fc.property(people, people, people, (approvedPeople, now, readers) => {
        const approved = planOf(exact, sharedWith(approvedPeople, readers));
        const due = planOf(exact, sharedWith(now, readers));
        expect(uncovered(target(exact), approved, approved)).toEqual([]);
        const covered = now.every((id) => approvedPeople.includes(id));
        expect(uncovered(target(exact), due, approved).length === 0).toBe(covered);
      }),
    );
  });

  it.each<[string, PlannedWrite, PlannedWrite]>([
    [
      'another image',
      { kind: 'unshare-image', imageId: copyId, remove: [accounts.eu] },
      { kind: 'unshare-image', imageId: 'ami-0ddddddddddddddd0', remove: [accounts.eu] },
    ],
    [
      'another snapshot',
      { kind: 'unshare-snapshot', snapshotId: 'snap-1', remove: [accounts.eu] },
      { kind: 'unshare-snapshot', snapshotId: 'snap-2', remove: [accounts.eu] },
    ],
    [
      'what it adds',
      { kind: 'share-image', imageId: copyId, add: [accounts.eu] },
      { kind: 'unshare-image', imageId: copyId, remove: [accounts.eu] },
    ],
    [
      'what it takes from the image',
      { kind: 'unshare-image', imageId: copyId, remove: [accounts.eu] },
      { kind: 'unshare-snapshot', snapshotId: 'snap-1', remove: [accounts.eu] },
    ],
    [
      'a copy still to be made',
      { kind: 'share-image', imageId: null, add: [accounts.eu] },
      { kind: 'unshare-image', imageId: copyId, remove: [accounts.eu] },
    ],
    [
      'another failed copy',
      { kind: 'remove-failed-copy', imageId: failed.id },
      { kind: 'remove-failed-copy', imageId: copyId },
    ],
    [
      'a copy by what it says of snapshots',
      { kind: 'remove-failed-copy', imageId: null },
      { kind: 'remove-failed-copy', imageId: failed.id },
    ],
  ])('does not cover %s', (_, approved, write) => {
    expect(uncovered(target(), [write], [approved])).toEqual([write]);
  });

  it('covers the snapshots of a failed copy that it removes', () => {
    const write: PlannedWrite = { kind: 'remove-failed-copy', imageId: null };
    expect(uncovered(target(), [write], [{ kind: 'remove-failed-copy', imageId: failed.id }])).toEqual([]);
  });

  it('says whom it does not take away', () => {
    const write: PlannedWrite = { kind: 'unshare-image', imageId: copyId, remove: ['222222222222'] };
    const approved: PlannedWrite = { kind: 'unshare-image', imageId: copyId, remove: [accounts.eu] };
    expect(differsFrom(write, approved)).toEqual([`from 222222222222 where ${accounts.eu} is approved`]);
  });

  it('covers its own writes after their way through a file', () => {
    const writes: readonly PlannedWrite[] = [
      ...planOf(exact, sharedWith([accounts.eu], [accounts.eu])),
      ...planOf({}, observation({ ours: [failed] })),
    ];
    const read: readonly PlannedWrite[] = JSON.parse(JSON.stringify(writes));
    expect(uncovered(target(exact), writes, read)).toEqual([]);
  });
});
