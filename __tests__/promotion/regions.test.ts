import { describe, expect, it } from '@jest/globals';
import { callsOf, writesIn } from '../../simulator/look.ts';
import { causesOf } from '../../src/report/causes.ts';
import { home, prod, staging } from '../support/organization.ts';
import { failureOf, scenario, told, toldByPlace } from '../support/scenario.ts';

describe('a Region that the account does not have', () => {
  it('is refused where it is required: nothing is written, what is there is reported, the rest skipped', async () => {
    const at = scenario();
    await at.run();
    const before = writesIn(at.world).length;
    const step = await at.run({ regions: 'eu-west-1\neu-central-1\nme-central-1' }, { runId: '1002' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'unchanged',
      'home eu-central-1': 'skipped: NotStarted',
      'home me-central-1': 'failed: RegionNotEnabled',
    });
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('is left out where it is optional, and the others are promoted', async () => {
    const at = scenario();
    const step = await at.run({ 'optional-regions': 'me-central-1' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'promoted',
      'home me-central-1': 'failed: RegionNotEnabled',
    });
    expect(at.world.record.some(({ region }) => region === 'me-central-1')).toBe(false);
  });

  it('comes with the command to run in that account: only the one that manages the organization may name another', async () => {
    const step = await scenario().run({ regions: 'me-central-1' });
    expect(failureOf(step).meaning).toBe('The Region me-central-1 is not enabled in home.');
    expect(failureOf(step).paste?.text).toBe('aws account enable-region --region-name me-central-1');
  });

  it('is one cause, whatever accounts lack it, and names them', async () => {
    const step = await scenario().run({
      accounts: `prod=${prod}\n${staging}`,
      regions: 'me-central-1\nme-south-1',
    });
    const causes = causesOf(step.result, step.promotion);
    expect(causes.map(({ code, targets }) => [code, targets.length])).toEqual([['RegionNotEnabled', 4]]);
    expect(causes[0]?.meaning).toBe(`The Region me-central-1 is not enabled in ${staging}.`);
    expect(causes[0]?.likewise).toEqual(['me-south-1', 'prod']);
  });

  it('is told from one that does not exist', async () => {
    const at = scenario();
    const step = await at.run({ 'optional-regions': 'eu-west-9' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'promoted',
      'home eu-west-9': 'failed: RegionUnknown',
    });
  });

  it('is asked about in each account for itself', async () => {
    const at = scenario({
      regions: { [prod]: { 'me-central-1': { enabled: true } }, [home]: {} },
    });
    const step = await at.run({ accounts: `home\nprod=${prod}`, 'optional-regions': 'me-central-1' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'promoted',
      'home me-central-1': 'failed: RegionNotEnabled',
      'prod eu-west-1': 'promoted',
      'prod me-central-1': 'promoted',
    });
    expect(
      callsOf(at.world, 'DescribeRegions')
        .map(({ account }) => account)
        .sort(),
    ).toEqual([home, prod]);
  });
});

describe('an account that cannot be entered', () => {
  it('fails alone where it is optional for nobody: then nothing is written anywhere', async () => {
    const at = scenario();
    at.world.accounts.get(prod)?.roles.delete('ami-promotion');
    const step = await at.run({ accounts: `home\nprod=${prod}` });
    expect(step.result.outcomes.map(told)).toEqual(['skipped: NotStarted', 'failed: AccessDenied']);
    expect(writesIn(at.world)).toEqual([]);
  });
});
