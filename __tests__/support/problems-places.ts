import { imagesIn } from '../../simulator/look.ts';
import { sessionOf } from '../../simulator/sessions.ts';
import { planText } from '../../src/report/plan.ts';
import { type Changes, home, prod, sourceId, sourceRegion, sourceSnapshots } from './organization.ts';
import { atSource, but, type Problem, pull, there } from './problems.ts';
import type { InProcessOptions, Inputs } from './promotion.ts';
import { idOf, imageFile, type Scenario } from './scenario.ts';

const assuming = 'sts:AssumeRoleWithWebIdentity';

/** What stands between a workflow and an account or a Region. */
export const ofPlaces: readonly Problem[] = [
  {
    name: 'a role that does not exist',
    code: 'AccessDenied',
    call: assuming,
    given: pull,
    spoil: ({ world }) => world.accounts.get(prod)?.roles.delete('ami-promotion'),
  },
  {
    name: 'a role that does not trust this workflow',
    code: 'AccessDenied',
    call: assuming,
    given: pull,
    options: async () => ({ job: { environment: 'staging' } }),
  },
  {
    name: 'a role that does not let the hub in',
    code: 'AccessDenied',
    call: 'sts:AssumeRole',
    given: { ...pull, 'hub-role': `arn:aws:iam::${home}:role/ami-promotion` },
  },
  {
    name: 'an account without an identity provider for GitHub',
    code: 'InvalidIdentityToken',
    call: assuming,
    given: pull,
    spoil: ({ world }) => world.accounts.get(prod)?.providers.splice(0),
  },
  {
    name: 'credentials of another account',
    code: 'WrongAccount',
    call: 'sts:GetCallerIdentity',
    given: { role: 'none', 'ambient-credentials': 'true' },
    options: async ({ world }) => ({
      ambient: { ...sessionOf(world, `arn:aws:iam::${prod}:role/ami-promotion`), ends: undefined },
    }),
  },
  {
    name: 'STS switched off wherever it is asked',
    code: 'RegionDisabledException',
    call: assuming,
    changes: {
      regions: {
        [prod]: { 'us-east-1': { sts: false }, 'us-east-2': { sts: false }, 'us-west-1': { sts: false } },
      },
    },
    given: pull,
  },
  {
    name: 'a Region that is not enabled',
    code: 'RegionNotEnabled',
    call: 'ec2:DescribeRegions',
    given: { regions: 'me-central-1' },
  },
  {
    name: 'a Region that does not exist',
    code: 'RegionUnknown',
    call: 'ec2:DescribeRegions',
    given: { regions: 'eu-west-9' },
  },
  {
    name: 'a Region that does not answer',
    code: 'ETIMEDOUT',
    changes: { faults: [{ action: 'ec2:*', region: 'eu-west-1', do: 'silent' }] },
  },
  ...['ec2:DescribeRegions', 'ec2:DescribeImages', 'ec2:DescribeSnapshots'].map((call) => ({
    name: `a role that may not look: ${call}`,
    code: 'UnauthorizedOperation',
    call,
    changes: but(prod, call),
    given: pull,
  })),
];

/** Parameters of the home account, in the Region of the source, and a role that may read them. */
function parameters(values: Readonly<Record<string, string>>): Changes {
  const mayRead = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' },
  };
  return {
    parameters: Object.entries(values).map(([name, value]) => ({ ...atSource, name, value })),
    roles: { [home]: { policies: ['../iam/home-policy.json', mayRead] } },
  };
}

const manifestOfAnother = JSON.stringify({
  version: 1,
  sources: [
    {
      key: 'web',
      origin: `${home}/${sourceRegion}/${idOf('e')}`,
      id: idOf('e'),
      account: home,
      region: sourceRegion,
    },
  ],
  targets: [{ image: 'web', account: home, region: sourceRegion, state: 'promoted', imageId: sourceId }],
});

const buildOfTwo = JSON.stringify({
  builds: [
    {
      name: 'web',
      builder_type: 'amazon-ebs',
      artifact_id: `${sourceRegion}:${sourceId},${there.region}:${idOf('d')}`,
      packer_run_uuid: '1',
    },
  ],
  last_run_uuid: '1',
});

const second = imageFile(atSource, { name: 'web-1' }, 'b');

