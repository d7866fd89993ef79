import type { Result } from '../../src/model/outcome.ts';
import { home, keyIdOf, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copying, isComplete, type Scenario } from './iam-scenarios.ts';

const trust = { 'trust-policy': '../iam/trust-policy.json' };

/** The gate's roles: one that looks where the image is owned, and one of a consumer; and one that reads a parameter. */
export const gateRoles = {
  [home]: [
    { name: 'ami-verification', ...trust, policies: ['../iam/verification-policy.json'] },
    {
      name: 'ami-parameter',
      ...trust,
      policies: ['../iam/home-policy.json', '../iam/source-parameter-policy.json'],
      values: { PARAMETER_NAME: 'images/web' },
    },
  ],
  [staging]: [
    {
      name: 'ami-consumer',
      ...trust,
      policies: ['../iam/consumer-policy.json'],
      values: { OWNER_ACCOUNT_ID: home },
    },
  ],
};

const shared = inputs({ 'share-with': staging, 'kms-key': 'alias/shared' });
const gate = {
  ...shared,
  mode: 'verify',
  role: 'ami-verification',
  'consumer-role': `arn:aws:iam::${staging}:role/ami-consumer`,
  'wait-minutes': '0',
};

/** A key of the home account that the consumer may use on a condition. */
function keyFor(Condition: object): object {
  const Action = ['kms:Decrypt', 'kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext'];
  const Principal = { AWS: `arn:aws:iam::${staging}:root` };
  const Statement = { Effect: 'Allow', Principal, Action, Resource: '*', Condition };
  return {
    id: '00000000-0000-4000-8000-000000000999',
    account: home,
    region: 'eu-west-1',
    alias: 'alias/shared',
    policies: ['default', { Version: '2012-10-17', Statement }],
  };
}

const throughEc2 = { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } };
const closed = { state: 'enabled', criteria: [{ providers: [prod] }] };
const changes = { copying, moreRoles: gateRoles };

/** What the gate does, and what reads a parameter. */
export const gateScenarios: readonly Scenario[] = [
  {
    name: 'a gate as the consumer',
    changes: { ...changes, keys: [keyFor({})] },
    earlier: shared,
    given: gate,
  },
  {
    name: 'a gate as the consumer, under a key that is open to EC2 only',
    changes: { ...changes, keys: [keyFor(throughEc2)] },
    earlier: shared,
    given: gate,
    denials: 3,
    succeeds: (result) =>
      isComplete(result) && result.outcomes.some(({ differences }) => differences.length === 1),
  },
  {
    name: 'a gate as a consumer that does not allow itself the image',
    changes: {
      ...changes,
      keys: [keyFor({})],
      regions: { [staging]: { 'eu-west-1': { 'allowed-images': closed } } },
    },
    earlier: shared,
    given: gate,
    succeeds: isShutBy('NotAllowedByConsumer'),
  },
  {
    name: 'a gate that looks at the default key and at snapshots',
    changes: {
      ...changes,
      roles: { [home]: { policies: ['../iam/home-policy.json', '../iam/share-snapshots-policy.json'] } },
    },
    earlier: inputs({
      'share-with': staging,
      'share-snapshots': 'true',
      'kms-key': keyIdOf(home, 'eu-west-1'),
    }),
    given: inputs({
      ...{ mode: 'verify', role: 'ami-verification', 'wait-minutes': '0' },
      ...{ 'share-with': staging, 'share-snapshots': 'true', 'kms-key': 'ebs-default' },
    }),
  },
  {
    name: 'a source that a parameter names',
    changes: {
      ...changes,
      parameters: [{ account: home, region: sourceRegion, name: '/images/web', value: sourceId }],
    },
    given: inputs({ source: 'ssm:/images/web:1', role: 'ami-parameter' }),
  },
];

function isShutBy(code: string): (result: Result) => boolean {
  return ({ outcomes }) =>
    outcomes.length > 0 &&
    outcomes.every((outcome) => outcome.state === 'failed' && outcome.failure.code === code);
}
