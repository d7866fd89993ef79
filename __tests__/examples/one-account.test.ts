import { expect, it } from '@jest/globals';
import { imagesIn, snapshotsIn } from '../../simulator/look.ts';
import { copiesIn } from '../e2e/step.ts';
import { home, keyArnOf, organization, organizationArn, sourceId } from '../support/organization.ts';
import { runExample } from './workflow/run.ts';
import { copying } from './world.ts';

it('one-account.yml puts the image into three Regions, under their keys, shared with the organization', async () => {
  const world = organization({ copying });
  const run = await runExample('examples/one-account.yml', { world, inputs: { ami: sourceId } });
  expect(run.failure).toBe('');
  for (const region of ['us-east-1', 'eu-west-1', 'ap-southeast-2']) {
    const [image] = imagesIn(world, home, region);
    expect(image).toMatchObject({ state: 'available' });
    expect(image?.tags.get('stage')).toBe('production');
    expect(image?.launchPermissions.current).toEqual([{ kind: 'organization', id: organizationArn }]);
    expect(snapshotsIn(world, home, region).map(({ key }) => key)).toEqual(
      Array(2).fill(keyArnOf(home, region)),
    );
  }
  const [copy] = copiesIn(world, home, 'eu-west-1');
  expect(run.jobs.promote?.steps.at(-1)?.shown).toBe(`eu-west-1 launches ${copy?.id}`);
});
