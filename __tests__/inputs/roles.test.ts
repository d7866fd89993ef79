import { describe, expect, it } from '@jest/globals';
import { promotionOf, type Said, sentencesOf } from './asking.ts';

const home = '111122223333';
const prod = '444455556666';
const both = { accounts: `home\nprod=${prod}` };

function arnsOf(said: Said): readonly (string | undefined)[] {
  const { home, owners } = promotionOf(said);
  return [home.roleArn, ...owners.map((owner) => owner.roleArn)];
}

describe('A role', () => {
  it.each([
    ['ami-promotion', 'ami-promotion'],
    ['/team/ami/promotion', 'team/ami/promotion'],
    ['/promotion', 'promotion'],
    ['a+b=c,d.e@f-g_h', 'a+b=c,d.e@f-g_h'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['promotion-{partition}', 'promotion-aws'],
  ])('named %s is assumed in every account', (role, name) => {
    expect(arnsOf({ ...both, role })).toEqual([
      `arn:aws:iam::${home}:role/${name}`,
      `arn:aws:iam::${home}:role/${name}`,
      `arn:aws:iam::${prod}:role/${name}`,
    ]);
  });

  it('as an ARN has its placeholders replaced for each account', () => {
    expect(arnsOf({ ...both, role: 'arn:{partition}:iam::{account}:role/x/in-{account}' })).toEqual([
      `arn:aws:iam::${home}:role/x/in-${home}`,
      `arn:aws:iam::${home}:role/x/in-${home}`,
      `arn:aws:iam::${prod}:role/x/in-${prod}`,
    ]);
  });

  it('is in the partition of the source', () => {
    const said = { 'source-region': 'cn-north-1', regions: 'cn-north-1' };
    expect(promotionOf(said).home.roleArn).toBe(`arn:aws-cn:iam::${home}:role/ami-promotion`);
  });

  it.each([
    ['none', 'is not a role; name the role to assume, or set ambient-credentials: true'],
    ['team/promotion', 'has a path that does not begin with a slash; did you mean "/team/promotion"?'],
    ['role/promotion', 'is not the name of a role; did you mean "promotion"?'],
    [
      'arn:aws:sts::123456789012:assumed-role/promotion/session',
      'is a session of a role; write the role itself, as arn:aws:iam::123456789012:role/NAME',
    ],
    ['{acount}', 'holds "{acount}", which stands for nothing here; did you mean "{account}"?'],
    ['x-{region}', 'holds "{region}", which stands for nothing here; there is {account} {partition}'],
    [
      '{account',
      'holds a brace that belongs to no placeholder; write braces only around names, as in {account} {partition}',
    ],
  ])('may not be %s', (role, message) => {
    expect(sentencesOf({ role })).toEqual([`role: "${role}" ${message}`]);
  });

  it.each([
    'a b',
    'x'.repeat(65),
    '/team/',
    'arn:aws:iam::123456789012:user/x',
    'arn:aws:iam::1234:role/x',
    'arn:aws:iam::111122223333:role/',
    'arn:{account}:iam::111122223333:role/x',
    'arn:aws:iam::1{account}:role/x',
    'a\nb',
  ])('is a name or an ARN, which %j is not', (role) => {
    expect(sentencesOf({ role })).toEqual([
      expect.stringMatching(/ is neither the name nor the ARN of a role; write ami-promotion, /),
    ]);
  });

  it('that names an account is not for others', () => {
    expect(sentencesOf({ ...both, role: `arn:aws:iam::${home}:role/x` })).toEqual([
      `role: "arn:aws:iam::${home}:role/x" names a role of another account than prod (${prod}), where it would be assumed; write {account} in place of the account id, or only the name of the role`,
    ]);
  });

  it('that names an account is not for another home account', () => {
    expect(sentencesOf({ accounts: prod, role: `arn:aws:iam::${prod}:role/x` })).toEqual([
      expect.stringContaining(`names a role of another account than home (${home})`),
    ]);
  });

  it.each(['arn:aws-cn:iam::{account}:role/x', 'arn:{partition}-cn:iam::{account}:role/x'])(
    'of another partition, %s, is a fault',
    (role) => {
      expect(sentencesOf({ role })).toEqual([
        expect.stringContaining('is in another partition than the source, which is in aws'),
      ]);
    },
  );
});

describe('A source role', () => {
  it('is assumed in the home account, also as an owner, and role in the others', () => {
    expect(arnsOf({ ...both, role: 'write', 'source-role': 'read' })).toEqual([
      `arn:aws:iam::${home}:role/read`,
      `arn:aws:iam::${home}:role/read`,
      `arn:aws:iam::${prod}:role/write`,
    ]);
  });

  it('leaves role for the others, whose account it may name', () => {
    const said = {
      ...both,
      role: `arn:aws:iam::${prod}:role/write`,
      'source-role': `arn:aws:iam::${home}:role/read`,
    };
    expect(arnsOf(said)).toHaveLength(3);
  });

  it('is a role of the home account', () => {
    expect(sentencesOf({ 'source-role': `arn:aws:iam::${prod}:role/read` })).toEqual([
      expect.stringMatching(/^source-role: .* names a role of another account than home/),
    ]);
  });

  it('does not excuse a role that is none', () => {
    expect(sentencesOf({ role: 'a b', 'source-role': 'c d' }).map((text) => text.split(':')[0])).toEqual([
      'role',
      'source-role',
    ]);
    expect(sentencesOf({ 'source-role': 'none' })).toHaveLength(1);
  });
});
