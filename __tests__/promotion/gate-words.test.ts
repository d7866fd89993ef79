import { describe, expect, it } from '@jest/globals';
import { liveImagesIn } from '../../simulator/look.ts';
import { outcomeLine } from '../../src/report/lines.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { home, sourceId, staging } from '../support/organization.ts';
import { type InProcess, type Inputs, job, runOf } from '../support/promotion.ts';
import { only, scenario, sole, told } from '../support/scenario.ts';

const verification = {
  name: 'ami-verification',
  'trust-policy': '../iam/trust-policy.json',
  policies: ['../iam/verification-policy.json'],
};
const otherKey = {
  id: '00000000-0000-4000-8000-000000000998',
  account: home,
  region: 'eu-west-1',
  alias: 'alias/other',
};
const gate: Inputs = { mode: 'verify', role: 'ami-verification', 'wait-minutes': '0' };

async function promoted() {
  const at = scenario({ moreRoles: { [home]: [verification] }, keys: [otherKey] });
  expect(told(only(await at.run()))).toBe('promoted');
  return { at, copy: sole(liveImagesIn(at.world, home, 'eu-west-1')) };
}

function shown({ result, promotion }: InProcess): string {
  return summaryOf(result, promotion, runOf(job));
}

describe('the words of a gate', () => {
  it('tell nobody to remove an image that may be in use, and name no key that is not there', async () => {
    const { at } = await promoted();
    const other = { 'kms-key': 'alias/other' };
    const asPromotion = shown(await at.run(other, { runId: '1002' }));
    expect(asPromotion).toContain(`deregister it in account ${home}`);
    const step = await at.run({ ...gate, ...other }, { runId: '1003' });
    const summary = shown(step);
    expect(summary).toContain('WrongKey');
    expect(summary).toContain('Correct kms-key, if it is not the key that this gate should ask for.');
    expect(summary).not.toContain('deregister');
    expect(summary.split('### Targets')[1]).not.toContain('alias/other');
  });

  it('do not speak of promoting', async () => {
    const at = scenario({ moreRoles: { [home]: [verification] } });
    const step = await at.run(gate);
    expect(outcomeLine(only(step), 'verify')).toBe('✘ web-1 × home × eu-west-1: does not hold: NotPresent');
  });

  it('are of what is there and not shared: what lacks, what mends it, and whom that concerns', async () => {
    const { at, copy } = await promoted();
    const step = await at.run({ ...gate, 'share-with': staging }, { runId: '1002' });
    expect(outcomeLine(only(step), 'verify')).toBe(
      `✘ web-1 × home × eu-west-1: ${copy.id} does not hold: NotShared`,
    );
    const summary = shown(step);
    expect(summary).toContain(`${copy.id} is not shared with ${staging}.`);
    expect(summary).toContain(
      '- What to do: Run the promotion again with the same share-with: it mends this. Or correct share-with in this step.',
    );
    expect(summary).toContain(
      `| web-1 | home | eu-west-1 | <code>${copy.id}</code> | <b>does not hold</b> | alias/ami | – |`,
    );
    const { missing } = outputsOf(step.result, step.promotion, { file: '', sha256: '' }, '');
    expect(missing).toContain(`${copy.id} is not shared with an account of share-with. Run`);
  });

  it('show the key that an image is really under', async () => {
    const { at } = await promoted();
    const step = await at.run({ ...gate, 'kms-key': 'alias/other' }, { runId: '1002' });
    expect(shown(step).split('### Targets')[1]).toMatch(
      /<b>does not hold<\/b> \| 00000000-0000-4000-8000-000000000\d\d\d \|/,
    );
    expect(shown(step).split('### Targets')[1]).not.toContain(otherKey.id);
  });

  it('are that an image holds', async () => {
    const { at, copy } = await promoted();
    const step = await at.run(gate, { runId: '1002' });
    expect(outcomeLine(only(step), 'verify')).toBe(`✔ web-1 × home × eu-west-1: ${copy.id} holds`);
    expect(shown(step)).toMatch(/^\| web-1 \| home \| eu-west-1 \| .* \| holds \| alias\/ami \|/m);
  });

  it('say whose eyes it saw with', async () => {
    const { at } = await promoted();
    const step = await at.run(gate, { runId: '1002' });
    expect(told(only(step))).toBe('unchanged');
    expect(shown(step)).toContain(
      'Asked of the roles of the owners alone: whether a consumer sees the images and can launch them was not tried out (consumer-role).',
    );
  });

  it('say of a copy that is its own source that it was compared with nothing', async () => {
    const { at, copy } = await promoted();
    const itself = { source: copy.id, 'source-region': 'eu-west-1' };
    const step = await at.run({ ...gate, ...itself }, { runId: '1002' });
    expect(only(step)).toMatchObject({
      state: 'unchanged',
      differences: [
        {
          aspect: 'equal',
          found: 'compared with nothing',
          mend: { kind: 'warning' },
        },
      ],
    });
    expect(shown(step)).toContain(
      `${copy.id} is the source here itself, and was compared with nothing. To compare it with ${home}/us-east-1/${sourceId}, which it was made from, name that image in source.`,
    );
  });
});
