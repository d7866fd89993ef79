import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clientToken, present } from '../../src/aspects/present.ts';
import type { ImageState } from '../../src/model/image.ts';
import { visibilityLagMs } from '../../src/model/lags.ts';
import type { Attempts, Observation } from '../../src/model/observation.ts';
import { placeOf } from '../../src/model/promotion.ts';
import { ownTags } from '../../src/model/tags.ts';
import {
  accounts,
  attempts,
  birthTags,
  copy,
  copyId,
  holding,
  image,
  observation,
  owner,
  source,
  sourceId,
  target,
} from '../support/builders.ts';
import { codesOf, mendsOf, writesOf } from '../support/differences.ts';

const now = observation().at;
const minute = 60_000;

function askedFor(
  imageId: string | undefined,
  ago: number,
  over: Partial<Attempts> = {},
  attempt = 1,
): Attempts {
  return attempts({ made: 1, asked: { imageId, attempt, since: now - ago }, ...over });
}

/** The attempts that are asked for. */
function attemptsOf(seen: Observation): readonly number[] {
  return writesOf(present(target(), seen)).flatMap((write) =>
    write.kind === 'copy-image' ? [write.attempt] : [],
  );
}

const dead = (attempt: number, state: ImageState = 'failed') =>
  copy({ id: `ami-dead-${attempt}`, state, name: undefined, tags: birthTags(attempt) });

describe('where an image is chosen', () => {
  it.each<ImageState>(['available', 'pending', 'disabled', 'failed'])('nothing is copied: %s', (state) => {
    expect(present(target(), holding({ image: copy({ state }) }))).toEqual([]);
  });

  it('nothing is copied, however long ago it was asked for', () => {
    expect(present(target(), holding({}, { attempts: askedFor(copyId, 60 * minute) }))).toEqual([]);
  });
});

describe('where nothing is', () => {
  it('one copy is made, with everything that was decided for it', () => {
    const wanted = target({
      birthTags: { image: { Name: 'web', team: 'a' }, snapshots: { team: 'a' } },
      tags: { team: 'a' },
    });
    expect(writesOf(present(wanted, observation()))).toEqual([
      {
        kind: 'copy-image',
        place: { account: accounts.prod, region: 'eu-west-1' },
        source: { imageId: sourceId, region: 'us-east-1' },
        name: wanted.name,
        description: wanted.description,
        keyArn: observation().key?.arn,
        tags: {
          image: { Name: 'web', team: 'a', [ownTags.attempt]: '1' },
          snapshots: { team: 'a', [ownTags.attempt]: '1' },
        },
        token: clientToken(wanted, 1),
        attempt: 1,
      },
    ]);
  });

  it('the copy stays unencrypted where no key is wanted', () => {
    const [write] = writesOf(
      present(target({ key: { kind: 'none' } }), observation({ key: undefined, encryptsByDefault: false })),
    );
    expect(write).toMatchObject({ kind: 'copy-image', keyArn: undefined });
  });

  it('a candidate is not in the way, even with the wanted name', () => {
    const candidate = copy({ tags: {}, name: target().name });
    expect(attemptsOf(observation({ candidates: [candidate], namesakes: [candidate] }))).toEqual([1]);
  });

  it('no copy is made as long as anything forbids it', () => {
    const differences = present(target({ name: '#' }), observation());
    expect(mendsOf(differences)).toEqual(['never']);
  });
});

describe('where ours failed before', () => {
  it.each<ImageState>(['failed', 'error', 'invalid', 'deregistered'])(
    'the next attempt is made: %s',
    (state) => {
      expect(attemptsOf(observation({ ours: [dead(1, state), dead(2, state)] }))).toEqual([3]);
    },
  );

  it('the next attempt has its own token and tag', () => {
    const [write] = writesOf(present(target(), observation({ ours: [dead(1)] })));
    expect(write).toMatchObject({
      token: clientToken(target(), 2),
      tags: { image: { [ownTags.attempt]: '2' }, snapshots: { [ownTags.attempt]: '2' } },
    });
  });
});

describe('a copy that was asked for and is not visible', () => {
  it('is awaited for 5 minutes', () => {
    expect(visibilityLagMs).toBe(5 * minute);
    const seen = observation({ attempts: askedFor(copyId, 5 * minute - 1) });
    expect(mendsOf(present(target(), seen))).toEqual(['wait']);
    expect(present(target(), seen)[0]?.found).toContain(copyId);
  });

  it('is then given up for the next attempt', () => {
    expect(attemptsOf(observation({ attempts: askedFor(copyId, 5 * minute) }))).toEqual([2]);
  });

  it('is awaited whatever has come to forbid another one', () => {
    const seen = observation({ attempts: askedFor(copyId, minute), namesakes: [copy({ tags: {} })] });
    expect(mendsOf(present(target(), seen))).toEqual(['wait']);
  });

  it('is awaited too where AWS said only that the parameters do not match', () => {
    expect(mendsOf(present(target(), observation({ attempts: askedFor(undefined, minute) })))).toEqual([
      'wait',
    ]);
    expect(attemptsOf(observation({ attempts: askedFor(undefined, 5 * minute) }))).toEqual([2]);
  });

  it('counts on from earlier runs: theirs failed, ours never appeared', () => {
    const seen = observation({ ours: [dead(1), dead(2)], attempts: askedFor(copyId, 5 * minute, {}, 3) });
    expect(attemptsOf(seen)).toEqual([4]);
  });
});

