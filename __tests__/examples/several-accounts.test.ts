import { expect, it } from '@jest/globals';
import { snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { copiesIn } from '../e2e/step.ts';
import {
  consumer,
  keyArnOf,
  keyIdOf,
  organization,
  prod,
  sourceId,
  staging,
} from '../support/organization.ts';
import { textOf } from './files.ts';
import { runExample, type WorkflowRun } from './workflow/run.ts';
import { copying } from './world.ts';

const keys = ['us-east-1', 'eu-west-1'].map((region, index) => ({
  id: `00000000-0000-4000-8000-00000000099${index}`,
  account: prod,
  region,
  alias: 'alias/prod-images',
}));

it('several-accounts puts a copy into each account, under the key, with the tags and for the consumers of each', async () => {
  const world = organization({ copying, keys });
  const run = await promote(world);
  expect(run.failure).toBe('');
  for (const { id, region } of keys) {
    const [image, ...others] = copiesIn(world, prod, region);
    expect(others).toEqual([]);
    expect(image?.launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
    expect(Object.fromEntries(image?.tags ?? [])).toMatchObject({ stage: 'production', team: 'platform' });
    expect(keysIn(prod, region)).toEqual(new Set([`arn:aws:kms:${region}:${prod}:key/${id}`]));
    const [copy] = copiesIn(world, staging, region);
    expect(copy?.launchPermissions.current).toEqual([]);
    expect(Object.fromEntries(copy?.tags ?? [])).toMatchObject({ stage: 'production', residency: 'eu' });
    expect(keysIn(staging, region)).toEqual(new Set([keyArnOf(staging, region)]));
  }
  const { outputs, shown } = run.jobs.promote?.steps.at(-2) ?? {};
  // No account of this organization has the optional Region.
  expect(outputs).toMatchObject({ status: 'partial' });
  expect(shown).toContain('me-central-1');
  const [inEurope] = copiesIn(world, staging, 'eu-west-1');
  expect(run.jobs.promote?.steps.at(-1)?.shown).toBe(`prod-eu launches ${inEurope?.id} in eu-west-1`);

  function keysIn(account: string, region: string): ReadonlySet<string | undefined> {
    return new Set(snapshotsIn(world, account, region).map(({ key }) => key));
  }
});

it('several-accounts reaches the optional Region too, once both accounts have enabled it', async () => {
  const optional = 'me-central-1';
  const world = organization({
    copying,
    keys,
    regions: {
      [prod]: { [optional]: { enabled: true } },
      [staging]: { [optional]: { enabled: true, 'default-key': keyIdOf(staging, optional) } },
    },
  });
  const run = await promote(world);
  expect(run.failure).toBe('');
  expect(run.jobs.promote?.steps.at(-2)?.outputs).toMatchObject({ status: 'success' });
  const [copy] = copiesIn(world, prod, optional);
  expect(copy?.launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
});

function promote(world: World): Promise<WorkflowRun> {
  return runExample('examples/several-accounts/promote.yml', {
    world,
    inputs: { ami: sourceId },
    files: { '.github/ami-targets.yml': textOf('examples/several-accounts/ami-targets.yml') },
  });
}
