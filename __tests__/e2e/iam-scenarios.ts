import { isVerified, type Outcome, type Result } from '../../src/model/outcome.ts';
import { type Changes, consumer, home, prod, staging, unitArn } from '../support/organization.ts';
import { type Inputs, inputs } from '../support/promotion.ts';

/** What the action does, each so that it needs some part of the policies in iam/. */
export const copying = { seconds: 60 };
const pullingBoth = `prod=${prod}\nstaging=${staging}`;
const imds = { image: { 'imds-support': 'v2.0' }, switches: { 'not-copied': ['imdsSupport'] } };

/** Roles that may only read. */
const planners = Object.fromEntries(
  [home, prod, staging].map((account) => [account, { policies: ['../iam/read-only-policy.json'] }]),
);

/** The hub in an account of its own, and the roles that it assumes. */
const spokes = {
  HUB_ACCOUNT_ID: staging,
  HUB_ROLE_NAME: 'ami-hub',
  EXTERNAL_ID: 'promote-ami',
  ROLE_NAME: 'ami-from-hub',
  OWNER_ACCOUNT_ID: prod,
};
export const hubAndSpokes = {
  [staging]: [
    {
      name: 'ami-hub',
      'trust-policy': '../iam/trust-policy.json',
      policies: ['../iam/hub-policy.json'],
      values: spokes,
    },
  ],
  [home]: [spoke('../iam/home-policy.json')],
  [prod]: [spoke('../iam/owner-policy.json')],
};

function spoke(policy: string) {
  return {
    name: 'ami-from-hub',
    'trust-policy': '../iam/hub-trust-policy.json',
    policies: [policy],
    values: spokes,
  };
}

/** Copies that come to nothing: all of a Region, or the first one. */
const failing = { action: 'ec2:CopyImage', do: 'fail-copy', reason: 'Copy image failed.' };
const failsFirst = [{ ...failing, nth: 1 }];
const failsInWest = [{ ...failing, region: 'us-west-2' }];

