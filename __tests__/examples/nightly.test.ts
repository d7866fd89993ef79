import { expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { copiesIn, writeCount } from '../e2e/step.ts';
import { home, organization, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { runExample, type WorkflowRun } from './workflow/run.ts';
import { copying, keyOf, letPull, role } from './world.ts';

const regions = ['us-east-1', 'eu-west-1'];
const everyone = `prod=${prod}\nstaging=${staging}\n`;

it('nightly.yml mends what was changed by day, brings in an account that is new, and then has nothing to write', async () => {
  const world = accounts();
  expect((await night(world, 1, `prod=${prod}\n`)).failure).toBe('');
  expect(regions.map((region) => copiesIn(world, prod, region).length)).toEqual([1, 1]);
  expect(regions.map((region) => copiesIn(world, staging, region).length)).toEqual([0, 0]);

  const [retagged] = copiesIn(world, prod, 'us-east-1');
  retagged?.tags.set('stage', 'mine');
  const [removed] = copiesIn(world, prod, 'eu-west-1');
  if (removed !== undefined) {
    removed.state = 'deregistered';
  }
  expect((await night(world, 2, everyone)).failure).toBe('');
  for (const account of [prod, staging]) {
    for (const region of regions) {
      const live = copiesIn(world, account, region).filter(({ state }) => state !== 'deregistered');
      expect(live).toMatchObject([{ state: 'available' }]);
      expect(live[0]?.tags.get('stage')).toBe('production');
    }
  }
  expect(retagged?.state).toBe('available');

  const earlier = writeCount(world);
  const third = await night(world, 3, everyone);
  expect(third.jobs.promote?.steps.at(-1)?.outputs).toMatchObject({ status: 'success', converged: 'true' });
  expect(writeCount(world)).toBe(earlier);
});

it('nightly.yml promotes to the other accounts while one has disabled its keys, and fails', async () => {
  const world = accounts();
  for (const region of regions) {
    keyOf(world, prod, region).state = 'Disabled';
  }
  const run = await night(world, 1, everyone);
  expect(run.failure).toContain('KeyNotUsable');
  expect(regions.map((region) => copiesIn(world, staging, region).length)).toEqual([1, 1]);
});

it('nightly.yml reads a list of accounts that has no newline at its end', async () => {
  const world = accounts();
  const run = await night(world, 1, everyone.trimEnd());
  expect(run.failure).toBe('');
  expect(run.jobs.promote?.steps[1]?.outputs).toEqual({ list: everyone.trimEnd() });
  expect(copiesIn(world, staging, 'eu-west-1')).toHaveLength(1);
});

it('nightly.yml hands on each line of the list, the usual end of a text too, and the promotion refuses what is no account', async () => {
  const world = accounts();
  const text = `prod=${prod}\nEND\nlist<<END\n# a comment\nEND`;
  const run = await night(world, 1, text);
  expect(run.jobs.promote?.steps[1]?.outputs).toEqual({ list: text });
  expect(run.failure).toContain('# a comment');
  expect(world.record).toEqual([]);
});

/** What the example needs in home, prod and staging; the parameter holds the source. */
function accounts(): World {
  const nightly = (...policies: readonly string[]) => [role('ami-nightly', 'nightly', ...policies)];
  const inHome = role('ami-nightly', 'nightly', 'home-policy', 'source-parameter-policy');
  const world = organization({
    copying,
    parameters: [{ name: '/ami/web/current', account: home, region: sourceRegion, value: sourceId }],
    moreRoles: {
      [home]: [{ ...inHome, values: { ...inHome.values, PARAMETER_NAME: 'ami/web/current' } }],
      [prod]: nightly('owner-policy'),
      [staging]: nightly('owner-policy'),
    },
  });
  letPull(world, prod, 'ami-nightly');
  letPull(world, staging, 'ami-nightly');
  return world;
}

/** A night later AWS has forgotten the client tokens of the one before. */
function night(world: World, number: number, accounts: string): Promise<WorkflowRun> {
  world.tokens.clear();
  const files = { '.github/ami-accounts.txt': accounts };
  return runExample('examples/nightly.yml', { world, event: 'schedule', files, runId: `${number}` });
}
