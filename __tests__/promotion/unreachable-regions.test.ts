import { describe, expect, it } from '@jest/globals';
import { callsOf, writesIn } from '../../simulator/look.ts';
import { causesOf } from '../../src/report/causes.ts';
import { home, keyIdOf, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { full, guarded, many, pull } from '../support/problems.ts';
import { failureOf, idOf, imageFile, only, type Scenario, scenario, told } from '../support/scenario.ts';

describe('Regions that are denied or do not answer', () => {
  const denying = (...regions: readonly string[]) =>
    guarded({ Action: 'ec2:*', Condition: { StringEquals: { 'aws:RequestedRegion': regions } } });

  it('are asked for elsewhere where an organization denies the usual one', async () => {
    const enabled = { 'me-central-1': { enabled: true } };
    const place = { account: home, region: 'me-central-1' };
    const at = scenario({
      ...imageFile(place, { name: 'web-me' }, 'b'),
      regions: { [home]: enabled, [prod]: enabled },
      accounts: { [prod]: denying('us-east-1') },
      roles: { [home]: { policies: [full] }, [prod]: { policies: [full] } },
    });
    for (const one of at.world.keys.values()) {
      one.policies = one.id === keyIdOf(home, 'me-central-1') ? [...one.policies, ...lent(at)] : one.policies;
    }
    const step = await at.run({
      ...pull,
      source: idOf('b'),
      'source-region': 'me-central-1',
      regions: 'me-central-1',
    });
    expect(told(only(step))).toBe('promoted');
    expect(
      callsOf(at.world, 'DescribeRegions')
        .filter(({ account }) => account === prod)
        .map(({ region, code }) => [region, code]),
    ).toEqual([
      ['us-east-1', 'UnauthorizedOperation'],
      ['me-central-1', 'ok'],
    ]);
  });

  it('that a pulling account is denied are told as the policy that does it', async () => {
    const at = scenario({ accounts: { [prod]: denying(sourceRegion) } });
    const failure = failureOf(await at.run(pull));
    expect(failure).toMatchObject({ code: 'UnauthorizedOperation', kind: 'permission' });
    expect(failure.meaning).toContain('service control policy');
    expect(writesIn(at.world)).toEqual([]);
  });

  it('that do not answer are one problem, whatever the number of images and accounts', async () => {
    const second = imageFile({ account: home, region: sourceRegion }, { name: 'other-1' });
    const at = scenario({ ...second, faults: [{ action: 'ec2:*', region: 'us-west-2', do: 'silent' }] });
    const step = await at.run({ ...many, source: `web=${sourceId}\nother=${idOf('a')}` });
    const causes = causesOf(step.result, step.promotion).filter(({ code }) => code !== 'NotStarted');
    expect(causes.map(({ code, targets }) => [code, targets.length])).toEqual([['ETIMEDOUT', 6]]);
    expect(writesIn(at.world)).toEqual([]);
    const minutes = step.result.outcomes.map(({ started, ended }) => (ended - started) / 60_000);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(7);
  });
});

describe('the Region of the source that does not answer', () => {
  it.each(['ec2:*', '*'])('is told once, for all accounts (%s)', async (action) => {
    const at = scenario({ faults: [{ action, region: sourceRegion, do: 'silent' }] });
    const began = at.time.now();
    const step = await at.run(many);
    const causes = causesOf(step.result, step.promotion);
    const said = step.result.failures.map(({ where, action: asked }) => `${where} ${asked}`);
    expect(said).toEqual([...new Set(said)]);
    expect(new Set(said.map((text) => text.split('/')[0]))).toEqual(new Set([home, prod, staging]));
    expect(causes.map(({ code }) => code)).toEqual(['ETIMEDOUT']);
    expect(at.time.now() - began).toBeLessThanOrEqual(7 * 60_000);
  });
});

/** What the key of the usual source says of those who pull. */
function lent({ world }: Scenario) {
  const source = [...world.keys.values()].find(({ id }) => id === keyIdOf(home, sourceRegion));
  return source?.policies.slice(1) ?? [];
}