describe('a copy that was asked for and turned out dead', () => {
  it('makes way for the next attempt at once', () => {
    const seen = observation({ ours: [dead(1)], attempts: askedFor('ami-dead-1', 1_000) });
    expect(attemptsOf(seen)).toEqual([2]);
  });

  it('makes way after a mismatch of parameters too', () => {
    expect(attemptsOf(observation({ ours: [dead(1)], attempts: askedFor(undefined, 1_000) }))).toEqual([2]);
  });
});

describe('a run', () => {
  it('asks for three copies at most', () => {
    const third = observation({ attempts: askedFor(copyId, 5 * minute, { made: 2 }, 2) });
    expect(attemptsOf(third)).toEqual([3]);
    const fourth = observation({ attempts: askedFor(copyId, 5 * minute, { made: 3 }, 3) });
    expect(codesOf(present(target(), fourth))).toEqual(['CopyNeverAppeared']);
    expect(writesOf(present(target(), fourth))).toEqual([]);
  });

  it('still waits for the third', () => {
    const seen = observation({ attempts: askedFor(copyId, 5 * minute - 1, { made: 3 }, 3) });
    expect(mendsOf(present(target(), seen))).toEqual(['wait']);
  });

  it('counts its own attempts only, not those of earlier runs', () => {
    expect(attemptsOf(observation({ ours: [dead(1), dead(2), dead(3), dead(4)] }))).toEqual([5]);
  });

  it('never asks twice for the same attempt, nor for an attempt that is known to be dead', () => {
    const facts = fc.record({
      ours: fc.uniqueArray(fc.integer({ min: 1, max: 6 })),
      made: fc.nat({ max: 4 }),
      asked: fc.option(
        fc.record({
          imageId: fc.constantFrom(undefined, copyId),
          attempt: fc.integer({ min: 1, max: 6 }),
          since: fc.integer({ min: now - 10 * minute, max: now }),
        }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(facts, ({ ours, made, asked }) => {
        const seen = observation({
          ours: ours.map((attempt) => dead(attempt)),
          attempts: attempts({ made, asked }),
        });
        const differences = present(target(), seen);
        expect(differences).toHaveLength(1);
        const asks = attemptsOf(seen);
        expect(asks.length).toBeLessThanOrEqual(made < 3 ? 1 : 0);
        for (const attempt of asks) {
          expect(attempt).toBeGreaterThan(Math.max(0, asked?.attempt ?? 0, ...ours));
        }
      }),
    );
  });
});

describe('the ClientToken', () => {
  it('never changes, or a re-run of an older version would copy everything again', () => {
    expect(clientToken(target(), 1)).toBe('95b52b8753fd4e2175972aba9d229ba7db52aedcd736ec2ab11b9cf36b512e2c');
  });

  it('is what AWS takes: 64 ASCII characters at most', () => {
    expect(clientToken(target(), 1)).toMatch(/^[0-9a-f]{64}$/);
  });

  const identities = fc.record({
    origin: fc.constantFrom(
      source().origin,
      `${accounts.home}/us-east-1/ami-1`,
      `${accounts.home}/us-east-1/ami-11`,
    ),
    owner: fc.constantFrom('home' as const, 'prod' as const, 'eu' as const),
    region: fc.constantFrom('us-east-1', 'eu-west-1', 'eu-west-11'),
    attempt: fc.integer({ min: 1, max: 12 }),
  });
  const whims = fc.record({ name: fc.string(), description: fc.string(), key: fc.string(), id: fc.string() });
  type Identity = typeof identities extends fc.Arbitrary<infer T> ? T : never;
  type Whim = typeof whims extends fc.Arbitrary<infer T> ? T : never;

  const tokenOf = (who: Identity, whim: Whim) =>
    clientToken(
      target({
        source: source({ key: whim.key, image: image({ id: whim.id }), origin: who.origin }),
        owner: owner(who.owner, { name: whim.name }),
        region: who.region,
        name: whim.name,
        description: whim.description,
        key: { kind: 'named', key: whim.key },
        tags: { whim: whim.name },
        pull: undefined,
        required: whim.name === '',
      }),
      who.attempt,
    );

  it('depends on nothing but origin, owner, Region and attempt', () => {
    fc.assert(
      fc.property(identities, whims, whims, (who, one, other) => {
        expect(tokenOf(who, one)).toBe(tokenOf(who, other));
      }),
    );
  });

  it('depends on each of them', () => {
    fc.assert(
      fc.property(identities, identities, whims, (one, other, whim) => {
        const same =
          one.origin === other.origin &&
          one.owner === other.owner &&
          one.region === other.region &&
          one.attempt === other.attempt;
        expect(tokenOf(one, whim) === tokenOf(other, whim)).toBe(same);
      }),
    );
  });

  it('is that of the place where the copy shall be', () => {
    const wanted = target();
    const [write] = writesOf(present(wanted, observation()));
    expect(write?.place).toEqual(placeOf(wanted));
    expect(write).toMatchObject({ token: clientToken(wanted, 1) });
  });
});
