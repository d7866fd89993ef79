import { describe, expect, it } from '@jest/globals';
import { throughEc2Only } from '../../src/aspects/key-policy.ts';
import type { KeyUse } from '../../src/model/observation.ts';

const account = '777788889999';
const owner = '111122223333';
const role = `arn:aws:iam::${account}:role/ami-consumer`;
const ec2 = 'ec2.eu-west-1.amazonaws.com';
const via = { StringEquals: { 'kms:ViaService': ec2 } };
const forAws = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

function says(statement: unknown, use: KeyUse = 'kms:Decrypt'): boolean {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  return throughEc2Only(policy, { role, account, region: 'eu-west-1', use });
}

const allow = (over: object) => ({
  Effect: 'Allow',
  Principal: { AWS: role },
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: via,
  ...over,
});
const deny = (over: object) => allow({ Effect: 'Deny', Principal: '*', Action: 'kms:*', ...over });
const plain = allow({ Condition: undefined });
const allButEc2 = { StringNotEquals: { 'kms:ViaService': ec2 } };

describe('a key policy explains that the role itself is denied what EC2 may do', () => {
  it.each<[string, object]>([
    ['for the role', {}],
    ['for its account', { Principal: { AWS: account } }],
    ['for the root of its account', { Principal: { AWS: [`arn:aws:iam::${account}:root`] } }],
    ['for everybody', { Principal: '*' }],
    ['for every principal of AWS', { Principal: { AWS: '*' } }],
    ['among several principals', { Principal: { AWS: [`arn:aws:iam::${owner}:root`, role] } }],
    ['among several actions', { Action: ['kms:Encrypt', 'kms:Decrypt'] }],
    ['by a pattern of actions', { Action: 'kms:*' }],
    ['by a pattern with one letter open', { Action: 'KMS:Decryp?' }],
    ['by a condition in other letters', { Condition: { StringLike: { 'KMS:viaservice': 'ec2.*' } } }],
    [
      'among several services',
      { Condition: { StringEquals: { 'kms:ViaService': ['rds.eu-west-1.amazonaws.com', ec2] } } },
    ],
    [
      'beside a condition that holds',
      { Condition: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': ec2 } } },
    ],
    [
      'beside a condition that nobody can judge',
      { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1', 'kms:ViaService': ec2 } } },
    ],
  ])('where it allows that %s', (_what, over) => {
    expect(says(allow(over))).toBe(true);
    expect(says([{ Effect: 'Allow', Principal: { AWS: 'x' }, Action: 'kms:List*' }, allow(over)])).toBe(true);
  });

  it.each<[string, object]>([
    ['without a condition', { Condition: {} }],
    ['with another condition', { Condition: { StringEquals: { 'kms:CallerAccount': account } } }],
    [
      'through another service',
      { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } },
    ],
    [
      'through EC2 of another Region',
      { Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } } },
    ],
    [
      'for callers of another account',
      {
        Condition: { StringEquals: { 'kms:CallerAccount': owner, 'kms:ViaService': ec2 } },
        Principal: { AWS: '*' },
      },
    ],
    [
      'for another role',
      {
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': `${role}-2` },
          StringEquals: { 'kms:ViaService': ec2 },
        },
      },
    ],
    ['for all but EC2', { Condition: allButEc2 }],
    ['for somebody else', { Principal: { AWS: `arn:aws:iam::${owner}:root` } }],
    ['for a service', { Principal: { Service: 'ec2.amazonaws.com' } }],
    ['of another action', { Action: ['kms:DescribeKey', 'kms:DecryptX'] }],
    ['of nothing', { Action: undefined }],
    ['of grants for AWS, where the use is no grant', { Condition: forAws }],
  ])('but not where it allows something %s', (_what, over) => {
    expect(says(allow(over))).toBe(false);
  });

  it('where it lets the role in, and denies all but EC2', () => {
    expect(says([plain, deny({ Condition: allButEc2 })])).toBe(true);
    expect(says(deny({ Condition: allButEc2 }))).toBe(false);
  });

  it('but not where it denies what goes through EC2, or all', () => {
    expect(says([allow({}), deny({ Condition: via })])).toBe(false);
    expect(says([allow({}), deny({ Condition: undefined })])).toBe(false);
    expect(says(deny({ Condition: via }))).toBe(false);
  });

  it.each<[string, object]>([
    ['all but an account', { Condition: { StringNotEquals: { 'aws:PrincipalAccount': [owner] } } }],
    ['all but a role', { Condition: { ArnNotLike: { 'aws:PrincipalArn': `${role}-2` } } }],
    ['all but some principals', { Principal: undefined, NotPrincipal: { AWS: owner } }],
    ['all but some actions', { Action: undefined, NotAction: 'kms:List*' }],
    ['under no condition', { Condition: {} }],
    [
      'under a condition that nobody can judge',
      { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
    ],
    ['whatever goes through a service', { Condition: { Null: { 'kms:ViaService': 'false' } } }],
    [
      'whatever another service than RDS does',
      { Condition: { StringNotEquals: { 'kms:ViaService': 'rds.eu-west-1.amazonaws.com' } } },
    ],
  ])('but not where it denies %s', (_what, over) => {
    const { NotPrincipal, NotAction, ...rest } = { NotPrincipal: undefined, NotAction: undefined, ...over };
    const statement = JSON.parse(JSON.stringify(deny({ ...rest, NotPrincipal, NotAction })));
    expect(says([allow({}), statement])).toBe(false);
  });

  it.each<[string, object]>([
    ['another account', { Condition: { StringEquals: { 'aws:PrincipalAccount': owner } } }],
    ['all but this role', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } } }],
    ['what comes through no service', { Condition: { Null: { 'kms:ViaService': 'true' } } }],
  ])('though it denies %s', (_what, over) => {
    expect(says([allow({}), deny(over)])).toBe(true);
  });

  it('where all grants are denied but those for a service of AWS', () => {
    const grants = plain.Action === 'kms:Decrypt' ? { ...plain, Action: 'kms:CreateGrant' } : plain;
    const others = deny({ Condition: { Bool: { 'kms:GrantIsForAWSResource': 'false' } } });
    expect(says([grants, others], 'kms:CreateGrant')).toBe(true);
    expect(says([plain, others], 'kms:Decrypt')).toBe(false);
  });

  it('also where a grant may be made for a service of AWS only', () => {
    expect(says(allow({ Action: 'kms:CreateGrant', Condition: forAws }), 'kms:CreateGrant')).toBe(true);
    const yes = { Bool: { 'kms:GrantIsForAWSResource': true } };
    expect(says(allow({ Action: 'kms:CreateGrant', Condition: yes }), 'kms:CreateGrant')).toBe(true);
  });

  it.each(['', '{', 'null', '[]', '{"Statement":null}', '{"Statement":["x",7,null]}', '"text"'])(
    'and not where the text is no policy: %s',
    (text) => {
      expect(throughEc2Only(text, { role, account, region: 'eu-west-1', use: 'kms:Decrypt' })).toBe(false);
    },
  );
});
