import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../../simulator/iam/evaluate.ts';

const STATEMENT = { Effect: 'Allow', Action: 'ec2:CopyImage', Resource: '*' };

function parsing(statement: object, rest: object = { Version: '2012-10-17' }): () => unknown {
  return () => parsePolicy('iam/push.json', { ...rest, Statement: [{ ...STATEMENT, ...statement }] });
}

describe('a policy is refused', () => {
  it.each<[string, object, string]>([
    ['an unknown element', { Resources: '*' }, 'unknown element Resources'],
    ['NotPrincipal', { NotPrincipal: '*' }, 'unknown element NotPrincipal'],
    ['an unknown effect', { Effect: 'allow' }, 'Effect must be'],
    ['an action that is no text', { Action: [7] }, 'Action must be a string'],
    ['an empty list of actions', { Action: [] }, 'empty list'],
    ['Action with NotAction', { NotAction: '*' }, 'both Action and NotAction'],
    ['Resource with NotResource', { NotResource: '*' }, 'both Resource and NotResource'],
    ['an action without service', { Action: 'CopyImage' }, 'service:Action'],
    ['a wildcard in the service', { Action: 'ec*:CopyImage' }, 'service:Action'],
    ['a resource that is no ARN', { Resource: 'ami-1' }, 'neither "*" nor an ARN'],
    ['a short ARN', { Resource: 'arn:aws:ec2:*' }, 'ARN of six parts'],
    ['a wildcard for the service of an ARN', { Resource: 'arn:aws:*:us-east-1::image/*' }, 'wildcard'],
    ['a policy variable', { Resource: `arn:aws:iam::*:user/${'$'}{aws:username}` }, 'variables'],
    ['a Sid with other characters', { Sid: 'a-b' }, 'letters and digits'],
    ['an unknown operator', { Condition: { StringMatches: { 'a:b': 'c' } } }, 'StringMatches is unknown'],
    ['an operator not built', { Condition: { IpAddress: { 'aws:SourceIp': '::' } } }, 'IpAddress is unknown'],
    ['Null with IfExists', { Condition: { NullIfExists: { 'a:b': 'true' } } }, 'neither IfExists'],
    ['Null with a set', { Condition: { 'ForAnyValue:Null': { 'a:b': 'true' } } }, 'nor a set operator'],
    ['an operator without keys', { Condition: { StringEquals: {} } }, 'has no key'],
    ['a key without service', { Condition: { StringEquals: { key: 'c' } } }, 'service:name'],
    ['a key without values', { Condition: { StringEquals: { 'a:b': [] } } }, 'has no value'],
    ['a value that is an object', { Condition: { StringEquals: { 'a:b': {} } } }, 'is no value'],
    ['a Bool that is none', { Condition: { Bool: { 'a:b': 'yes' } } }, 'neither true nor false'],
    ['a number that is none', { Condition: { NumericLessThanEquals: { 'a:b': 'x' } } }, 'no number'],
    ['an ArnLike without ARN', { Condition: { ArnLike: { 'a:b': '*' } } }, 'no ARN'],
    ['an ArnNotLike without ARN', { Condition: { ArnNotLike: { 'a:b': '*' } } }, 'no ARN'],
    ['a plain operator on a set', { Condition: { StringLike: { 'aws:TagKeys': 'a' } } }, 'ForAnyValue:'],
    ['a wildcard in a principal', { Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }, 'no wildcard'],
    ['an unknown kind of principal', { Principal: { CanonicalUser: 'x' } }, 'unknown element CanonicalUser'],
    ['a principal that is none', { Principal: { AWS: 'arn:aws:iam::1:role/a' } }, 'no account, role'],
    ['an account with a wrong ARN', { Principal: { AWS: '111122223333:root' } }, 'no account, role'],
    [
      'a provider that is none',
      { Principal: { Federated: 'accounts.google.com' } },
      'OpenID Connect provider',
    ],
    ['a service that is none', { Principal: { Service: 'ec2' } }, 'name of an AWS service'],
    ['nobody', { Principal: {} }, 'names nobody'],
  ])('with %s', (_, statement, message) => {
    expect(parsing(statement)).toThrow(message);
  });

  it('with the name of the policy and of the statement', () => {
    expect(parsing({ Effect: 'Maybe' })).toThrow(
      'policy iam/push.json: statement 0: Effect must be "Allow" or "Deny", not "Maybe"',
    );
  });

  it('with an unknown version or member', () => {
    expect(parsing({}, { Version: '2026-01-01' })).toThrow('Version "2026-01-01" is unknown');
    expect(parsing({}, { Comment: 'x' })).toThrow('unknown element Comment');
    expect(() => parsePolicy('p', [])).toThrow('the policy must be an object');
    expect(() => parsePolicy('p', { Version: '2012-10-17', Statement: [] })).toThrow('no Statement');
  });

  it('without a resource, unless it is a trust policy', () => {
    const bare = { Effect: 'Allow', Action: 'sts:AssumeRole' };
    expect(() => parsePolicy('p', { Statement: bare })).toThrow('neither Resource nor NotResource');
    expect(() =>
      parsePolicy('p', { Statement: { ...bare, Principal: { AWS: '111122223333' } } }),
    ).not.toThrow();
  });

  it('without an action', () => {
    expect(() => parsePolicy('p', { Statement: { Effect: 'Allow', Resource: '*' } })).toThrow(
      'neither Action nor NotAction',
    );
  });

  it('with one Sid twice', () => {
    const statement = { ...STATEMENT, Sid: 'Same' };
    expect(() => parsePolicy('p', { Statement: [statement, statement] })).toThrow(
      'two statements have the Sid',
    );
  });
});

describe('a policy is read', () => {
  it('with a statement that stands alone and strings that stand alone', () => {
    expect(parsePolicy('p', { Version: '2012-10-17', Statement: STATEMENT }).document.statements).toEqual([
      {
        effect: 'Allow',
        action: { negated: false, patterns: ['ec2:CopyImage'] },
        resource: { negated: false, patterns: ['*'] },
        conditions: [],
        json: STATEMENT,
      },
    ]);
  });

  it('with operators taken apart', () => {
    const condition = { 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': 'a*' } };
    const { statements } = parsePolicy('p', { Statement: { ...STATEMENT, Condition: condition } }).document;
    expect(statements[0]?.conditions).toEqual([
      { set: 'any', operator: 'StringLike', ifExists: true, key: 'aws:tagkeys', values: ['a*'] },
    ]);
  });

  it('with spaces in the Sid of a key policy', () => {
    expect(parsing({ Sid: 'Enable IAM policies', Principal: '*' })).not.toThrow();
    expect(parsing({ Sid: 'Enable IAM policies' })).toThrow('letters and digits');
  });
});
