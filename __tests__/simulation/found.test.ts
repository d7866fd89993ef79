import { describe, expect, it } from '@jest/globals';
import type { Changes } from '../support/organization.ts';
import { consumer, prod } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { roles } from './draw-world.ts';
import type { History, Step } from './history.ts';
import { play } from './play.ts';

/** Bugs that random histories found, each as the shortest history that shows it. */
describe('found by simulation', () => {
  it('a rollback looks for a copy whose answer was lost until AWS must show it', async () => {
    const lost = step({ 'rollback-on': 'failure' }, { end: { kind: 'killed-writing', atLine: 2 } });
    expect(await violationsOf([lost], { switches: { 'visibility-lag-seconds': 150 } })).toEqual([]);
  });

  it('a permission that AWS shows only minutes later is not given up', async () => {
    const shared = step({ 'share-with': consumer });
    expect(await violationsOf([shared], { switches: { 'attribute-lag-seconds': 290 } })).toEqual([]);
  });

  it('a rollback closes the source also where it was to be kept open', async () => {
    const kept = step(
      { accounts: `prod=${prod}`, 'rollback-on': 'failure', 'keep-source-access': 'true' },
      { end: { kind: 'killed-writing', atLine: 9 } },
    );
    expect(await violationsOf([kept])).toEqual([]);
  });

  it('snapshots of a removed copy are told of beside a copy of the same attempt', async () => {
    const post = { afterSeconds: 1, end: { kind: 'killed-writing', atLine: 3 } } as const;
    const halfUndone = step(
      { 'rollback-on': 'failure' },
      { end: { kind: 'killed-writing', atLine: 2 }, post },
    );
    const switches = {
      'delete-associated-snapshots': 'refused',
      'cancelled-copy-snapshots': 'completed',
      'token-ttl-seconds': 300,
    };
    expect(await violationsOf([halfUndone], { switches })).toEqual([]);
  });
});

const given: Inputs = { regions: 'eu-west-1', 'poll-seconds': '20' };

function step(over: Inputs, more: Partial<Step> = {}): Step {
  return {
    given: { ...given, ...over },
    runId: '1001',
    runAttempt: '1',
    process: '0000aaaa',
    startsAfterSeconds: 0,
    end: { kind: 'by-itself' },
    post: { afterSeconds: 1, end: { kind: 'by-itself' } },
    ...more,
  };
}

/** What was promised and did not hold, when steps are played one after the other and what they ask for is asked again. */
async function violationsOf(steps: readonly Step[], world: Changes = {}): Promise<readonly string[]> {
  const { 'rollback-on': _rollback, 'keep-source-access': _access, ...last } = steps.at(-1)?.given ?? given;
  const history: History = {
    seed: 1,
    world: { copying: { seconds: 60 }, ...world, roles },
    acts: steps.map((one) => ({ kind: 'run', steps: [one] })),
    last,
    impossible: [],
  };
  return (await play(history)).violations;
}
