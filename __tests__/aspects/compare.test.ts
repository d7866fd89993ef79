import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare } from '../../src/aspects/compare.ts';
import type { Write } from '../../src/model/difference.ts';
import type { Image, ImageState, Principal, Snapshot, Tags } from '../../src/model/image.ts';
import type { Chosen, Observation } from '../../src/model/observation.ts';
import type { Target } from '../../src/model/promotion.ts';
import {
  account,
  accounts,
  birthTags,
  chosen,
  copiedSnapshot,
  copy,
  holding,
  image,
  key,
  observation,
  owner,
  snapshot,
  source,
  sourceAccess,
  target,
} from '../support/builders.ts';
import { mendsOf, writesOf } from '../support/differences.ts';

const consumers: readonly Principal[] = [
  account(accounts.eu),
  account('999999999999'),
  { kind: 'organization', id: 'arn:aws:organizations::111122223333:organization/o-abcdef1234' },
  { kind: 'organizational-unit', id: 'arn:aws:organizations::111122223333:ou/o-abcdef1234/ou-ab12-cdef3456' },
];

/** What a target may ask for beyond the copy itself. */
const wishes = fc.record({
  tags: fc.dictionary(fc.constantFrom('team', 'stage', 'Name', 'cost'), fc.constantFrom('', 'a', 'b')),
  consumers: fc.subarray([...consumers]),
  required: fc.boolean(),
  name: fc.constantFrom('web', 'web-2026-11-20', '#'),
  imdsSupport: fc.constantFrom(undefined, 'v2.0'),
  volumes: fc.integer({ min: 1, max: 4 }),
});
type Wish = typeof wishes extends fc.Arbitrary<infer T> ? T : never;

function wantedOf({ imdsSupport, volumes, ...over }: Wish): Target {
  return target({
    ...over,
    source: source({ image: image({ imdsSupport, devices: devicesOf(volumes, 'snap-s') }) }),
  });
}

/** A copy with everything in place: rule 3, as a final read sees it. */
function held(wish: Wish): Chosen {
  const ids = devicesOf(wish.volumes, 'snap-c').map(({ snapshotId }) => snapshotId);
  return chosen({
    image: copy({
      imdsSupport: wish.imdsSupport,
      devices: devicesOf(wish.volumes, 'snap-c'),
      tags: { ...wish.tags, ...birthTags() },
    }),
    snapshots: ids.map((id) => copiedSnapshot({ id, tags: { other: 'x', ...wish.tags } })),
    permissions: wish.consumers,
  });
}

function devicesOf(count: number, prefix: string) {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'volume' as const,
    deviceName: `/dev/sd${String.fromCharCode(97 + index)}`,
    snapshotId: `${prefix}${index}`,
    sizeGiB: 8 + index,
    volumeType: 'gp3',
    deleteOnTermination: index === 0,
  }));
}

function seeing(found: Chosen): Observation {
  return observation({ ours: [found.image], chosen: found });
}

describe('a promoted target', () => {
  it('has no difference, whatever is wanted of it', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        expect(compare(wantedOf(wish), seeing(held(wish)))).toEqual([]);
      }),
    );
  });

  it('has none either where the source is closed again, gone or hidden: it is not needed any more', () => {
    const gone = target({ source: source({ image: image({ state: 'disabled' }) }) });
    const closed = sourceAccess({ image: [], snapshots: new Map([[snapshot().id, []]]) });
    expect(compare(gone, holding({}, { sourceAccess: closed, sourceSeen: false }))).toEqual([]);
  });

  it('may be the source image itself, which needs none of our tags', () => {
    const here = target({ owner: owner('home'), region: 'us-east-1', pull: undefined, tags: { team: 'a' } });
    const found = chosen({
      image: image({ tags: { team: 'a' } }),
      inPlace: true,
      snapshots: [snapshot({ tags: { team: 'a' } })],
    });
    expect(compare(here, observation({ chosen: found, key: undefined }))).toEqual([]);
  });
});

