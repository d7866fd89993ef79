import { describe, expect, it } from '@jest/globals';
import { compare } from '../../src/aspects/compare.ts';
import { reservations } from '../../src/aspects/reservations.ts';
import type { Facts, Observation } from '../../src/model/observation.ts';
import type { Target } from '../../src/model/promotion.ts';
import {
  account,
  copy,
  facts,
  holding,
  image,
  observation,
  snapshot,
  source,
  sourceId,
  target,
} from '../support/builders.ts';
import { codesOf, mendsOf, saidOf, writesOf } from '../support/differences.ts';
import { failure } from '../support/outcomes.ts';

const now = observation().at;

function deprecatedAt(ms: number): Partial<Target> {
  return { source: source({ image: image({ deprecated: new Date(ms).toISOString() }) }) };
}

function consumers(count: number): Partial<Target> {
  return {
    consumers: Array.from({ length: count }, (_, index) => account(String(100_000_000_000 + index))),
  };
}

/** Five snapshots of so much data, each below its own limit. */
function timed(dataGiB: number | undefined, completionMinutes: number | undefined): Partial<Target> {
  const ids = ['snap-1', 'snap-2', 'snap-3', 'snap-4', 'snap-5'];
  return {
    source: source({ snapshots: ids.map((id) => snapshot({ id, sizeGiB: 400, dataGiB })) }),
    completionMinutes,
  };
}

function knowing(over: Partial<Facts>): Observation {
  return observation({ facts: facts(over) });
}

const unread = {
  failure: failure({ action: 'ec2:GetAllowedImagesSettings', code: 'UnauthorizedOperation' }),
};
const examples: Readonly<Record<string, { wanted?: Partial<Target>; seen?: Observation; found: string }>> = {
  'a source that is deprecated': {
    wanted: deprecatedAt(now),
    found: `${sourceId} is deprecated since 2026-11-21T09:00:00.000Z`,
  },
  'as many copies under way as AWS takes': {
    seen: knowing({ pendingImages: { value: 300 } }),
    found: '300: this copy waits until one of them has ended',
  },
  'more consumers than AWS takes': {
    wanted: consumers(1001),
    found: '1001: sharing fails unless that account has a higher limit',
  },
  'snapshots that together take longer': {
    wanted: timed(400, 15),
    found:
      'that takes 2276 MiB/s, and AWS gives 2000 MiB/s from one Region to another unless it was raised: the copy ends later',
  },
  'Allowed AMIs that could not be read': {
    seen: knowing({ allowedImages: unread }),
    found: 'not readable (UnauthorizedOperation from ec2:GetAllowedImagesSettings)',
  },
  'a block of public access that could not be read': {
    seen: knowing({ publicSharing: unread }),
    found: 'not readable (UnauthorizedOperation from ec2:GetAllowedImagesSettings)',
  },
  'copies under way that could not be counted': {
    seen: knowing({ pendingImages: unread }),
    found: 'not readable (UnauthorizedOperation from ec2:GetAllowedImagesSettings)',
  },
};

describe('worth knowing before a copy', () => {
  it.each(Object.entries(examples))('is %s', (_, { wanted, seen = observation(), found }) => {
    const said = reservations(target(wanted), seen);
    expect(said).toMatchObject([{ aspect: 'present', found, mend: { kind: 'warning' } }]);
    expect(said[0]?.wanted).toMatch(/^\w.*\w$/);
    expect(saidOf(said)).toEqual([expect.stringMatching(/^[A-Z\d].*\.$/)]);
  });

  it.each(Object.entries(examples))('and no reason not to make it: %s', (_, { wanted, seen }) => {
    const differences = compare(target(wanted), seen ?? observation());
    expect(codesOf(differences)).toEqual([]);
    expect(writesOf(differences).map(({ kind }) => kind)).toEqual(['copy-image']);
    expect(mendsOf(differences)).toEqual(['write', 'warning']);
  });

  it('is everything of it together, and beside what forbids the copy', () => {
    const wanted = target({ ...deprecatedAt(now - 1), ...consumers(1001), name: '#' });
    const seen = knowing({ pendingImages: { value: 1000 }, publicSharing: unread });
    expect(mendsOf(compare(wanted, seen))).toEqual(['never', 'warning', 'warning', 'warning', 'warning']);
  });

  it('is nothing where nothing is out of the ordinary', () => {
    expect(reservations(target(), observation())).toEqual([]);
    const ordinary = knowing({
      pendingImages: { value: 299 },
      publicSharing: { value: 'allowed' },
      allowedImages: { value: { state: 'disabled', criteria: [] } },
    });
    expect(reservations(target({ ...consumers(1000), ...deprecatedAt(now + 1) }), ordinary)).toEqual([]);
  });

  it('is no rate where no time is asked for, nor where the data fits it', () => {
    expect(reservations(target(timed(400, undefined)), observation())).toEqual([]);
    expect(reservations(target(timed(400, 30)), observation())).toEqual([]);
    expect(reservations(target(timed(351, 15)), observation())).toEqual([]);
    expect(reservations(target(timed(352, 15)), observation())).toHaveLength(1);
  });

  it('is the size of the volumes where AWS does not tell how much data they hold', () => {
    expect(reservations(target(timed(undefined, 15)), observation())).toHaveLength(1);
  });

  it('is nothing once there is a copy, or one on its way', () => {
    const wanted = target(deprecatedAt(now - 1));
    expect(mendsOf(compare(wanted, holding()))).toEqual([]);
    expect(mendsOf(compare(wanted, holding({ image: copy({ state: 'pending' }), snapshots: [] })))).toEqual([
      'wait',
    ]);
  });
});
