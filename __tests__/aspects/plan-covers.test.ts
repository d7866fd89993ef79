import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare } from '../../src/aspects/compare.ts';
import { planned, plannedWrites, uncovered } from '../../src/aspects/plan.ts';
import type { Principal } from '../../src/model/image.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { PlannedWrite } from '../../src/model/plan.ts';
import type { Target } from '../../src/model/promotion.ts';
import {
  account,
  accounts,
  chosen,
  copiedSnapshot,
  copy,
  copyId,
  holding,
  image,
  key,
  observation,
  owner,
  snapshot,
  source,
  sourceAccess,
  sourceId,
  target,
} from '../support/builders.ts';
import { writesOf } from '../support/differences.ts';

const shut = observation({
  sourceAccess: sourceAccess({ image: [], snapshots: new Map([[snapshot().id, []]]) }),
});

/** A wish for everything that a plan can hold: tags, consumers who may copy too, IMDSv2. */
const wish: Partial<Target> = {
  tags: { team: 'a', stage: 'prod' },
  consumers: [account(accounts.eu), account('222222222222')],
  shareSnapshots: true,
  completionMinutes: 60,
  source: source({ image: image({ imdsSupport: 'v2.0' }) }),
  unbound: {
    name: 'web-{sha}',
    description: 'web, promoted',
    birthTags: { image: { team: 'a', stage: 'prod' }, snapshots: { team: 'a', stage: 'prod' } },
  },
};
const whole = planOf(wish, shut);

/** The copy without any of what is wished for. */
const bare = holding({
  permissions: [],
  snapshotPermissions: new Map([[copiedSnapshot().id, []]]),
});

function planOf(over: Partial<Target>, seen: Observation): readonly PlannedWrite[] {
  const wanted = target(over);
  return plannedWrites(wanted, seen, compare(wanted, seen));
}

/** The kinds of what a promotion of this wish would write, on what it sees, outside of a plan. */
function outside(
  approved: readonly PlannedWrite[],
  over: Partial<Target>,
  seen: Observation,
): readonly string[] {
  return uncovered(target(over), planOf(over, seen), approved).map(({ kind }) => kind);
}

