import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, snapshotsIn } from '../../simulator/look.ts';
import { statusOf } from '../../src/report/status.ts';
import { consumer, home, keyArnOf, prod, staging, unitArn } from '../support/organization.ts';
import { type Scenario, scenario, sole, toldByPlace } from '../support/scenario.ts';

const file = `accounts:
  home:
    share-with: ["${consumer}"]
  prod:
    role: ami-of-prod
    kms-key: ebs-default
    name: "{source-name}-prod"
    tags: { stage: prod }
    regions:
      us-west-2: { kms-key: alias/second, tags: { gdpr: "no" }, share-with: ["${unitArn}"] }
      me-central-1: { optional: true }
  staging:
    optional: true
    share-with: none
`;

const second = '00000000-0000-4000-8000-0000000000ff';

function world(): Scenario {
  return scenario({
    keys: [{ id: second, account: prod, region: 'us-west-2', alias: 'alias/second' }],
    moreRoles: {
      [prod]: [
        {
          name: 'ami-of-prod',
          'trust-policy': '../iam/trust-policy.json',
          policies: ['../iam/owner-policy.json'],
        },
      ],
    },
    encryptedSource: false,
  });
}

const given = {
  accounts: `home\nprod=${prod}\nstaging=${staging}`,
  regions: 'eu-west-1\nus-west-2\nme-central-1',
  tags: 'team=images',
  'targets-file': 'targets.yml',
};
const files = { 'targets.yml': file };

function copyIn({ world: at }: Scenario, account: string, region: string) {
  const image = sole(imagesIn(at, account, region));
  return {
    name: image.name,
    stage: image.tags.get('stage'),
    gdpr: image.tags.get('gdpr'),
    team: image.tags.get('team'),
    sharedWith: image.launchPermissions.current.map((one) => ('id' in one ? one.id : one.kind)),
    keys: [...new Set(snapshotsIn(at, account, region).map(({ key }) => key))],
  };
}

describe('the targets file reaches AWS', () => {
  it('by account and Region: role, key, name, tags, consumers, optional', async () => {
    const at = world();
    const step = await at.run({ ...given, 'preflight-failures': 'skip-target' }, { files });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'promoted',
      'home us-west-2': 'promoted',
      'home me-central-1': 'failed: RegionNotEnabled',
      'prod eu-west-1': 'promoted',
      'prod us-west-2': 'promoted',
      'prod me-central-1': 'failed: RegionNotEnabled',
      'staging eu-west-1': 'promoted',
      'staging us-west-2': 'promoted',
      'staging me-central-1': 'failed: RegionNotEnabled',
    });
    const required = step.result.outcomes.filter(({ target }) => target.required);
    expect(required.map(({ target }) => `${target.owner.name} ${target.region}`)).toEqual([
      'home eu-west-1',
      'home us-west-2',
      'home me-central-1',
      'prod eu-west-1',
      'prod us-west-2',
    ]);
    expect(statusOf(step.result, step.promotion)).toBe('failure');
    const flat = { name: 'web-1', stage: undefined, gdpr: undefined, team: 'images' };
    expect(copyIn(at, home, 'us-west-2')).toEqual({
      ...flat,
      sharedWith: [consumer],
      keys: [keyArnOf(home, 'us-west-2')],
    });
    expect(copyIn(at, staging, 'eu-west-1')).toEqual({
      ...flat,
      sharedWith: [],
      keys: [keyArnOf(staging, 'eu-west-1')],
    });
    const ofProd = { name: 'web-1-prod', stage: 'prod', team: 'images' };
    expect(copyIn(at, prod, 'eu-west-1')).toEqual({
      ...ofProd,
      gdpr: undefined,
      sharedWith: [],
      keys: [keyArnOf(prod, 'eu-west-1')],
    });
    expect(copyIn(at, prod, 'us-west-2')).toEqual({
      ...ofProd,
      gdpr: 'no',
      sharedWith: [unitArn],
      keys: [`arn:aws:kms:us-west-2:${prod}:key/${second}`],
    });
    expect(
      callsOf(at.world, 'AssumeRoleWithWebIdentity')
        .map(({ params }) => params.RoleArn)
        .sort(),
    ).toEqual([
      `arn:aws:iam::${home}:role/ami-promotion`,
      `arn:aws:iam::${prod}:role/ami-of-prod`,
      `arn:aws:iam::${staging}:role/ami-promotion`,
    ]);
  });

  it('a required target that fails there stops all', async () => {
    const at = world();
    const step = await at.run(given, { files });
    expect(step.result.stopped).toBe(true);
    expect(imagesIn(at.world, prod, 'eu-west-1')).toEqual([]);
  });

  it('what it makes optional stops nothing', async () => {
    const at = world();
    const step = await at.run(
      {
        ...given,
        accounts: `prod=${prod}\nstaging=${staging}`,
        regions: 'eu-west-1\nus-west-2\nme-central-1',
      },
      { files: { 'targets.yml': file.replace(/ {2}home:\n.*\n/, '') } },
    );
    expect(step.result.stopped).toBe(false);
    expect(statusOf(step.result, step.promotion)).toBe('partial');
  });
});
