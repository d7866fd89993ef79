import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { remainsOf } from '../../src/aspects/remains.ts';
import { isDead } from '../../src/aspects/selection.ts';
import { tidy } from '../../src/aspects/tidy.ts';
import { type Image, type ImageState, type Snapshot, snapshotIdsOf } from '../../src/model/image.ts';
import type { Remains } from '../../src/model/observation.ts';
import { ownTags } from '../../src/model/tags.ts';
import { accounts, attempts, birthTags, copiedSnapshot, copy, holding, target } from '../support/builders.ts';
import { mendsOf, writesOf } from '../support/differences.ts';
import { failure } from '../support/outcomes.ts';

const place = { account: accounts.prod, region: 'eu-west-1' };
const live = copy({ id: 'ami-live', tags: birthTags(2), devices: listing('snap-live') });
const dead = copy({ id: 'ami-dead', state: 'failed', tags: birthTags(1), devices: [] });

/** Devices that list one snapshot. */
function listing(id: string): Image['devices'] {
  return copy().devices.map((device) => (device.kind === 'volume' ? { ...device, snapshotId: id } : device));
}

function left(id: string, attempt: number, over: Partial<Snapshot> = {}): Snapshot {
  return copiedSnapshot({ id, tags: birthTags(attempt), ...over });
}

function remains(
  images: readonly Image[],
  snapshots: readonly Snapshot[],
  chosen: Image | 'none' = live,
  removed: readonly number[] = [],
): Remains {
  const seen = chosen === 'none' ? undefined : chosen;
  return remainsOf(target(), { ours: images, images }, snapshots, seen, attempts({ removed }));
}

function ids({ images, snapshots, unclaimed }: Remains) {
  return {
    images: images.map(({ id }) => id),
    snapshots: snapshots.map(({ id }) => id),
    unclaimed: unclaimed.map(({ id }) => id),
  };
}

const nothing = { images: [], snapshots: [], unclaimed: [] };

describe('what is left of a failed copy', () => {
  it.each<ImageState>(['failed', 'error', 'invalid'])(
    'is its image, beside one that can be seen: %s',
    (state) => {
      expect(ids(remains([{ ...dead, state }, live], []))).toEqual({ ...nothing, images: ['ami-dead'] });
    },
  );

  it.each<ImageState>(['pending', 'transient', 'available', 'disabled'])(
    'is never an image that is %s',
    (state) => {
      const other = { ...dead, state };
      expect(ids(remains([other, live], [left('snap-1', 1)]))).toEqual(nothing);
    },
  );

  it('is nothing to remove while no other can be seen: its tag is the memory of the attempts', () => {
    expect(ids(remains([dead], [left('snap-1', 1)], 'none'))).toEqual(nothing);
    expect(ids(remains([dead], [left('snap-1', 1)], dead))).toEqual(nothing);
  });

  it('is removed once the next one is on its way', () => {
    expect(ids(remains([dead, live], [], { ...live, state: 'pending' })).images).toEqual(['ami-dead']);
  });

  it('are its snapshots only after it: until then they are its own', () => {
    const snapshot = left('snap-1', 1);
    expect(ids(remains([dead, live], [snapshot])).snapshots).toEqual([]);
    expect(ids(remains([live], [snapshot], live, [1])).snapshots).toEqual(['snap-1']);
    const gone = { ...dead, state: 'deregistered' } as const;
    expect(ids(remains([gone, live], [snapshot], live, [1])).snapshots).toEqual(['snap-1']);
  });

  it('is a snapshot in error whose image is gone, whoever removed that', () => {
    expect(ids(remains([live], [left('snap-1', 1, { state: 'error' })])).snapshots).toEqual(['snap-1']);
  });

  it('is only told where a snapshot is whole and its image is gone', () => {
    expect(ids(remains([live], [left('snap-1', 1)]))).toEqual({ ...nothing, unclaimed: ['snap-1'] });
  });

  it('is nothing while a snapshot is still being copied: its image may be seen late', () => {
    expect(ids(remains([live], [left('snap-1', 3, { state: 'pending' })]))).toEqual(nothing);
  });

  it.each([
    ['that an image lists, whatever its tags say', left('snap-live', 1)],
    ['of another origin', left('snap-1', 1, { tags: { ...birthTags(1), [ownTags.source]: 'a/b/c' } })],
    ['of another account', left('snap-1', 1, { account: accounts.eu })],
    ['without our tag', left('snap-1', 1, { tags: {} })],
  ])('is never a snapshot %s', (_, snapshot) => {
    expect(ids(remains([live], [snapshot], live, [1]))).toEqual(nothing);
  });

  it('is never a snapshot of an attempt whose image lists none, as on its way; but one beside those that are listed', () => {
    const snapshot = left('snap-1', 2, { state: 'error' });
    expect(ids(remains([{ ...live, state: 'pending', devices: [] }], [snapshot]))).toEqual(nothing);
    expect(ids(remains([{ ...dead, tags: birthTags(2) }, live], [snapshot])).snapshots).toEqual([]);
    expect(ids(remains([live], [snapshot])).snapshots).toEqual(['snap-1']);
  });

  it('is never what an image lists, nor a live image, whatever there is', () => {
    const states = fc.constantFrom<ImageState>(
      'pending',
      'available',
      'failed',
      'error',
      'deregistered',
      'disabled',
    );
    const images = fc
      .array(fc.record({ state: states, attempt: fc.integer({ min: 1, max: 4 }), lists: fc.boolean() }), {
        maxLength: 4,
      })
      .map((all) =>
        all.map(({ state, attempt, lists }, index) =>
          copy({
            id: `ami-${index}`,
            state,
            tags: birthTags(attempt),
            devices: lists ? listing(`snap-${index}`) : [],
          }),
        ),
      );
    const snapshots = fc
      .array(
        fc.record({
          attempt: fc.integer({ min: 1, max: 4 }),
          state: fc.constantFrom('pending', 'completed', 'error'),
        }),
        { maxLength: 6 },
      )
      .map((all) => all.map(({ attempt, state }, index) => left(`snap-${index}`, attempt, { state })));
    const removed = fc.subarray([1, 2, 3, 4]);
    fc.assert(
      fc.property(images, snapshots, removed, fc.boolean(), (all, tagged, gone, sees) => {
        const chosen = sees
          ? all.find(({ state }) => state === 'available' || state === 'pending')
          : undefined;
        const found = remains(all, tagged, chosen ?? 'none', gone);
        expect(found.images.filter((image) => !isDead(image) || image.state === 'deregistered')).toEqual([]);
        expect(chosen === undefined ? found.images : []).toEqual([]);
        const listed = all.flatMap(snapshotIdsOf);
        const claiming = all.filter(
          (image) => image.state !== 'deregistered' && snapshotIdsOf(image).length === 0,
        );
        for (const { id, tags, state } of [...found.snapshots, ...found.unclaimed]) {
          expect(listed).not.toContain(id);
          expect(claiming.map((image) => image.tags[ownTags.attempt])).not.toContain(tags[ownTags.attempt]);
          expect(state).not.toBe(found.unclaimed.some((one) => one.id === id) ? 'error' : 'none');
        }
        const both = found.snapshots.filter((one) => found.unclaimed.includes(one));
        expect(both).toEqual([]);
      }),
    );
  });
});