export interface Scenario {
  readonly name: string;
  readonly changes: Changes;
  /** A step before, under other roles. */
  readonly earlier?: Inputs;
  readonly given: Inputs;
  /** How many trials are denied, as the scenario is about. */
  readonly denials?: number;
  /** Once unless given. */
  readonly runs?: number;
  /** What it is about instead of a promotion that leaves nothing to say. */
  readonly succeeds?: (result: Result) => boolean;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'an encrypted push, tagged and shared, whose copies lose IMDSv2, and the source in place',
    changes: { copying, ...imds },
    given: inputs({ regions: 'us-east-1\neu-west-1', tags: 'stage=production', 'share-with': unitArn }),
  },
  {
    name: 'a push under the default key',
    changes: { copying },
    given: inputs({ 'kms-key': 'ebs-default' }),
  },
  {
    name: 'an unencrypted push',
    changes: { copying, encryptedSource: false },
    given: inputs({ 'kms-key': 'none' }),
  },
  {
    name: 'an encrypted pull into two accounts',
    changes: { copying },
    given: inputs({
      accounts: `prod=${prod}\nstaging=${staging}`,
      regions: 'us-east-1\neu-west-1',
      'kms-key': 'ebs-default',
    }),
  },
  {
    name: 'a pull that the owner tags and shares, and whose copy loses IMDSv2',
    changes: { copying, ...imds },
    given: inputs({ accounts: `prod=${prod}`, tags: 'stage=production', 'share-with': consumer }),
  },
  {
    name: 'an unencrypted pull',
    changes: { copying, encryptedSource: false },
    given: inputs({ accounts: `prod=${prod}`, 'kms-key': 'none' }),
  },
  ...[home, prod].map((account) => ({
    name: `an image of ${account} that becomes public`,
    changes: {
      copying,
      encryptedSource: false,
      regions: { [account]: { 'eu-west-1': { 'public-sharing': true } } },
    },
    given: inputs({
      accounts: account === home ? 'home' : `prod=${account}`,
      'kms-key': 'none',
      public: 'true',
    }),
  })),
  ...[home, prod].map((account) => ({
    name: `an image of ${account} whose snapshots are shared`,
    changes: {
      copying,
      roles: {
        [account]: {
          policies: [
            account === home ? '../iam/home-policy.json' : '../iam/owner-policy.json',
            '../iam/share-snapshots-policy.json',
          ],
        },
      },
    },
    given: inputs({
      accounts: account === home ? 'home' : `prod=${account}`,
      'share-with': consumer,
      'share-snapshots': 'true',
    }),
  })),
  {
    name: 'a plan of an encrypted pull and of what is there in place',
    changes: { roles: planners },
    given: inputs({
      mode: 'plan',
      accounts: `home\n${pullingBoth}`,
      regions: 'us-east-1\neu-west-1',
      'kms-key': 'ebs-default',
    }),
  },
  {
    name: 'a plan of an unencrypted pull that becomes public',
    changes: {
      roles: planners,
      encryptedSource: false,
      regions: { [prod]: { 'eu-west-1': { 'public-sharing': true } } },
    },
    given: inputs({
      mode: 'plan',
      accounts: `prod=${prod}`,
      'kms-key': 'none',
      public: 'true',
    }),
  },
  ...[home, prod].map((account) => ({
    name: `a copy of ${account} that fails, and leaves nothing once the next run made another`,
    changes: { copying, faults: failsFirst, switches: { 'failed-copy-snapshots': 'unlisted' } },
    given: inputs({ accounts: account, 'kms-key': 'ebs-default' }),
    runs: 2,
  })),
  ...[home, prod].map((account) => ({
    name: `a promotion in ${account} that is rolled back`,
    changes: {
      copying,
      faults: failsInWest,
      roles: {
        [account]: {
          policies: [
            account === home ? '../iam/home-policy.json' : '../iam/owner-policy.json',
            '../iam/rollback-policy.json',
          ],
        },
      },
    },
    given: inputs({
      accounts: account,
      regions: `${account === home ? 'us-east-1\n' : ''}eu-west-1\nus-west-2`,
      'kms-key': 'ebs-default',
      tags: 'stage=production',
      'share-with': consumer,
      'rollback-on': 'failure',
    }),
    succeeds: isRolledBack,
  })),
  {
    name: 'a promotion through a hub',
    changes: { copying, encryptedSource: false, moreRoles: hubAndSpokes },
    given: inputs({
      role: 'ami-from-hub',
      'hub-role': `arn:aws:iam::${staging}:role/ami-hub`,
      'role-external-id': 'promote-ami',
      accounts: `home\nprod=${prod}`,
      'kms-key': 'ebs-default',
    }),
  },
];

/** Whether a promotion left nothing over and nothing open, or a plan could say all that it takes. */
export function isComplete({ outcomes, plan, opened }: Result): boolean {
  const isDone = (outcome: Outcome) =>
    isVerified(outcome) || (plan !== undefined && outcome.state === 'skipped');
  return (
    outcomes.length > 0 &&
    outcomes.every((outcome) => isDone(outcome)) &&
    outcomes.every(({ differences }) => differences.every(({ aspect }) => aspect !== 'tidy')) &&
    opened.every(({ state }) => state === 'closed') &&
    (plan?.targets ?? []).every(({ warnings }) =>
      warnings.every(({ found }) => !found.includes('not readable')),
    )
  );
}

/** Whether a promotion failed as it should, and nothing is left of it. */
function isRolledBack({ outcomes, rollback, opened }: Result): boolean {
  return (
    outcomes.some((outcome) => outcome.state === 'failed' && outcome.failure.code === 'RolledBack') &&
    rollback !== undefined &&
    rollback.left.length === 0 &&
    opened.every(({ state }) => state === 'closed')
  );
}
