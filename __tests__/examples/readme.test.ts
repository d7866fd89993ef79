import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { copiesIn } from '../e2e/step.ts';
import { home, organization, organizationArn, prod, staging } from '../support/organization.ts';
import { builds, built } from './built.ts';
import { textOf } from './files.ts';
import { runWorkflow, type WorkflowRun } from './workflow/run.ts';
import { copying, role } from './world.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
/** Its first workflow, and the lines that it has for several accounts. */
const [workflow = '', several = ''] = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);
const regions = ['ap-southeast-2', 'eu-west-1', 'us-east-1'];

it('the first workflow of the README works as written', async () => {
  const world = accounts();
  const run = await pushed(workflow, world);
  expect(run.failure).toBe('');
  const copies = regions.flatMap((region) => copiesIn(world, home, region));
  expect(copies).toHaveLength(6);
  for (const { launchPermissions } of copies) {
    expect(launchPermissions.current).toEqual([{ kind: 'organization', id: organizationArn }]);
  }
  const amis: unknown = JSON.parse(run.jobs.promote?.steps.at(-1)?.shown ?? '');
  const byRegion = Object.fromEntries(regions.map((region) => [region, expect.stringMatching(/^ami-/)]));
  expect(amis).toEqual({ amd64: { home: byRegion }, arm64: { home: byRegion } });
});

it('it works with the lines for several accounts in their place', async () => {
  const kept = workflow.split('\n').filter((line) => !/^ +(role|share-with): /.test(line));
  const world = accounts();
  const run = await pushed(kept.join('\n').replace('          accounts: home\n', several), world);
  expect(run.failure).toBe('');
  const places = [prod, staging].flatMap((account) => regions.map((region) => [account, region] as const));
  expect(places.map(([account, region]) => copiesIn(world, account, region).length)).toEqual(
    places.map(() => 2),
  );
  expect(regions.flatMap((region) => copiesIn(world, home, region))).toEqual([]);
});

function accounts(): World {
  return organization({
    copying,
    ...builds,
    moreRoles: { [home]: [role('packer-build', 'production')] },
  });
}

function pushed(text: string, world: World): Promise<WorkflowRun> {
  return runWorkflow(text.replace('promote-ami@SHA', `promote-ami@${'0'.repeat(40)}`), {
    world,
    event: 'push',
    files: { 'web.pkr.hcl': textOf('examples/after-packer/web.pkr.hcl') },
    built,
  });
}