describe('a plan covers', () => {
  const people: readonly Principal[] = [account(accounts.eu), account('222222222222')];
  const wishes = fc.record({
    tags: fc.dictionary(
      fc.constantFrom('team', 'stage', '__proto__', 'constructor'),
      fc.constantFrom('', 'a'),
    ),
    consumers: fc.subarray([...people, { kind: 'everyone', id: 'all' } as const]),
    shareSnapshots: fc.boolean(),
    completionMinutes: fc.constantFrom(undefined, 60),
    source: fc
      .constantFrom(undefined, 'v2.0')
      .map((imdsSupport) => source({ image: image({ imdsSupport }) })),
    key: fc.constant({ kind: 'none' } as const),
  });
  const sights = fc
    .record({
      permissions: fc.subarray([...people]),
      holders: fc.subarray([accounts.eu, '222222222222']),
      state: fc.constantFrom('available' as const, 'pending' as const),
      there: fc.boolean(),
      access: fc.boolean(),
    })
    .map(({ permissions, holders, state, there, access }): Observation => {
      const seen = { key: undefined, sourceAccess: access ? sourceAccess() : shut.sourceAccess };
      const held = chosen({
        image: copy({ state }),
        snapshots: [copiedSnapshot({ encrypted: false, keyArn: undefined })],
        permissions,
        snapshotPermissions: new Map([[copiedSnapshot().id, holders]]),
      });
      return there ? observation({ ...seen, ours: [held.image], chosen: held }) : observation(seen);
    });

  it('its own writes, all of them and each by itself', () => {
    fc.assert(
      fc.property(wishes, sights, (over, seen) => {
        const writes = planOf(over, seen);
        expect(uncovered(target(over), writes, writes)).toEqual([]);
        for (const write of writes) {
          expect(uncovered(target(over), [write], writes)).toEqual([]);
        }
      }),
    );
  });

  it('nothing where it holds nothing', () => {
    fc.assert(
      fc.property(wishes, sights, (over, seen) => {
        const writes = planOf(over, seen);
        expect(uncovered(target(over), writes, [])).toEqual(writes);
      }),
    );
  });

  it('its own writes after its way through a file', () => {
    const read: readonly PlannedWrite[] = JSON.parse(JSON.stringify(whole));
    expect(uncovered(target(wish), whole, read)).toEqual([]);
  });

  it('what it foresaw, once the copy has its id', () => {
    const wanted = target(wish);
    const writes = writesOf(compare(wanted, { ...bare, sourceAccess: undefined }))
      .filter(({ kind }) => kind !== 'set-tags')
      .map((write) => planned(wanted, write));
    expect(writes.map(({ kind }) => kind)).toEqual(['require-imds-v2', 'share-image', 'share-snapshot']);
    expect(uncovered(wanted, writes, whole)).toEqual([]);
  });

  it('the copy of a source that is opened by now, and fewer consumers', () => {
    expect(outside(whole, wish, observation())).toEqual([]);
    expect(outside(whole, { ...wish, consumers: [account(accounts.eu)] }, shut)).toEqual([]);
  });

  it('a copy whatever its size', () => {
    const grown = whole.map((write) => (write.kind === 'copy-image' ? { ...write, sizeGiB: 999 } : write));
    expect(uncovered(target(wish), whole, grown)).toEqual([]);
  });

  it('fewer tags, on fewer resources', () => {
    const approved = planOf({ tags: { team: 'a', stage: 'b' } }, holding());
    expect(approved).toMatchObject([{ resourceIds: [copyId, copiedSnapshot().id] }]);
    expect(outside(approved, { tags: { team: 'a' } }, holding())).toEqual([]);
    const half = holding({ snapshots: [copiedSnapshot({ tags: { team: 'a', stage: 'b' } })] });
    expect(outside(approved, { tags: { team: 'a', stage: 'b' } }, half)).toEqual([]);
  });

  it('permissions in other portions than it holds them', () => {
    const ids = Array.from({ length: 1200 }, (_, index) => String(100_000_000_000 + index));
    const all = { consumers: ids.map(account), shareSnapshots: true };
    const back = { consumers: ids.toReversed().map(account), shareSnapshots: true };
    const approved = planOf(all, bare);
    expect(approved).toHaveLength(6);
    expect(outside(approved, back, bare)).toEqual([]);
    expect(outside(approved.slice(1), all, bare)).toEqual(['share-image']);
  });
});

