import { describe, expect, it } from '@jest/globals';
import { throughEc2Only } from '../../src/aspects/key-policy.ts';
import type { KeyUse } from '../../src/model/observation.ts';

const account = '777788889999';
const role = `arn:aws:iam::${account}:role/ami-consumer`;
const via = { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } };
const forAws = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

function says(statement: unknown, use: KeyUse = 'kms:Decrypt'): boolean {
  return throughEc2Only(
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
    { role, account },
    use,
  );
}

const allow = (over: object) => ({
  Effect: 'Allow',
  Principal: { AWS: role },
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: via,
  ...over,
});

describe('a key policy explains that the role itself is denied what EC2 may do', () => {
  it.each<[string, object]>([
    ['for the role', {}],
    ['for its account', { Principal: { AWS: account } }],
    ['for the root of its account', { Principal: { AWS: [`arn:aws:iam::${account}:root`] } }],
    ['for everybody', { Principal: '*' }],
    ['for every principal of AWS', { Principal: { AWS: '*' } }],
    ['among several principals', { Principal: { AWS: ['arn:aws:iam::111122223333:root', role] } }],
    ['among several actions', { Action: ['kms:Encrypt', 'kms:Decrypt'] }],
    ['by a pattern of actions', { Action: 'kms:*' }],
    ['by a pattern with one letter open', { Action: 'KMS:Decryp?' }],
    ['by a condition in other letters', { Condition: { StringLike: { 'KMS:viaservice': 'ec2.*' } } }],
    [
      'by one of several conditions',
      { Condition: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': 'ec2' } } },
    ],
    [
      'by denying all but EC2',
      { Effect: 'Deny', Condition: { StringNotEquals: { 'kms:ViaService': 'ec2' } } },
    ],
  ])('where it speaks of it %s', (_what, over) => {
    expect(says(allow(over))).toBe(true);
    expect(says([{ Effect: 'Allow', Principal: { AWS: 'x' }, Action: 'kms:List*' }, allow(over)])).toBe(true);
  });

  it.each<[string, object]>([
    ['without a condition', { Condition: {} }],
    ['with another condition', { Condition: { StringEquals: { 'kms:CallerAccount': account } } }],
    ['for somebody else', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
    ['for a service', { Principal: { Service: 'ec2.amazonaws.com' } }],
    ['of another action', { Action: ['kms:DescribeKey', 'kms:DecryptX'] }],
    ['of nothing', { Action: undefined }],
    ['of grants for AWS, where the use is no grant', { Condition: forAws }],
  ])('but not where it speaks %s', (_what, over) => {
    expect(says(allow(over))).toBe(false);
  });

  it('also where a grant may be made for a service of AWS only', () => {
    expect(says(allow({ Action: 'kms:CreateGrant', Condition: forAws }), 'kms:CreateGrant')).toBe(true);
  });

  it.each(['', '{', 'null', '[]', '{"Statement":null}', '{"Statement":["x",7,null]}', '"text"'])(
    'and not where the text is no policy: %s',
    (text) => {
      expect(throughEc2Only(text, { role, account }, 'kms:Decrypt')).toBe(false);
    },
  );
});
