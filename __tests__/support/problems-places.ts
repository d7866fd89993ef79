import { imagesIn } from '../../simulator/look.ts';
import { sessionOf } from '../../simulator/sessions.ts';
import { planText } from '../../src/report/plan.ts';
import { home, prod, sourceId, sourceRegion, sourceSnapshots } from './organization.ts';
import { atSource, but, type Problem, pull } from './problems.ts';
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
    name: 'two sources called alike',
    code: 'SameKeyTwice',
    changes: second,
    given: { source: `${sourceId}\n${idOf('b')}` },
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
