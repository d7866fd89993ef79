import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  attemptOf,
  choose,
  isDead,
  isSource,
  nextAttempt,
  type Relatives,
  sort,
} from '../../src/aspects/selection.ts';
import type { Image, ImageState } from '../../src/model/image.ts';
import type { Attempts } from '../../src/model/observation.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  accounts,
  attempts,
  birthTags,
  copy,
  copyId,
  image,
  owner,
  source,
  sourceId,
  target,
} from '../support/builders.ts';

const origin = source().origin;
const nobody: Relatives = new Map();

/** The image that the stranger is, of this origin. */
const known = (of: string): Relatives => new Map([[stranger.imageId, { origin: of, copyOf: undefined }]]);
const stranger = { imageId: 'ami-0aaaaaaaaaaaaaaaa', region: 'us-east-1' };
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
const dead: readonly ImageState[] = ['invalid', 'deregistered', 'failed', 'error'];

function sorted(
  one: Image,
  run: Attempts = attempts(),
  relatives = nobody,
): 'ours' | 'candidate' | 'neither' {
  const { ours, candidates } = sort([one], target(), relatives, run);
  return ours.includes(one) ? 'ours' : candidates.includes(one) ? 'candidate' : 'neither';
}

describe('ours is', () => {
  it('an image of the owner with our source tag and a lineage that names the source', () => {
    expect(sorted(copy())).toBe('ours');
  });

  it.each(states)('such an image whatever its state: %s', (state) => {
    expect(sorted(copy({ state }))).toBe('ours');
  });

  it('a copy of a copy of the same origin', () => {
    const relatives = known(origin);
    expect(sorted(copy({ lineage: stranger }), attempts(), relatives)).toBe('ours');
  });

  it.each([
    ['of the source', sourceId],
    ['of an image that nobody knows', 'ami-0eeeeeeeeeeeeeeee'],
    ['of something that AWS does not tell', undefined],
  ])('a copy of a copy without our tag: %s', (_what, copyOf) => {
    const relatives = new Map([[stranger.imageId, { origin: undefined, copyOf }]]);
    expect(sorted(copy({ lineage: stranger }), attempts(), relatives)).toBe('ours');
    const untagged = sorted(copy({ tags: {}, lineage: stranger }), attempts(), relatives);
    expect(untagged).toBe(copyOf === sourceId ? 'candidate' : 'neither');
  });

  it('a copy of the origin itself, when the source is a copy too', () => {
    const nearer = source({ image: image({ id: 'ami-0bbbbbbbbbbbbbbbb' }), origin });
    const { ours } = sort([copy()], target({ source: nearer }), nobody, attempts());
    expect(ours).toHaveLength(1);
  });

  it('a tagged copy without a recorded lineage', () => {
    expect(sorted(copy({ lineage: undefined }))).toBe('ours');
  });

  it('a tagged copy that is pending, whose lineage is not looked at yet', () => {
    const relatives = known('other/us-east-1/ami-0');
    expect(sorted(copy({ state: 'pending', lineage: stranger }), attempts(), relatives)).toBe('ours');
  });

  it('the copy that our ClientToken answered with, even without tags', () => {
    const asked = { imageId: copyId, attempt: 1, since: 0 };
    expect(sorted(copy({ tags: {} }), attempts({ asked }))).toBe('ours');
  });
});

describe('not ours is', () => {
  it('an available image with our tag, but made from an image of another origin', () => {
    const relatives = known(`${accounts.home}/us-east-1/${stranger.imageId}`);
    expect(sorted(copy({ lineage: stranger }), attempts(), relatives)).toBe('neither');
  });

  it('a copy of another origin', () => {
    const tags = { ...birthTags(), [ownTags.source]: `${accounts.home}/us-east-1/ami-0cccccccccccccccc` };
    expect(sorted(copy({ tags, lineage: stranger }))).toBe('neither');
  });

  it('an image of another account, whatever its tags', () => {
    expect(sorted(copy({ account: accounts.eu }))).toBe('neither');
  });

  it('an image of another Region', () => {
    expect(sorted(copy({ region: 'eu-central-1' }))).toBe('neither');
  });

  it('an image that only has the name', () => {
    expect(sorted(copy({ tags: {}, lineage: undefined }))).toBe('neither');
  });

  it('an untagged copy while this run only knows of a mismatch', () => {
    const asked = { imageId: undefined, attempt: 1, since: 0 };
    expect(sorted(copy({ tags: {}, lineage: undefined }), attempts({ asked }))).toBe('neither');
  });
});