/** What is wrong with the source images, whatever the targets are. */
export const ofSources: readonly Problem[] = [
  { name: 'a source that does not exist', code: 'SourceNotFound', given: { source: idOf('f') } },
  {
    name: 'a source of another account',
    code: 'SourceOfAnotherAccount',
    changes: imageFile({ account: prod, region: sourceRegion }, { 'launch-permissions': [home] }, 'c'),
    given: { source: idOf('c') },
  },
  {
    name: 'a source that is pending for too long',
    code: 'SourceStillPending',
    changes: { image: { state: 'pending' } },
    given: { 'wait-minutes': '5' },
  },
  {
    name: 'a source without a root volume of EBS',
    code: 'SourceNotEbs',
    spoil: ({ world }) => {
      const [image] = imagesIn(world, home, sourceRegion);
      const devices = [{ kind: 'ephemeral', name: '/dev/xvda', virtualName: 'ephemeral0' }];
      Object.assign(image ?? {}, { devices });
    },
  },
  {
    name: 'a source whose snapshot is gone',
    code: 'SourceSnapshotMissing',
    spoil: ({ world }) => world.snapshots.delete(sourceSnapshots[1]),
  },
  {
    name: 'a source that is called by a number',
    code: 'KeyIsNumber',
    changes: { image: { name: '20261120' } },
  },
  {
    name: 'a source without a tag that it must carry',
    code: 'SourceTagMissing',
    given: { 'require-source-tags': 'scan=passed' },
  },
  {
    name: 'a manifest whose image is a copy of something else',
    code: 'SourceOfAnotherOrigin',
    given: { source: 'manifest:staging.json' },
    options: async () => ({ files: { 'staging.json': manifestOfAnother } }),
  },
  {
    name: 'a build whose copy is something else',
    code: 'SourceCopyDiffers',
    changes: imageFile(there, { architecture: 'arm64' }, 'd'),
    given: { source: 'packer:packer.json' },
    options: async () => ({ files: { 'packer.json': buildOfTwo } }),
  },
  {
    name: 'a parameter that does not exist',
    code: 'ParameterNotFound',
    call: 'ssm:GetParameter',
    changes: { ...parameters({}), switches: { 'missing-parameter': 'not-found' } },
    given: { source: 'ssm:/images/api' },
  },
  {
    name: 'a version of a parameter that does not exist',
    code: 'ParameterVersionNotFound',
    call: 'ssm:GetParameter',
    changes: parameters({ '/images/web': sourceId }),
    given: { source: 'ssm:/images/web:stable' },
  },
  {
    name: 'a parameter that the role may not read',
    code: 'AccessDeniedException',
    call: 'ssm:GetParameter',
    changes: { ...parameters({ '/images/web': sourceId }), roles: {} },
    given: { source: 'ssm:/images/web' },
  },
  {
    name: 'a parameter that holds no AMI id',
    code: 'ParameterNotAnImage',
    changes: parameters({ '/images/web': 'a secret' }),
    given: { source: 'ssm:/images/web' },
  },
  {
    name: 'a parameter that leads to another Region',
    code: 'ParameterElsewhere',
    changes: parameters({ '/images/web': `arn:aws:ssm:eu-west-1:${home}:parameter/images/web` }),
    given: { source: 'ssm:/images/web' },
  },
  {
    name: 'parameters that lead to one another',
    code: 'ParameterInCircles',
    changes: parameters({
      '/images/web': 'resolve:ssm:/images/api',
      '/images/api': 'resolve:ssm:/images/web',
    }),
    given: { source: 'ssm:/images/web' },
  },
  {
    name: 'two sources called alike',
    code: 'SameKeyTwice',
    changes: second,
    given: { source: `${sourceId}\n${idOf('b')}` },
  },
  {
    name: 'one image as two sources',
    code: 'SameImageTwice',
    changes: imageFile(
      atSource,
      { name: 'web-1', tags: { 'promote-ami:source': `${home}/${sourceRegion}/${sourceId}` } },
      'b',
    ),
    given: { source: `one=${sourceId}\ntwo=${idOf('b')}` },
  },
  {
    name: 'two sources under one name at one place',
    code: 'SameNameTwice',
    changes: second,
    given: { source: `one=${sourceId}\ntwo=${idOf('b')}` },
  },
  {
    name: 'a source that is disabled',
    code: 'SourceNotAvailable',
    changes: { image: { state: 'disabled' } },
  },
  {
    name: 'a source that failed',
    code: 'SourceNotAvailable',
    changes: { image: { state: 'failed' } },
  },
];

/** What an approved plan does not have. */
export const ofPlans: readonly Problem[] = [
  {
    name: 'a plan for other sources',
    code: 'PlanOfOtherSources',
    changes: second,
    given: { 'approved-plan': 'plan.json' },
    options: (at) => approved(at, { source: idOf('b') }),
  },
  {
    name: 'a write that the plan does not have',
    code: 'NotInPlan',
    given: { 'approved-plan': 'plan.json', tags: 'stage=prod' },
    options: (at) => approved(at, {}),
  },
];

async function approved(at: Scenario, given: Inputs): Promise<InProcessOptions> {
  const { result } = await at.run({ ...given, mode: 'plan' }, { runId: '1000' });
  return result.plan === undefined ? {} : { files: { 'plan.json': planText(result.plan) } };
}
