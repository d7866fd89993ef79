import { describe, expect, it } from '@jest/globals';
import { writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { ranks } from '../support/denials.ts';
import {
  Chance,
  changesOf,
  type Draft,
  draftOf,
  inputsOf,
  isInPlace,
  type Spot,
  storyOf,
} from '../support/drafts.ts';
import type { Misconfiguration } from '../support/misconfiguration.ts';
import { contradictionsOf, misconfigure } from '../support/misconfigurations.ts';
import { home } from '../support/organization.ts';
import { type Row, rowsOf } from '../support/preflight-docs.ts';
import type { InProcess } from '../support/promotion.ts';
import { scenario } from '../support/scenario.ts';

/** How many worlds are played, and from which seed: one alone with MISCONFIGURATIONS=1 MISCONFIGURATIONS_FROM=63. */
const worlds = Number(process.env.MISCONFIGURATIONS ?? '80');
const first = Number(process.env.MISCONFIGURATIONS_FROM ?? '1');

/** What docs/preflight.md says cannot be known before the first write. */
const unknowable = rowsOf('unchecked');

interface Case {
  readonly draft: Draft;
  readonly wrongs: readonly Misconfiguration[];
}

/** Every fifth world has nothing wrong in it but what its inputs contradict. */
function caseOf(seed: number): Case {
  const chance = new Chance(seed);
  const draft = draftOf(seed, chance);
  const wrongs = seed % 5 === 0 ? [] : misconfigure(draft, chance);
  return { draft, wrongs: [...contradictionsOf(draft), ...wrongs] };
}

/** What is played, for whoever reads a failing case. */
function titleOf({ draft, wrongs }: Case): string {
  return `${storyOf(draft)}; wrong: ${wrongs.map(({ name }) => name).join(', ') || 'nothing'}`;
}

function spotOf({ target }: Outcome): Spot {
  return { account: target.owner.id, region: target.region };
}

function effectsAt({ wrongs }: Case, spot: Spot) {
  return wrongs.flatMap((wrong) => {
    const effects = [wrong.effectAt(spot), wrong.alsoAt?.(spot)];
    return effects.flatMap((effect) => effect ?? []);
  });
}

function failuresOf(outcome: Outcome) {
  return outcome.state === 'failed' ? [outcome.failure, ...outcome.others] : [];
}

/** Whether the run changed something for a target: made its copy, changed what is there, or opened the source to it. */
function wasBegun(world: World, { account, region }: Spot): boolean {
  return writesIn(world).some(
    (call) =>
      (call.account === account && call.region === region) ||
      (account !== home && JSON.stringify(call.params).includes(account)),
  );
}

/** What must be told of a place: all problems of the earliest rank, which hide the later ones. */
function mustBeTold(effects: readonly { readonly rank: number; readonly code: string }[]) {
  const known = effects.filter(({ rank }) => rank < ranks.later);
  const earliest = Math.min(...known.map(({ rank }) => rank));
  return known.filter(({ rank }) => rank === earliest).map(({ code }) => code);
}

function expectOutcome(played: Case, outcome: Outcome, step: InProcess, world: World): void {
  const spot = spotOf(outcome);
  const effects = effectsAt(played, spot);
  const told = failuresOf(outcome).map(({ code }) => code);
  const due = mustBeTold(effects);
  const isLater = outcome.state === 'failed' && wasBegun(world, spot) && due.length === 0;
  if (due.length > 0) {
    expect([spot, outcome.state]).toEqual([spot, 'failed']);
    expect([spot, told]).toEqual([spot, expect.arrayContaining(due)]);
    // The source is known to be in its place only once its key is known: else it is judged as a missing copy.
    const known = isInPlace(played.draft, spot) ? told : effects.map(({ code }) => code);
    expect([spot, known]).toEqual([spot, expect.arrayContaining(told)]);
  } else if (isLater) {
    expect([spot, effects.map(({ rank }) => rank)]).toEqual([spot, expect.arrayContaining([ranks.later])]);
    const unexplained = failuresOf(outcome).filter(
      (failure) => !unknowable.some((row) => fits(row, failure)),
    );
    expect([spot, unexplained]).toEqual([spot, []]);
  } else if (step.result.stopped) {
    expect([spot, outcome.state]).toEqual([spot, expect.stringMatching(/^(skipped|unchanged|pending)$/)]);
  } else {
    expect([spot, outcome]).toEqual([
      spot,
      expect.objectContaining({ state: expect.stringMatching(/^(promoted|unchanged)$/) }),
    ]);
  }
}

function fits(row: Row, { code, action }: { readonly code: string; readonly action: string }): boolean {
  return row.code === code && row.calls.includes(action);
}

/** Where the sources cannot be read there are no targets: accounts and Regions are told beside it. */
function expectNoTargets(played: Case, step: InProcess, spots: readonly Spot[]): void {
  const told = step.result.failures.map(({ code }) => code);
  for (const spot of spots) {
    const effects = effectsAt(played, spot);
    const isHidden = spot.account === home && effects.some(({ rank }) => rank <= ranks.homeRegions);
    const own = effects.filter(({ rank }) => !isHidden && (rank === ranks.session || rank === ranks.region));
    expect([spot, told]).toEqual([spot, expect.arrayContaining(mustBeTold(effects))]);
    expect([spot, told]).toEqual([spot, expect.arrayContaining(mustBeTold(own))]);
  }
  const known = spots.flatMap((spot) => effectsAt(played, spot)).map(({ code }) => code);
  expect(known).toEqual(expect.arrayContaining(told));
}

async function play(seed: number): Promise<void> {
  const played = caseOf(seed);
  const at = scenario(changesOf(played.draft));
  for (const { spoil } of played.wrongs) {
    spoil(at.world);
  }
  const step = await at.run(inputsOf(played.draft));
  const { outcomes, stopped } = step.result;
  if (step.failure !== undefined) {
    const { placements } = step.promotion;
    expectNoTargets(
      played,
      step,
      placements.map(({ owner, region }) => ({ account: owner.id, region })),
    );
  }
  for (const outcome of outcomes) {
    expectOutcome(played, outcome, step, at.world);
  }
  const required = outcomes.filter(({ target }) => target.required);
  const isHopeless = required.some((outcome) => mustBeTold(effectsAt(played, spotOf(outcome))).length > 0);
  expect(stopped).toBe(isHopeless && played.draft.failures === 'stop');
  expect(stopped || step.failure !== undefined ? writesIn(at.world) : []).toEqual([]);
  expect(at.world.complaints).toEqual([]);
  const said = JSON.stringify([step.lines, step.result]);
  const secrets = [...at.world.secrets, ...step.tokens];
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
}

describe('a world at random', () => {
  const seeds = Array.from({ length: worlds }, (_, index) => first + index);
  it.each(seeds.map((seed) => ({ seed, story: titleOf(caseOf(seed)) })))(
    'of seed $seed is told as it is, and what passes preflight is promoted: $story',
    ({ seed }) => play(seed),
  );
});
