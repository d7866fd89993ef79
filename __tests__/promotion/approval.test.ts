import { describe, expect, it } from '@jest/globals';
import { writesIn } from '../../simulator/look.ts';
import { planText } from '../../src/report/plan.ts';
import { home, prod } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import { imageFile, type Scenario, scenario, toldByPlace } from '../support/scenario.ts';

const pull = { accounts: `prod=${prod}`, regions: 'eu-west-1' };

/** A plan, and the promotion that is held to it. */
async function approve(at: Scenario, given: Inputs) {
  const { result } = await at.run({ ...given, mode: 'plan' });
  if (result.plan === undefined) {
    throw new Error('there is no plan');
  }
  const files = { 'plan.json': planText(result.plan) };
  return at.run({ ...given, 'approved-plan': 'plan.json' }, { runId: '1002', files });
}

describe('a promotion with its own fresh plan', () => {
  it.each([
    ['optional', { 'optional-regions': 'us-west-2' }],
    ['left out', { regions: 'eu-west-1\nus-west-2', 'preflight-failures': 'skip-target' }],
  ])('promotes the others where a target that is blocked is %s', async (_how, more) => {
    const at = scenario(imageFile({ account: prod, region: 'us-west-2' }, { name: 'web-1' }));
    expect(toldByPlace(await approve(at, { ...pull, ...more }))).toEqual({
      'prod eu-west-1': 'promoted',
      'prod us-west-2': 'failed: NameTaken',
    });
  });

  it('puts tags onto a copy under way whose snapshots lack them', async () => {
    const at = scenario({ copying: { seconds: 300 } });
    const given = { ...pull, tags: 'stage=x' };
    await at.run({ ...given, 'wait-minutes': '0' }, { runId: '1000' });
    for (const snapshot of at.world.snapshots.values()) {
      snapshot.tags.delete('stage');
    }
    expect(toldByPlace(await approve(at, given))).toEqual({ 'prod eu-west-1': 'promoted' });
  });
});

describe('what is full of tags', () => {
  const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, 'x']));

  it('and shall get one more is told before anything is written', async () => {
    const at = scenario();
    await at.run();
    const before = writesIn(at.world).length;
    for (const { account, region, tags } of at.world.images.values()) {
      if (account === home && region === 'eu-west-1') {
        Object.keys(fifty)
          .slice(0, 50 - tags.size)
          .map((key) => tags.set(key, 'x'));
      }
    }
    const step = await at.run({ regions: 'eu-west-1\nus-west-2', tags: 'stage=x' }, { runId: '1002' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'failed: TooManyTags',
      'home us-west-2': 'skipped: NotStarted',
    });
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('and shall be opened is told before anything is written', async () => {
    const at = scenario({ image: { tags: fifty } });
    const step = await at.run({ accounts: `home\nprod=${prod}`, 'copy-tags': 'false' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'skipped: NotStarted',
      'prod eu-west-1': 'failed: TooManyTags',
    });
    expect(writesIn(at.world)).toEqual([]);
  });
});