describe('tidying', () => {
  const full: Remains = {
    images: [dead],
    snapshots: [left('snap-1', 1), left('snap-2', 1)],
    unclaimed: [],
  };

  it('is nothing where nothing is left', () => {
    expect(tidy(target(), holding())).toEqual([]);
  });

  it('removes images first, then snapshots, all at the target', () => {
    expect(tidy(target(), holding({}, { remains: full }))).toEqual([
      {
        aspect: 'tidy',
        wanted: 'nothing left of copies that failed',
        found: 'ami-dead, snap-1, snap-2',
        mend: {
          kind: 'write',
          writes: [
            { kind: 'deregister-image', place, imageId: 'ami-dead' },
            { kind: 'delete-snapshot', place, snapshotId: 'snap-1' },
            { kind: 'delete-snapshot', place, snapshotId: 'snap-2' },
          ],
        },
      },
    ]);
  });

  it('that failed once in this run is only told, with its reason and its cure', () => {
    const reason = failure({
      action: 'ec2:DeregisterImage',
      meaning: 'It is protected.',
      cure: 'Lift that.',
    });
    const untidied = new Map([['ami-dead', reason]]);
    const differences = tidy(target(), holding({}, { remains: full, attempts: attempts({ untidied }) }));
    expect(mendsOf(differences)).toEqual(['write', 'warning']);
    expect(writesOf(differences).map(({ kind }) => kind)).toEqual(['delete-snapshot', 'delete-snapshot']);
    for (const said of ['ami-dead', 'ec2:DeregisterImage', reason.code, 'It is protected.', 'Lift that.']) {
      expect(differences[1]?.found).toContain(said);
    }
  });

  it('tells of snapshots that somebody may want, with the command, and touches none', () => {
    const unclaimed = [left('snap-7', 1), left('snap-8', 1)];
    const differences = tidy(
      target(),
      holding({}, { remains: { ...full, images: [], snapshots: [], unclaimed } }),
    );
    expect(mendsOf(differences)).toEqual(['warning']);
    expect(differences[0]?.found).toContain('snap-7, snap-8');
    expect(differences[0]?.found).toContain(
      'aws ec2 delete-snapshot --region eu-west-1 --snapshot-id snap-7',
    );
  });
});
