import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { home, keyArnOf, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { idOf, imageFile, only, type Scenario, scenario, told } from '../support/scenario.ts';

const publicly = { 'kms-key': 'none', public: 'true', accounts: `prod=${prod}` };
const admitting = {
  encryptedSource: false,
  regions: { [prod]: { 'eu-west-1': { 'public-sharing': true } } },
};

/** Where an action was called, each call once. */
function placesOf({ world }: Scenario, action: string, fits: (params: object) => boolean = () => true) {
  return callsOf(world, action)
    .filter(({ params }) => fits(params))
    .map(({ account, region }) => `${account} ${region}`)
    .sort();
}

function asksForPending(params: object): boolean {
  return JSON.stringify(params).includes('"Name":"state"');
}

function asksForSourceKey(params: object): boolean {
  return JSON.stringify(params).includes(keyArnOf(home, sourceRegion));
}

describe('settings and limits that may not be read', () => {
  it.each([
    ['ec2:GetAllowedImagesSettings', 'Allowed AMIs of the pulling account'],
    ['ec2:GetImageBlockPublicAccessState', 'Block public access'],
  ])('are said and do not stop a promotion: %s', async (action, words) => {
    const at = scenario({ ...admitting, faults: [{ action, do: 'access-denied' }] });
    const step = await at.run(publicly);
    expect(told(only(step))).toBe('promoted');
    expect(step.lines).toContain(
      `Note for 1 target: ${words} could not be looked at beforehand (UnauthorizedOperation from ${action}).`,
    );
  });

  it('are said once for all targets that they concern', async () => {
    const at = scenario({ faults: [{ action: 'ec2:GetAllowedImagesSettings', do: 'access-denied' }] });
    const step = await at.run({ accounts: `prod=${prod}\nstaging=${staging}` });
    expect(step.lines.filter((line) => line.startsWith('Note'))).toEqual([
      expect.stringContaining('Note for 2 targets: Allowed AMIs'),
    ]);
  });

  it('of a role that only plans say nothing of the one that will copy', async () => {
    const reading = { name: 'ami-plan', 'trust-policy': '../iam/trust-policy.json' };
    const policies = ['../iam/read-only-policy.json'];
    const at = scenario({
      moreRoles: { [home]: [{ ...reading, policies }], [prod]: [{ ...reading, policies }] },
    });
    const step = await at.run({ accounts: `prod=${prod}`, mode: 'plan', role: 'ami-plan' });
    expect(told(only(step))).toBe('skipped: Planned');
    expect(step.result.plan?.targets[0]?.warnings).toMatchObject([
      {
        wanted: "the key of the source's snapshots looked at by the role that plans",
        found: expect.stringContaining('it is not readable (AccessDeniedException): The key policy'),
        says: expect.stringMatching(/^This role cannot look at the key .* kms:DescribeKey\.$/),
      },
    ]);
  });
});

describe('settings and limits', () => {
  const two = imageFile({ account: home, region: sourceRegion }, { name: 'other-1' });
  const given = {
    source: `web=${sourceId}\nother=${idOf('a')}`,
    accounts: `home\nprod=${prod}\nstaging=${staging}`,
    regions: 'eu-west-1\nus-west-2',
  };

  it('are asked for once for each owner and Region, whatever the number of images', async () => {
    const at = scenario(two);
    const step = await at.run(given);
    expect(new Set(step.result.outcomes.map(told))).toEqual(new Set(['promoted']));
    const places = [home, prod, staging].flatMap((account) => [
      `${account} eu-west-1`,
      `${account} us-west-2`,
    ]);
    const atSource = [prod, staging].map((account) => `${account} ${sourceRegion}`);
    expect(placesOf(at, 'GetAllowedImagesSettings')).toEqual(atSource);
    expect(placesOf(at, 'DescribeImages', asksForPending)).toEqual(places);
    expect(placesOf(at, 'DescribeKey', asksForSourceKey)).toEqual(
      [...atSource, `${home} ${sourceRegion}`].sort(),
    );
    expect(placesOf(at, 'GetImageBlockPublicAccessState')).toEqual([]);
  });

  it('are not asked for where nothing is to be written', async () => {
    const at = scenario(two);
    await at.run(given);
    const before = at.world.record.length;
    await at.run(given, { runId: '1002' });
    const asked = at.world.record.slice(before);
    expect(asked.map(({ action }) => action)).not.toContain('GetAllowedImagesSettings');
    expect(asked.filter(({ params }) => asksForPending(params))).toEqual([]);
    expect(asked.filter(({ account, params }) => account !== home && asksForSourceKey(params))).toEqual([]);
  });

  it('of public images are asked for until the image is public', async () => {
    const at = scenario(admitting);
    await at.run(publicly);
    expect(placesOf(at, 'GetImageBlockPublicAccessState')).toEqual([`${prod} eu-west-1`]);
    expect(told(only(await at.run(publicly, { runId: '1002' })))).toBe('unchanged');
    expect(callsOf(at.world, 'GetImageBlockPublicAccessState')).toHaveLength(1);
  });
});
