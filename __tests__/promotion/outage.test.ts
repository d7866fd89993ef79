import { expect, it } from '@jest/globals';
import { liveImagesIn } from '../../simulator/look.ts';
import { home } from '../support/organization.ts';
import { scenario } from '../support/scenario.ts';

it('makes no second copy while AWS does not answer the looks for the first', async () => {
  const fault = {
    action: 'ec2:DescribeImages',
    region: 'eu-west-1',
    from: 4,
    times: 100,
    do: 'server-error',
  };
  const at = scenario({ copying: { seconds: 1800 }, faults: [fault] });
  await at.run({});
  expect(liveImagesIn(at.world, home, 'eu-west-1')).toHaveLength(1);
});