describe('a candidate', () => {
  it('has the right lineage, but not our tag', () => {
    expect(sorted(copy({ tags: {} }))).toBe('candidate');
  });

  it.each([sourceId, 'ami-0bbbbbbbbbbbbbbbb'])('names the source or its origin: %s', (imageId) => {
    const nearer = source({ image: image({ id: 'ami-0bbbbbbbbbbbbbbbb' }), origin });
    const found = copy({ tags: {}, lineage: { imageId, region: 'us-east-1' } });
    expect(sort([found], target({ source: nearer }), nobody, attempts()).candidates).toEqual([found]);
  });

  it('may also have its lineage from a relative', () => {
    const relatives = known(origin);
    expect(sorted(copy({ tags: {}, lineage: stranger }), attempts(), relatives)).toBe('candidate');
  });

  it('is never the source itself', () => {
    const here = image({ lineage: { imageId: sourceId, region: 'us-east-1' } });
    const { candidates } = sort([here], inSourcePlace, nobody, attempts());
    expect(candidates).toEqual([]);
  });

  it('is never one of ours', () => {
    const images = fc.array(
      fc.record({
        id: fc.constantFrom(copyId, sourceId, stranger.imageId),
        account: fc.constantFrom(accounts.home, accounts.prod),
        region: fc.constantFrom('us-east-1', 'eu-west-1'),
        state: fc.constantFrom(...states),
        tags: fc.constantFrom({}, birthTags(), { [ownTags.source]: 'other' }),
        lineage: fc.constantFrom(undefined, stranger, { imageId: sourceId, region: 'us-east-1' }),
        name: fc.constantFrom(undefined, target().name, 'other'),
      }),
    );
    fc.assert(
      fc.property(images, (some) => {
        const all = some.map((over) => image(over));
        const { ours, candidates } = sort(all, target(), nobody, attempts());
        expect(candidates.filter((one) => ours.includes(one))).toEqual([]);
        const owned = all.filter((one) => one.account === accounts.prod && one.region === 'eu-west-1');
        expect(owned).toEqual(expect.arrayContaining([...ours, ...candidates]));
        const renamed = all.map((one) => ({ ...one, name: 'renamed' }));
        const again = sort(renamed, target(), nobody, attempts());
        expect([again.ours.length, again.candidates.length]).toEqual([ours.length, candidates.length]);
      }),
    );
  });
});

