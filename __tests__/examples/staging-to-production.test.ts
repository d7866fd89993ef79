import { expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { copiesIn, writeCount } from '../e2e/step.ts';
import { home, keyArnOf, organization, prod, sourceId, staging } from '../support/organization.ts';
import { runExample, type WorkflowRun } from './workflow/run.ts';
import { copying, role } from './world.ts';

const regions = ['us-east-1', 'eu-west-1'];

it('staging-to-production.yml promotes to production what staging got, as planned and approved, once', async () => {
  const world = accounts();
  const asked: string[] = [];
  const run = await release(world, '1', (environment) => {
    asked.push(environment);
    if (environment === 'production') {
      expect(regions.flatMap((region) => copiesIn(world, prod, region))).toEqual([]);
    }
    return true;
  });
  expect(run.failure).toBe('');
  expect(asked).toEqual(['staging', 'planning', 'production']);
  const [tried] = copiesIn(world, home, 'eu-west-1');
  expect(tried?.launchPermissions.current).toEqual([{ kind: 'account', id: staging }]);
  expect(run.jobs.staging?.steps[1]?.shown).toContain(`launch ${tried?.id}`);
  for (const region of regions) {
    const [copy, ...others] = copiesIn(world, prod, region);
    expect(others).toEqual([]);
    expect(copy).toMatchObject({ state: 'available' });
    expect(copy?.tags.get('stage')).toBe('production');
    expect(copy?.launchPermissions.current).toEqual([{ kind: 'account', id: staging }]);
    expect(copy?.tags.get('promote-ami:source')).toBe(`${home}/us-east-1/${sourceId}`);
  }
  const pulls = callsOf(world, 'CopyImage').filter(({ account }) => account === prod);
  expect(
    pulls.map(({ region, params }) => [region, params.SourceRegion, params.SourceImageId, params.KmsKeyId]),
  ).toEqual(
    expect.arrayContaining([
      ['us-east-1', 'us-east-1', sourceId, keyArnOf(prod, 'us-east-1')],
      ['eu-west-1', 'eu-west-1', tried?.id, keyArnOf(prod, 'eu-west-1')],
    ]),
  );

  const earlier = writeCount(world);
  const again = await release(world, '2', () => true);
  expect(again.failure).toBe('');
  expect(again.jobs.plan?.outputs).toEqual({ converged: 'true' });
  expect(again.jobs.production?.conclusion).toBe('skipped');
  expect(writeCount(world)).toBe(earlier);
});

it('staging-to-production.yml leaves production alone when nobody approves', async () => {
  const world = accounts();
  const run = await release(world, '1', (environment) => environment !== 'production');
  expect(run.failure).toBe('not approved');
  expect(world.record.filter(({ account, mutating }) => account === prod && mutating)).toEqual([]);
});

/** Home and production, with the roles that the example names; production pulls from both Regions of home. */
function accounts(): World {
  const plan = role('ami-plan', 'planning', 'read-only-policy');
  return organization({
    copying,
    pulledFrom: [{ account: home, region: 'eu-west-1' }],
    moreRoles: { [home]: [role('ami-staging', 'staging', 'home-policy'), plan], [prod]: [plan] },
  });
}

function release(
  world: World,
  runId: string,
  approve: (environment: string) => boolean,
): Promise<WorkflowRun> {
  const start = { world, inputs: { ami: sourceId }, runId, approve };
  return runExample('examples/staging-to-production.yml', start);
}
