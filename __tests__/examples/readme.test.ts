import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { copiesIn } from '../e2e/step.ts';
import { home, organization, organizationArn } from '../support/organization.ts';
import { builds, built } from './built.ts';
import { textOf } from './files.ts';
import { runWorkflow } from './workflow/run.ts';
import { copying, role } from './world.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

it('the first workflow of the README works as written', async () => {
  const [, workflow = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  const world = organization({
    copying,
    ...builds,
    moreRoles: { [home]: [role('packer-build', 'production')] },
  });
  const run = await runWorkflow(workflow.replace('promote-ami@SHA', `promote-ami@${'0'.repeat(40)}`), {
    world,
    event: 'push',
    files: { 'web.pkr.hcl': textOf('examples/after-packer/web.pkr.hcl') },
    built,
  });
  expect(run.failure).toBe('');
  const regions = ['ap-southeast-2', 'eu-west-1', 'us-east-1'];
  const copies = regions.flatMap((region) => copiesIn(world, home, region));
  expect(copies).toHaveLength(6);
  for (const { launchPermissions } of copies) {
    expect(launchPermissions.current).toEqual([{ kind: 'organization', id: organizationArn }]);
  }
  const amis: unknown = JSON.parse(run.jobs.promote?.steps.at(-1)?.shown ?? '');
  const byRegion = Object.fromEntries(regions.map((region) => [region, expect.stringMatching(/^ami-/)]));
  expect(amis).toEqual({ amd64: { home: byRegion }, arm64: { home: byRegion } });
});
