import { expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { copiesIn } from '../e2e/step.ts';
import { home, organization, organizationArn } from '../support/organization.ts';
import { job } from '../support/promotion.ts';
import { builds, built } from './built.ts';
import { textOf } from './files.ts';
import { runExample } from './workflow/run.ts';
import { copying, role } from './world.ts';

it('after-packer promotes what Packer built for both architectures, from its manifest', async () => {
  const world = organization({
    copying,
    ...builds,
    moreRoles: { [home]: [role('packer-build', 'build')] },
  });
  const run = await runExample('examples/after-packer/build.yml', {
    world,
    event: 'push',
    files: { 'web.pkr.hcl': textOf('examples/after-packer/web.pkr.hcl') },
    built,
  });
  expect(run.failure).toBe('');
  const copies = copiesIn(world, home, 'eu-west-1');
  const [amd64, arm64] = ['amd64', 'arm64'].map((name) =>
    copies.find(({ tags }) => tags.get('built-for') === name),
  );
  expect(amd64).toMatchObject({
    name: `web-x86_64-2026-11-20-${job.sha}`,
    attributes: { architecture: 'x86_64' },
  });
  expect(arm64).toMatchObject({
    name: `web-arm64-2026-11-20-${job.sha}`,
    attributes: { architecture: 'arm64' },
  });
  for (const image of [...copies, ...copiesIn(world, home, 'us-east-1')]) {
    expect(image.launchPermissions.current).toEqual([{ kind: 'organization', id: organizationArn }]);
  }
  // Renamed, so that a copy is made beside the build as well.
  expect(callsOf(world, 'CopyImage')).toHaveLength(4);
  expect(run.jobs.promote?.steps.at(-1)?.shown).toBe(`eu-west-1 launches ${amd64?.id} and ${arm64?.id}`);
});
