import { it } from '@jest/globals';
import { prod } from '../support/organization.ts';
import { scenario } from '../support/scenario.ts';
it('x', async () => {
  const at = scenario();
  await at.run({ accounts: `prod=${prod}` });
  process.stdout.write(at.world.record.filter((c) => c.onBehalfOf === undefined).map((c) => `${c.at % 1e6} ${c.account} ${c.region} ${c.action} ${JSON.stringify(c.params).slice(0, 100)}`).join('\n') + '\n');
});