describe('a plan does not cover', () => {
  const plain = { key: undefined };

  it.each<[string, Partial<Target>, Observation, readonly string[]]>([
    [
      'one more consumer',
      { consumers: [account(accounts.eu), account('222222222222'), account('999999999999')] },
      shut,
      ['share-image', 'share-snapshot'],
    ],
    [
      'everyone',
      { consumers: [{ kind: 'everyone', id: 'all' }], key: { kind: 'none' } },
      { ...shut, ...plain },
      ['copy-image', 'share-image'],
    ],
    ['another key', {}, { ...shut, key: key({ arn: `${keyArnOf('other')}` }) }, ['copy-image']],
    ['no key', { key: { kind: 'none' } }, { ...shut, ...plain }, ['copy-image']],
    ['another time', { completionMinutes: 15 }, shut, ['copy-image']],
    ['another name', { unbound: { ...target(wish).unbound, name: 'db' } }, shut, ['copy-image']],
    ['another description', { unbound: { ...target(wish).unbound, description: '' } }, shut, ['copy-image']],
    [
      'another source image',
      { source: source({ image: image({ id: 'ami-0ccccccccccccccc0', imdsSupport: 'v2.0' }) }) },
      shut,
      ['open-source', 'copy-image'],
    ],
    [
      'a source opened to another account',
      { owner: owner('eu') },
      { ...shut, sourceAccess: shut.sourceAccess },
      ['open-source'],
    ],
    [
      'one more snapshot opened',
      {
        source: source({
          image: target(wish).source.image,
          snapshots: [snapshot(), snapshot({ id: 'snap-9' })],
        }),
      },
      shut,
      ['open-source'],
    ],
  ])('%s', (_, over, seen, kinds) => {
    expect(outside(whole, { ...wish, ...over }, seen)).toEqual(kinds);
  });

  it.each(['image', 'snapshots'] as const)('a tag more, less or other on the new %s', (on) => {
    const born = target(wish).unbound.birthTags;
    for (const tags of [{ ...born[on], more: '' }, { team: 'a' }, { ...born[on], team: 'b' }]) {
      const unbound = { ...target(wish).unbound, birthTags: { ...born, [on]: tags } };
      expect(outside(whole, { ...wish, unbound }, shut)).toEqual(['copy-image']);
    }
  });

  it('another value or another tag on a copy, nor the same on another', () => {
    const approved = planOf({ tags: { team: 'a' } }, holding());
    expect(outside(approved, { tags: { team: 'b' } }, holding())).toEqual(['set-tags']);
    expect(outside(approved, { tags: { team: 'a', stage: 'b' } }, holding())).toEqual(['set-tags']);
    expect(outside(approved, { tags: { constructor: 'a' } }, holding())).toEqual(['set-tags']);
    const other = holding({ image: copy({ id: 'ami-0ddddddddddddddd0' }) });
    expect(outside(approved, { tags: { team: 'a' } }, other)).toEqual(['set-tags']);
  });

  it('two approved tags and two approved resources in another combination', () => {
    const approved: readonly PlannedWrite[] = [
      { kind: 'set-tags', resourceIds: [copyId], tags: { team: 'a' } },
      { kind: 'set-tags', resourceIds: [copiedSnapshot().id], tags: { stage: 'b' } },
    ];
    const crossed: PlannedWrite = { kind: 'set-tags', resourceIds: [copyId], tags: { stage: 'b' } };
    expect(uncovered(target(), [crossed], approved)).toEqual([crossed]);
  });

  it('a consumer of one image or snapshot on another', () => {
    const [one, two] = [copyId, 'ami-0ddddddddddddddd0'];
    const approved: readonly PlannedWrite[] = [
      { kind: 'share-image', imageId: one, add: [accounts.eu] },
      { kind: 'share-image', imageId: two, add: ['222222222222'] },
      { kind: 'share-snapshot', snapshotId: 'snap-1', add: [accounts.eu] },
      { kind: 'share-snapshot', snapshotId: 'snap-2', add: ['222222222222'] },
    ];
    const crossed: readonly PlannedWrite[] = [
      { kind: 'share-image', imageId: one, add: ['222222222222'] },
      { kind: 'share-image', imageId: two, add: [accounts.eu, '222222222222'] },
      { kind: 'share-snapshot', snapshotId: 'snap-1', add: ['222222222222'] },
      { kind: 'share-snapshot', snapshotId: 'snap-2', add: [accounts.eu] },
    ];
    expect(uncovered(target(), crossed, approved)).toEqual(crossed);
  });

  it('a permission of the image by one of its snapshot, nor the other way round', () => {
    const launch: PlannedWrite = { kind: 'share-image', imageId: null, add: [accounts.eu] };
    const read: PlannedWrite = { kind: 'share-snapshot', snapshotId: null, add: [accounts.eu] };
    expect(uncovered(target(), [launch], [read])).toEqual([launch]);
    expect(uncovered(target(), [read], [launch])).toEqual([read]);
  });

  it('the source itself by what it approves for a copy still to be made', () => {
    const home = { owner: owner('home'), pull: undefined, region: 'us-east-1' } as const;
    const approved = planOf({ ...wish, ...home }, observation({ sourceAccess: undefined }));
    expect(approved.map(({ kind }) => kind)).toContain('share-snapshot');
    const inPlace = chosen({
      image: target(wish).source.image,
      inPlace: true,
      snapshots: [snapshot()],
      permissions: [],
      snapshotPermissions: new Map([[snapshot().id, []]]),
    });
    const seen = observation({ key: undefined, chosen: inPlace, sourceAccess: undefined });
    const source = { ...wish, ...home, tags: {}, key: { kind: 'none' } } as const;
    expect(outside(approved, source, seen)).toEqual(['share-image', 'share-snapshot']);
    const strict: PlannedWrite = { kind: 'require-imds-v2', imageId: sourceId, ifNeeded: false };
    expect(uncovered(target(wish), [strict], approved)).toEqual([strict]);
  });

  it('a new copy by what it approves for one that is there, or on its way', () => {
    const seen = holding({ image: copy({ state: 'pending', devices: [] }), snapshots: [] });
    const approved = planOf(wish, seen);
    expect(outside(approved, wish, observation())).toEqual(['copy-image', 'require-imds-v2', 'share-image']);
  });
});

function keyArnOf(name: string): string {
  return `arn:aws:kms:eu-west-1:${accounts.prod}:key/${name}`;
}
