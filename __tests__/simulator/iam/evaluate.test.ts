import { describe, expect, it } from '@jest/globals';
import {
  type AccessRequest,
  evaluate,
  type PolicySource,
  parsePolicy,
} from '../../../simulator/iam/evaluate.ts';

const ROLE = 'arn:aws:iam::111122223333:role/promoter';
const IMAGE = 'arn:aws:ec2:us-east-1::image/ami-1';

function policy(statement: object, name = 'p'): PolicySource {
  return parsePolicy(name, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'ec2:CopyImage', Resource: '*', ...statement }],
  });
}

function request(changes: Partial<AccessRequest> = {}): AccessRequest {
  return {
    action: 'ec2:CopyImage',
    resource: IMAGE,
    principal: {
      arn: 'arn:aws:sts::111122223333:assumed-role/promoter/s',
      account: '111122223333',
      roleArn: ROLE,
    },
    context: new Map(),
    ...changes,
  };
}

describe('the identity policies of a principal', () => {
  it('deny by silence', () => {
    expect(evaluate([], request())).toEqual({ effect: 'implicit-deny' });
    expect(evaluate([policy({ Action: 'ec2:CopySnapshot' })], request())).toEqual({
      effect: 'implicit-deny',
    });
  });

  it('allow with the statement and the patterns that decided', () => {
    const source = parsePolicy('promote.json', {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Read', Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
        { Effect: 'Allow', Action: ['ec2:CreateTags', 'ec2:Copy*'], Resource: 'arn:aws:ec2:*::image/*' },
      ],
    });
    expect(evaluate([source], request())).toEqual({
      effect: 'allow',
      by: {
        policy: 'promote.json',
        statement: 1,
        actionPattern: 'ec2:Copy*',
        resourcePattern: 'arn:aws:ec2:*::image/*',
      },
    });
  });

  it('let a Deny of any policy win over every Allow', () => {
    const decision = evaluate([policy({}), policy({ Effect: 'Deny', Action: '*' }, 'scp')], request());
    expect(decision).toMatchObject({ effect: 'explicit-deny', by: { policy: 'scp', actionPattern: '*' } });
  });

  it('ignore a Deny whose condition does not hold', () => {
    const deny = policy({
      Effect: 'Deny',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    });
    expect(evaluate([policy({}), deny], request()).effect).toBe('allow');
  });

  it('refuse to judge a policy with a Principal', () => {
    expect(() => evaluate([policy({ Principal: '*' })], request())).toThrow('has a Principal');
  });

  it('refuse a request that is not well formed', () => {
    expect(() => evaluate([], request({ action: 'ec2:*' }))).toThrow('no IAM action');
    expect(() => evaluate([], request({ resource: 'ami-1' }))).toThrow('no ARN');
    expect(() => evaluate([], request({ context: new Map([['aws:TagKeys', ['a']]]) }))).toThrow('lower case');
  });
});

describe('patterns', () => {
  const effectOf = (statement: object, changes: Partial<AccessRequest> = {}): string =>
    evaluate([policy(statement)], request(changes)).effect;

  it.each([
    ['*', 'allow'],
    ['ec2:*', 'allow'],
    ['EC2:copyimage', 'allow'],
    ['ec2:Copy?mage', 'allow'],
    ['ec2:C*I*e', 'allow'],
    ['ec2:CopyImage?', 'implicit-deny'],
    ['ec2:Copy', 'implicit-deny'],
    ['kms:*', 'implicit-deny'],
  ])('the action %s on ec2:CopyImage gives %s', (Action, effect) => {
    expect(effectOf({ Action })).toBe(effect);
  });

  it.each([
    ['*', 'allow'],
    ['arn:aws:ec2:us-east-1::image/ami-1', 'allow'],
    ['arn:aws:ec2:us-*::image/*', 'allow'],
    ['arn:aws:ec2:*:*:*', 'allow'],
    ['arn:aws:ec2:*::IMAGE/*', 'implicit-deny'],
    ['arn:aws:ec2:*::snapshot/*', 'implicit-deny'],
    ['arn:aws:ec2:*:111122223333:image/*', 'implicit-deny'],
    ['arn:aws-cn:ec2:*::image/*', 'implicit-deny'],
  ])('the resource %s gives %s', (Resource, effect) => {
    expect(effectOf({ Resource })).toBe(effect);
  });

  it('of a resource reach over colons in its last part only', () => {
    const parameter = 'arn:aws:logs:us-east-1:111122223333:log-group:a:b';
    expect(effectOf({ Resource: 'arn:aws:logs:*:*:log-group:*' }, { resource: parameter })).toBe('allow');
    expect(effectOf({ Resource: 'arn:aws:logs:*:log-group:a:b' }, { resource: parameter })).toBe(
      'implicit-deny',
    );
  });

  it('match a call without resources by * alone', () => {
    expect(effectOf({}, { resource: '*' })).toBe('allow');
    expect(effectOf({ Resource: 'arn:aws:ec2:*:*:*' }, { resource: '*' })).toBe('implicit-deny');
  });

  it('of NotAction and NotResource match what none of them names', () => {
    const notAction = { NotAction: ['iam:*', 'sts:*'] };
    expect(evaluate([fromParts(notAction)], request()).by?.actionPattern).toBe('not iam:*, sts:*');
    expect(evaluate([fromParts({ NotAction: 'ec2:Copy*' })], request()).effect).toBe('implicit-deny');
    const elsewhere = { NotResource: 'arn:aws:ec2:us-east-1::image/*' };
    expect(evaluate([fromParts(elsewhere)], request()).effect).toBe('implicit-deny');
    const other = request({ resource: 'arn:aws:ec2:eu-west-1::image/ami-1' });
    expect(evaluate([fromParts(elsewhere)], other).effect).toBe('allow');
  });

  function fromParts(parts: { NotAction?: unknown; NotResource?: unknown }): PolicySource {
    const action = parts.NotAction === undefined ? { Action: '*' } : { NotAction: parts.NotAction };
    const resource = parts.NotResource === undefined ? { Resource: '*' } : { NotResource: parts.NotResource };
    return parsePolicy('p', { Statement: { Effect: 'Allow', ...action, ...resource } });
  }
});