describe('the chosen image', () => {
  const one = (id: string, state: ImageState, created = '2026-11-21T09:00:00.000Z') =>
    copy({ id: `ami-${id}`, state, created });

  it('is the available one rather than one on its way, and that rather than a disabled one', () => {
    const [ready, moving, off] = [one('1', 'available'), one('2', 'pending'), one('3', 'disabled')];
    expect(choose([off, moving, ready], attempts())).toBe(ready);
    expect(choose([off, moving], attempts())).toBe(moving);
    expect(choose([off, one('4', 'failed')], attempts())).toBe(off);
    expect(choose([one('5', 'transient'), off], attempts())?.state).toBe('transient');
  });

  it('is the oldest, so that every run chooses the same', () => {
    const older = one('9', 'available', '2026-11-20T09:00:00.000Z');
    expect(choose([one('1', 'available'), older], attempts())).toBe(older);
  });

  it('is none where all are dead and this run asked for none', () => {
    expect(
      choose(
        dead.map((state, index) => one(String(index), state)),
        attempts(),
      ),
    ).toBeUndefined();
  });

  it('is the dead one that this run asked for and watched fail', () => {
    const failed = one('1', 'failed');
    const asked = { imageId: failed.id, attempt: 1, since: Date.parse(failed.created) };
    expect(choose([failed], attempts({ made: 1, asked }))).toBe(failed);
  });

  it('is not a copy that failed long before this run asked: a token answers with what it made first', () => {
    const failed = one('1', 'failed');
    const asked = { imageId: failed.id, attempt: 1, since: Date.parse(failed.created) + 3_600_000 };
    expect(choose([failed], attempts({ made: 1, asked }))).toBeUndefined();
  });

  const ids = ['ami-1', 'ami-2', 'ami-3', 'ami-4'];
  const created = fc.constantFrom('2026-11-20T09:00:00.000Z', '2026-11-21T09:00:00.000Z', '');
  const someOurs = fc.uniqueArray(
    fc.record({ id: fc.constantFrom(...ids), state: fc.constantFrom(...states), created }),
    { selector: ({ id }) => id },
  );
  const anyAttempts = fc.record({
    made: fc.nat({ max: 3 }),
    watched: fc.option(fc.constantFrom(...ids), { nil: undefined }),
    asked: fc.option(
      fc.record({
        imageId: fc.option(fc.constantFrom(...ids), { nil: undefined }),
        attempt: fc.integer({ min: 1, max: 4 }),
        since: fc.constantFrom(0, Date.UTC(2026, 10, 20, 9), Date.UTC(2026, 10, 22)),
      }),
      { nil: undefined },
    ),
    asks: fc.constant(1),
    removed: fc.constant([]),
    untidied: fc.constant(new Map()),
  });

  it('is never dead unless this run asked for it or watched it, and nothing else lives', () => {
    fc.assert(
      fc.property(someOurs, anyAttempts, (some, run) => {
        const ours = some.map((over) => copy(over));
        const choice = choose(ours, run);
        if (choice !== undefined && isDead(choice)) {
          expect([run.asked?.imageId, run.watched]).toContain(choice.id);
          expect(ours.every(isDead)).toBe(true);
        }
        if (choice === undefined) {
          expect(ours.every(isDead)).toBe(true);
        }
        if (ours.some(({ state }) => state === 'available')) {
          expect(choice?.state).toBe('available');
        }
      }),
    );
  });

  it('is the same in whatever order AWS answers', () => {
    fc.assert(
      fc.property(someOurs, anyAttempts, (some, run) => {
        const ours = some.map((over) => copy(over));
        expect(choose([...ours].reverse(), run)?.id).toBe(choose(ours, run)?.id);
      }),
    );
  });
});

describe('the next attempt', () => {
  const failed = (attempt: number, state: ImageState = 'failed') =>
    copy({ id: `ami-${attempt}`, state, tags: birthTags(attempt) });

  it('is the first where nothing is ours', () => {
    expect(nextAttempt([], attempts())).toBe(1);
  });

  it.each(dead)('is one more than the highest that ended as %s', (state) => {
    expect(nextAttempt([failed(4, state), failed(2, state)], attempts())).toBe(5);
  });

  it('does not count one that lives', () => {
    expect(nextAttempt([failed(1), failed(7, 'pending'), failed(9, 'available')], attempts())).toBe(2);
  });

  it('counts a copy that was asked for as that attempt, also when it lost its tags', () => {
    const asked = { imageId: 'ami-lost', attempt: 2, since: 0 };
    const lost = copy({ id: 'ami-lost', state: 'failed', tags: {} });
    expect(nextAttempt([failed(1), lost], attempts({ made: 1, asked }))).toBe(3);
  });

  it.each(['', '0', '-1', '1.5', 'two'])('takes an attempt tag of "%s" for the first attempt', (tag) => {
    expect(attemptOf(copy({ tags: { [ownTags.attempt]: tag } }))).toBe(1);
  });

  it('takes a lost attempt tag for the first attempt', () => {
    expect(attemptOf(copy({ tags: {} }))).toBe(1);
  });
});

describe('the source image', () => {
  it('is known by id and Region', () => {
    expect(isSource(image(), target())).toBe(true);
    expect(isSource(copy(), target())).toBe(false);
    expect(isSource(image({ region: 'eu-west-1' }), target())).toBe(false);
  });
});

const inSourcePlace = target({ owner: owner('home'), region: 'us-east-1', pull: undefined });
