import { expect, it } from '@jest/globals';
import { hubAndSpokes } from '../e2e/iam-scenarios.ts';
import { copiesIn } from '../e2e/step.ts';
import { home, organization, prod, sourceId } from '../support/organization.ts';
import { runExample } from './workflow/run.ts';
import { copying, letPull } from './world.ts';

const externalId = 'b1946ac92492d234';

it('hub-role.yml promotes in accounts that trust nobody but the hub, with an external id that no log shows', async () => {
  const world = organization({ copying, moreRoles: withExternalId(hubAndSpokes) });
  for (const account of [home, prod]) {
    world.accounts.get(account)?.providers.splice(0);
  }
  letPull(world, prod, 'ami-from-hub');
  const run = await runExample('examples/hub-role.yml', {
    world,
    inputs: { ami: sourceId },
    secrets: { AMI_EXTERNAL_ID: externalId },
  });
  expect(run.failure).toBe('');
  for (const account of [home, prod]) {
    expect(copiesIn(world, account, 'eu-west-1')).toMatchObject([{ state: 'available' }]);
  }
  const signedIn = world.record.filter(({ action }) => action === 'AssumeRoleWithWebIdentity');
  expect(new Set(signedIn.map(({ params }) => params.RoleArn))).toEqual(
    new Set(['arn:aws:iam::777788889999:role/ami-hub']),
  );
  expect(run.jobs.promote?.steps[0]?.shown).not.toContain(externalId);
});

function withExternalId(roles: typeof hubAndSpokes): typeof hubAndSpokes {
  const entries = Object.entries(roles).map(([account, list]) => [
    account,
    list.map((role) => ({ ...role, values: { ...role.values, EXTERNAL_ID: externalId } })),
  ]);
  return Object.fromEntries(entries);
}
