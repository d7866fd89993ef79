import { describe, expect, it } from '@jest/globals';
import { type Decision, evaluateResourcePolicy, parsePolicy } from '../../../simulator/iam/evaluate.ts';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/k';
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const SESSION = {
  arn: 'arn:aws:sts::111122223333:assumed-role/promoter/run',
  account: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/promoter',
};
const WEB = { arn: '', account: '', federated: PROVIDER };
const SERVICE = { arn: '', account: '', service: 'ec2.amazonaws.com' };

type Caller = typeof SESSION | typeof WEB | typeof SERVICE;

function ask(caller: Caller, statements: readonly object[]): Decision {
  const full = statements.map((statement) => ({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: '*',
    ...statement,
  }));
  return evaluateResourcePolicy(parsePolicy('key', { Version: '2012-10-17', Statement: full }), {
    action: 'kms:Decrypt',
    resource: KEY,
    principal: caller,
    context: new Map(),
  });
}

describe('the principal of a key or trust policy', () => {
  it.each<[string, unknown, Caller, string, boolean | undefined]>([
    ['an account by number', { AWS: '111122223333' }, SESSION, 'allow', true],
    ['an account by its root', { AWS: 'arn:aws:iam::111122223333:root' }, SESSION, 'allow', true],
    ['another account', { AWS: '444455556666' }, SESSION, 'implicit-deny', undefined],
    ['the role', { AWS: ['444455556666', SESSION.roleArn] }, SESSION, 'allow', undefined],
    ['another role', { AWS: `${SESSION.roleArn}2` }, SESSION, 'implicit-deny', undefined],
    ['the session', { AWS: SESSION.arn }, SESSION, 'allow', undefined],
    ['another session', { AWS: `${SESSION.arn}2` }, SESSION, 'implicit-deny', undefined],
    ['everyone', '*', SESSION, 'allow', undefined],
    ['every AWS principal', { AWS: '*' }, SESSION, 'allow', undefined],
    ['the provider', { Federated: PROVIDER }, WEB, 'allow', undefined],
    ['another provider', { Federated: `${PROVIDER}/x` }, WEB, 'implicit-deny', undefined],
    ['the service', { Service: ['kms.amazonaws.com', 'ec2.amazonaws.com'] }, SERVICE, 'allow', undefined],
    ['another service', { Service: 'kms.amazonaws.com' }, SERVICE, 'implicit-deny', undefined],
    ['the provider, for a role', { Federated: PROVIDER }, SESSION, 'implicit-deny', undefined],
    ['everyone, for a web identity', '*', WEB, 'implicit-deny', undefined],
    ['everyone, for a service', { AWS: '*' }, SERVICE, 'implicit-deny', undefined],
  ])('%s', (_, Principal, caller, effect, delegated) => {
    const decision = ask(caller, [{ Principal }]);
    expect(decision.effect).toBe(effect);
    expect(decision.by?.delegated).toBe(delegated);
  });

  it('named itself goes before its account named first', () => {
    const decision = ask(SESSION, [
      { Principal: { AWS: '111122223333' } },
      { Principal: { AWS: SESSION.roleArn } },
    ]);
    expect(decision).toEqual({
      effect: 'allow',
      by: { policy: 'key', statement: 1, actionPattern: 'kms:Decrypt', resourcePattern: '*' },
    });
    const together = ask(SESSION, [{ Principal: { AWS: ['111122223333', SESSION.roleArn] } }]);
    expect(together.by?.delegated).toBeUndefined();
  });

  it('is denied by its account, and by everyone whoever it is', () => {
    const allow = { Principal: { AWS: SESSION.roleArn } };
    expect(ask(SESSION, [allow, { Effect: 'Deny', Principal: { AWS: '111122223333' } }]).effect).toBe(
      'explicit-deny',
    );
    const web = { Principal: { Federated: PROVIDER } };
    expect(ask(WEB, [web, { Effect: 'Deny', Principal: '*' }]).effect).toBe('explicit-deny');
  });

  it('must be there', () => {
    expect(() => ask(SESSION, [{}])).toThrow('statement 0 has no Principal');
  });

  it('needs no resource in a trust policy', () => {
    const trust = parsePolicy('trust', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: PROVIDER },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'token.actions.githubusercontent.com:repository_id': '7' } },
      },
    });
    const request = {
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: 'arn:aws:iam::111122223333:role/promoter',
      principal: WEB,
    };
    const key = 'token.actions.githubusercontent.com:repository_id';
    expect(evaluateResourcePolicy(trust, { ...request, context: new Map([[key, ['7']]]) }).effect).toBe(
      'allow',
    );
    expect(evaluateResourcePolicy(trust, { ...request, context: new Map([[key, ['8']]]) }).effect).toBe(
      'implicit-deny',
    );
  });
});
