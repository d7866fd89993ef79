import { describe, expect, it } from '@jest/globals';
import { imagesIn, liveImagesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { type Changes, consumer, home, prod, sourceId } from '../support/organization.ts';
import { type Scenario, scenario, toldByPlace } from '../support/scenario.ts';

/** A push and a pull side by side, with tags and sharing: every kind of call is in it. */
const everything = {
  accounts: `home\nprod=${prod}`,
  regions: 'eu-west-1\nus-east-1',
  tags: 'stage=prod',
  'poll-seconds': '30',
};
const places = [
  [home, 'eu-west-1'],
  [prod, 'eu-west-1'],
  [prod, 'us-east-1'],
] as const;

function expectOneCopyEach(world: World): void {
  for (const [account, region] of places) {
    expect([account, region, liveImagesIn(world, account, region).length]).toEqual([account, region, 1]);
  }
  expect(imagesIn(world, home, 'us-east-1').map(({ id }) => id)).toEqual([sourceId]);
  expect(world.complaints).toEqual([]);
}

/** Runs the step once more, under a new run id, and expects everything to be there. */
async function expectRecovery(at: Scenario): Promise<void> {
  const step = await at.run(everything, { runId: '2001' });
  expect(step.failure).toBeUndefined();
  const states = Object.values(toldByPlace(step));
  expect(states).toHaveLength(4);
  expect(states.filter((state) => state !== 'promoted' && state !== 'unchanged')).toEqual([]);
  expectOneCopyEach(at.world);
}

/** Points at which a step may die, spread over the calls of one that runs to its end, the first writes among them. */
const deaths = Array.from({ length: 40 }, (_, index) => Math.round(2.5 * index) + 1);
/** How many random histories of each kind are played; more of them with HISTORIES=1000. */
const histories = Number(process.env.HISTORIES ?? '5');

describe('a step that dies', () => {
  it('does so, in these tests, before it would have ended', async () => {
    const at = scenario({ copying: { seconds: 120 } });
    await at.run(everything);
    const copied = at.world.record.findLastIndex(({ action }) => action === 'CopyImage');
    expect(copied).toBeLessThan(Math.max(...deaths));
    expect(at.world.record.length).toBeGreaterThan(Math.max(...deaths));
  });

  it.each(deaths)('after call %i is finished by the next, without a second copy', async (nth) => {
    const lag = nth % 4 === 1 ? 90 : 0;
    const at = scenario({ copying: { seconds: 120 }, switches: { 'visibility-lag-seconds': lag } });
    const death = new AbortController();
    at.world.onCall = () => {
      if (at.world.record.length >= nth) {
        death.abort();
      }
    };
    await at.run(everything, { signal: death.signal });
    at.world.onCall = () => undefined;
    await expectRecovery(at);
  });
});

/** Everything that AWS may do now and then, at random from a seed. */
function unlucky(seed: number): Changes {
  const often = (action: string, effect: string, probability: number) => ({
    action,
    do: effect,
    probability,
  });
  return {
    seed,
    copying: { seconds: 150 },
    switches: {
      'visibility-lag-seconds': (seed % 4) * 40,
      'attribute-lag-seconds': (seed % 3) * 15,
      lineage: seed % 2 === 0 ? 'present' : 'absent',
      'session-seconds': 900,
    },
    faults: [
      often('*', 'throttle', 0.05),
      often('*', 'server-error', 0.05),
      often('*', 'reset-before', 0.03),
      often('*', 'reset-after', 0.05),
      often('ec2:*', 'expired-token', 0.01),
    ],
  };
}

describe('an unlucky history', () => {
  it.each(Array.from({ length: histories }, (_, index) => index + 1))(
    'of seed %i ends with one copy for each place, two runs at once and a third after them',
    async (seed) => {
      const at = scenario(unlucky(seed));
      await Promise.all(['1001', '1002'].map((runId) => at.run(everything, { runId })));
      at.world.faults.splice(0);
      await expectRecovery(at);
    },
  );

  it.each(Array.from({ length: histories }, (_, index) => index + 10_001))(
    'of seed %i with copies that fail ends with one good copy for each place',
    async (seed) => {
      const at = scenario({
        seed,
        copying: { seconds: 150 },
        faults: [{ action: 'ec2:CopyImage', do: 'fail-copy', probability: 0.5 }],
      });
      await Promise.all(['1001', '1002'].map((runId) => at.run(everything, { runId })));
      await at.run(everything, { runId: '1003' });
      at.world.faults.splice(0);
      await expectRecovery(at);
    },
  );
});

describe('sharing beside crashes', () => {
  it('is finished by the next run', async () => {
    for (const nth of [8, 14, 18, 20, 22]) {
      const at = scenario({ switches: { 'attribute-lag-seconds': 10 } });
      const death = new AbortController();
      at.world.onCall = () => {
        if (at.world.record.length >= nth) {
          death.abort();
        }
      };
      await at.run({ 'share-with': consumer }, { signal: death.signal });
      at.world.onCall = () => undefined;
      await at.run({ 'share-with': consumer }, { runId: '1002' });
      const [copy] = liveImagesIn(at.world, home, 'eu-west-1');
      expect(copy?.launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
    }
  });
});
