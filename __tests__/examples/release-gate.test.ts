import { expect, it } from '@jest/globals';
import { endCopies } from '../../simulator/copying.ts';
import type { World } from '../../simulator/world.ts';
import { copiesIn, run as promote } from '../e2e/step.ts';
import { home, organization, prod, staging } from '../support/organization.ts';
import { inputs, job } from '../support/promotion.ts';
import { runExample, type WorkflowRun } from './workflow/run.ts';
import { keyOf, letLaunch, role } from './world.ts';

const regions = ['us-east-1', 'eu-west-1'];

it('release-gate.yml waits for a promotion under way, and releases once the consumer can launch its images', async () => {
  const world = accounts(600);
  const manifest = await builtIn(world);
  world.onCall = ({ action, account, region, principal }) => {
    if (action === 'DescribeImages' && account === prod && principal.includes('ami-verification')) {
      endCopies(world, region);
    }
  };
  const [promotion, run] = await Promise.all([toProduction(world), gate(world, manifest)]);
  expect(promotion.outputs.status).toBe('success');
  expect(run.failure).toBe('');
  const [copy] = copiesIn(world, prod, 'eu-west-1');
  expect(run.jobs.release?.steps[0]?.shown).toBe(`eu-west-1 launches ${copy?.id} from now on`);
  expect(run.statuses.at(-1)).toMatchObject({ sha: job.sha, context: 'ami-gate', state: 'success' });
  const byTheGate = world.record.filter(({ principal }) => /ami-(verification|consumer)/.test(principal));
  expect(byTheGate.filter(({ mutating }) => mutating)).toEqual([]);
});

it('release-gate.yml stays shut, at once, when the consumer may not use the key', async () => {
  const world = accounts(0.2);
  const manifest = await builtIn(world);
  await toProduction(world);
  const key = keyOf(world, prod, 'eu-west-1');
  key.policies = key.policies.slice(0, -1);
  const run = await gate(world, manifest);
  expect(run.failure).toContain('ConsumerLacksKey');
  expect(Object.keys(JSON.parse(run.jobs.gate?.steps[1]?.outputs['ami-ids'] ?? ''))).toEqual(['us-east-1']);
  expect(run.jobs.release?.conclusion).toBe('skipped');
  expect(run.statuses.at(-1)).toMatchObject({ context: 'ami-gate', state: 'failure' });
});

it('release-gate.yml takes the manifest that the promotion to production wrote, and compares with what that copied', async () => {
  const world = accounts(0.2);
  const { manifest } = await toProduction(world);
  const run = await gate(world, JSON.stringify(manifest));
  expect(run.failure).toBe('');
  const [copy] = copiesIn(world, prod, 'eu-west-1');
  expect(run.jobs.release?.steps[0]?.shown).toBe(`eu-west-1 launches ${copy?.id} from now on`);

  for (const image of copiesIn(world, prod, 'eu-west-1')) {
    image.attributes = { ...image.attributes, bootMode: 'legacy-bios' };
  }
  const again = await gate(world, JSON.stringify(manifest));
  expect(again.failure).toContain('NotEqualToSource');
  expect(again.jobs.release?.conclusion).toBe('skipped');
});

/** The gate's roles, in home, prod and the consumer's account, and keys that the consumer may use. */
function accounts(seconds: number): World {
  const verification = role('ami-verification', 'gate', 'verification-policy');
  const consumer = role('ami-consumer', 'gate', 'consumer-policy');
  const world = organization({
    copying: { seconds },
    moreRoles: {
      [home]: [verification],
      [prod]: [verification],
      [staging]: [{ ...consumer, values: { ...consumer.values, OWNER_ACCOUNT_ID: prod } }],
    },
  });
  for (const region of regions) {
    letLaunch(keyOf(world, prod, region), staging);
  }
  return world;
}

/** The manifest of a promotion in the account that built the image, where it is left in place. */
async function builtIn(world: World): Promise<string> {
  const { manifest } = await promote(
    world,
    inputs({ source: `web=${inputs().source}`, regions: 'us-east-1' }),
  );
  return JSON.stringify(manifest);
}

function toProduction(world: World) {
  return promote(
    world,
    inputs({
      accounts: `prod=${prod}`,
      regions: regions.join('\n'),
      tags: 'stage=production',
      'share-with': staging,
    }),
    { job: { runId: '1002' } },
  );
}

function gate(world: World, manifest: string): Promise<WorkflowRun> {
  const files = { 'ami/release.json': manifest };
  return runExample('examples/release-gate.yml', {
    world,
    event: 'push',
    ref: 'refs/tags/v1',
    files,
    runId: '1003',
  });
}