describe('what the comparison wants written', () => {
  /** The copy once AWS has taken the writes. */
  const taken = (found: Chosen, writes: readonly Write[]): Chosen => writes.reduce(take, found);

  const withTags = <T extends Image | Snapshot>(one: T, ids: readonly string[], tags: Tags): T =>
    ids.includes(one.id) ? { ...one, tags: { ...one.tags, ...tags } } : one;

  const take = (found: Chosen, write: Write): Chosen => {
    switch (write.kind) {
      case 'set-tags':
        return {
          ...found,
          image: withTags(found.image, write.resourceIds, write.tags),
          snapshots: found.snapshots.map((one) => withTags(one, write.resourceIds, write.tags)),
        };
      case 'share-image':
        return { ...found, permissions: [...(found.permissions ?? []), ...write.add] };
      case 'require-imds-v2':
        return { ...found, image: { ...found.image, imdsSupport: 'v2.0' } };
      default:
        throw new Error(`a copy that is there needs no ${write.kind}`);
    }
  };

  const spoiled = fc.record({
    tags: fc.dictionary(fc.constantFrom('team', 'stage', 'own'), fc.constantFrom('x', 'a')),
    permissions: fc.subarray([...consumers]),
    bare: fc.boolean(),
  });

  it('mends everything that can be mended, at once', () => {
    fc.assert(
      fc.property(wishes, spoiled, (wish, { tags, permissions, bare }) => {
        const whole = held(wish);
        const broken: Chosen = {
          ...whole,
          image: { ...whole.image, tags: { ...birthTags(), ...tags }, imdsSupport: undefined },
          snapshots: whole.snapshots.map((one) => (bare ? { ...one, tags: {} } : one)),
          permissions,
        };
        const wanted = wantedOf(wish);
        const writes = writesOf(compare(wanted, seeing(broken)));
        const left = compare(wanted, seeing(taken(broken, writes)));
        expect(left.filter(({ mend }) => mend.kind !== 'warning')).toEqual([]);
      }),
    );
  });

  it('takes away nothing: other tags and other permissions stay', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const bare = chosen({
          image: copy({ tags: { ...birthTags(), mine: 'x' }, devices: devicesOf(wish.volumes, 'snap-c') }),
          snapshots: held(wish).snapshots,
          permissions: [account('555555555555')],
        });
        const now = taken(bare, writesOf(compare(wantedOf(wish), seeing(bare))));
        expect(now.image.tags).toMatchObject({ mine: 'x' });
        expect(now.permissions).toContainEqual(account('555555555555'));
      }),
    );
  });
});

describe('the order of the differences', () => {
  it('is that in which they can be mended: source, copy, then what is done to a copy', () => {
    const closed = sourceAccess({ image: [], snapshots: new Map([[snapshot().id, []]]) });
    expect(compare(target(), observation({ sourceAccess: closed })).map(({ aspect }) => aspect)).toEqual([
      'open',
      'present',
    ]);
    const wanted = target({ tags: { team: 'a' }, consumers: [account(accounts.eu)] });
    const seen = holding({
      image: copy({ architecture: 'arm64', bootMode: 'legacy-bios' }),
      snapshots: [copiedSnapshot({ keyArn: 'other' })],
    });
    expect(compare(wanted, seen).map(({ aspect }) => aspect)).toEqual([
      'encrypted',
      'equal',
      'tagged',
      'shared',
    ]);
  });
});

describe('at every target', () => {
  const states: readonly ImageState[] = [
    'pending',
    'available',
    'invalid',
    'deregistered',
    'transient',
    'failed',
    'error',
    'disabled',
  ];

  it('an image that is not available is never called promoted', () => {
    for (const state of states.filter((one) => one !== 'available')) {
      expect(compare(target(), holding({ image: copy({ state }) }))).not.toEqual([]);
    }
    expect(compare(target(), observation())).not.toEqual([]);
  });

  it('a copy is asked for only where none is chosen, and never more than one', () => {
    fc.assert(
      fc.property(wishes, fc.option(fc.constantFrom(...states)), fc.boolean(), (wish, state, mayShare) => {
        const found = state === null ? undefined : { ...held(wish), image: { ...held(wish).image, state } };
        const seen = observation({ chosen: found, key: key({ manager: mayShare ? 'CUSTOMER' : 'AWS' }) });
        const copies = writesOf(compare(wantedOf(wish), seen)).filter(({ kind }) => kind === 'copy-image');
        expect(copies.length).toBeLessThanOrEqual(found === undefined ? 1 : 0);
      }),
    );
  });

  it('a copy on its way is only awaited', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const pending = holding({ image: copy({ state: 'pending', devices: [], tags: {} }), snapshots: [] });
        expect(mendsOf(compare(wantedOf({ ...wish, consumers: [] }), pending))).toEqual(['wait']);
      }),
    );
  });
});
