import { expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { copiesIn } from '../e2e/step.ts';
import { home, organization, prod, sourceId, staging } from '../support/organization.ts';
import { runExample } from './workflow/run.ts';
import { copying, keyOf, letLaunch, role } from './world.ts';

const regions = ['us-east-1', 'eu-west-1'];

it('release-gate.yml opens on the manifest that staging-to-production.yml made, both as they stand there', async () => {
  const world = accounts();
  const promotion = await runExample('examples/staging-to-production.yml', {
    world,
    inputs: { ami: sourceId },
    runId: '1',
  });
  expect(promotion.failure).toBe('');
  const { manifest } =
    promotion.jobs.production?.steps.find((step) => step.promotion !== undefined)?.promotion ?? {};
  expect(manifest).toBeDefined();

  const gate = await runExample('examples/release-gate.yml', {
    world,
    event: 'push',
    ref: 'refs/tags/v1',
    files: { 'ami/release.json': JSON.stringify(manifest) },
    runId: '2',
  });
  expect(gate.failure).toBe('');
  expect(gate.jobs.gate?.steps.at(-1)?.outputs).toMatchObject({ status: 'success', converged: 'true' });
  const [copy] = copiesIn(world, prod, 'eu-west-1');
  expect(gate.jobs.release?.steps[0]?.shown).toBe(`eu-west-1 launches ${copy?.id} from now on`);
});

/** What the headers of both examples ask for: their roles, and keys that the account that launches may use. */
function accounts(): World {
  const plan = role('ami-plan', 'planning', 'read-only-policy');
  const verification = role('ami-verification', 'gate', 'verification-policy');
  const consumer = role('ami-consumer', 'gate', 'consumer-policy');
  const world = organization({
    copying,
    pulledFrom: [{ account: home, region: 'eu-west-1' }],
    moreRoles: {
      [home]: [role('ami-staging', 'staging', 'home-policy'), plan, verification],
      [prod]: [plan, verification],
      [staging]: [{ ...consumer, values: { ...consumer.values, OWNER_ACCOUNT_ID: prod } }],
    },
  });
  for (const account of [home, prod]) {
    for (const region of regions) {
      letLaunch(keyOf(world, account, region), staging);
    }
  }
  return world;
}
