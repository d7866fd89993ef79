import { describe, expect, it } from '@jest/globals';
import { home, prod, sourceSnapshots, staging } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const snapshots = sourceSnapshots.length;

/** Of each account: a session, whose it is, and its Regions. */
const account = 3;
/** Of the source: image and snapshots; its key only while a copy is missing or an account pulls. */
const source = 2;
/** Who may read the source: image, each snapshot, and the notes on it. */
const access = 2 + snapshots;
/** Of each pulling account: Allowed AMIs, the source's key, and whether it sees image and snapshots. */
const sight = 2;
const reach = 2 + sight;
/** Of each place that lacks the image: images and snapshots by origin, by name, by parent, copies under way, the key. */
const look = 6;
/** Of each place that has it: images and snapshots by origin, the key, its permissions. */
const proof = 4;
/** Of each copy: the trial, the copy, two looks for it, and a look at what it became. */
const copy = 6;
/** What opens the source, as a trial (of its note's end too) and in earnest, with a look after the note and one after. */
const opening = 1 + 2 * (2 + snapshots) + 2 * access;
/** What closes it: its note ends, a look, the permissions, and the note goes. */
const closing = 1 + access + (1 + snapshots) + 1;

/** The number of calls that a step makes. */
async function callsIn(at: Scenario, given: Inputs, runId: string): Promise<number> {
  const before = at.world.record.length;
  await at.run(given, { runId });
  return at.world.record.slice(before).filter(({ onBehalfOf }) => onBehalfOf === undefined).length;
}

const somewhere = ['eu-west-1', 'us-west-2', 'eu-central-1'];

/** R Regions as the input says them. */
function regions(count: number): string {
  return somewhere.slice(0, count).join('\n');
}

/** Copies that are there at the first look. */
const quick = { copying: { seconds: 5 } };

describe('the number of calls', () => {
  it.each([1, 2, 3])('of a push into %i Regions', async (R) => {
    const at = scenario(quick);
    const given = { accounts: 'home', regions: regions(R) };
    const plan = await callsIn(at, { ...given, mode: 'plan' }, '1');
    expect(plan).toBe(account + source + 1 + look * R);
    expect(await callsIn(at, given, '2')).toBe(plan + copy * R);
    expect(await callsIn(at, given, '3')).toBe(account + source + proof * R);
  });

  it.each([
    [1, 1],
    [1, 3],
    [2, 1],
    [2, 3],
  ])('of a pull into %i accounts × %i Regions', async (A, R) => {
    const at = scenario(quick);
    const accounts = [prod, staging].slice(0, A).join('\n');
    const given = { accounts, regions: regions(R) };
    const base = account * (1 + A) + source + 1;
    const plan = await callsIn(at, { ...given, mode: 'plan' }, '1');
    expect(plan).toBe(base + access + reach * A + look * A * R);
    expect(await callsIn(at, given, '2')).toBe(plan + opening + sight * A + copy * A * R + closing);
    expect(await callsIn(at, given, '3')).toBe(base + proof * A * R);
  });

  it('of waiting is one for each place and interval, and one a minute for the progress', async () => {
    const tenMinutes = { copying: { seconds: 605 } };
    const [polls, beats] = [60, 10];
    const given = { accounts: home, regions: 'eu-west-1' };
    const short = await callsIn(scenario(quick), given, '1');
    expect(await callsIn(scenario(tenMinutes), given, '1')).toBe(short + polls + beats);
    const pulling = { ...given, accounts: prod };
    const shortPull = await callsIn(scenario(quick), pulling, '1');
    const noteReadAgain = 1;
    expect(await callsIn(scenario(tenMinutes), pulling, '1')).toBe(
      shortPull + polls * (1 + access) + beats + noteReadAgain,
    );
  });
});
