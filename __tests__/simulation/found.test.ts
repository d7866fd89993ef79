import { describe, expect, it } from '@jest/globals';
import type { Changes } from '../support/organization.ts';
import { consumer, prod } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { roles } from './draw-world.ts';
import type { Act, History, Step } from './history.ts';
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

  it('a rollback at the end of a step does so too', async () => {
    const failing = step({
      accounts: `prod=${prod}`,
      'rollback-on': 'failure',
      'keep-source-access': 'true',
    });
    expect(await violationsOf([failing], { faults: [{ action: 'ec2:CopyImage', do: 'fail-copy' }] })).toEqual(
      [],
    );
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

  it('tokens of dead copies, however many, keep no later run from promoting', async () => {
    const failing = step({ 'rollback-on': 'failure' });
    const again = ['1002', '1003', '1004'].map((runId) => ({ ...failing, runId, process: `0000${runId}` }));
    const faults = [{ action: 'ec2:CopyImage', do: 'fail-copy' }];
    expect(await violationsOf([failing, ...again], { faults })).toEqual([]);
  });

  it('a copy that is awaited is looked for also while the source has to be opened again', async () => {
    const pull = { accounts: `prod=${prod}`, 'poll-seconds': '60' };
    const starting = step({ ...pull, 'wait-minutes': '0' });
    const next = step(pull, { runId: '1002', process: '0000bbbb' });
    const closing = { when: 'CopyImage', what: { kind: 'close-source', account: prod } } as const;
    const switches = { 'visibility-lag-seconds': 280, 'attribute-lag-seconds': 290 };
    const acts: readonly Act[] = [
      { kind: 'run', steps: [starting] },
      { kind: 'run', steps: [next], meanwhile: closing },
    ];
    expect(await violationsIn(acts, next.given, { switches })).toEqual([]);
  });
});

describe('held by simulation', () => {
  it('a rollback never removes the copy of another run that a token led to', async () => {
    const starting = step({ 'wait-minutes': '0' });
    const dying = step(
      { 'rollback-on': 'failure' },
      { runId: '1002', process: '0000bbbb', end: { kind: 'killed-writing', atLine: 2 } },
    );
    const switches = { 'visibility-lag-seconds': 20 };
    expect(await violationsOf([starting, dying], { switches })).toEqual([]);
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
function violationsOf(steps: readonly Step[], world: Changes = {}): Promise<readonly string[]> {
  const { 'rollback-on': _rollback, 'keep-source-access': _access, ...last } = steps.at(-1)?.given ?? given;
  const acts = steps.map((one): Act => ({ kind: 'run', steps: [one] }));
  return violationsIn(acts, last, world);
}

async function violationsIn(acts: readonly Act[], last: Inputs, world: Changes): Promise<readonly string[]> {
  const history: History = {
    seed: 1,
    world: { copying: { seconds: 60 }, ...world, roles },
    acts,
    last,
    impossible: [],
  };
  return (await play(history)).violations;
}
