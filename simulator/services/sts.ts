import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  GetCallerIdentity$,
} from '@aws-sdk/client-sts';
import { parseArn, roleArn, sessionArn, stableId } from '../arn.ts';
import { regionDisabled } from '../authenticate.ts';
import { permission } from '../authorize.ts';
import type { Call } from '../call.ts';
import { evaluateResourcePolicy } from '../iam/evaluate.ts';
import { settingsOf } from '../places.ts';
import { newSession } from '../sessions.ts';
import { AwsError } from '../wire/error.ts';
import { operation } from '../wire/operation.ts';
import type { Account, Role } from '../world.ts';
import { checkIdentity, type WebIdentity } from './web-identity.ts';

const action = 'sts:AssumeRoleWithWebIdentity';

/**
 * AssumeRoleWithWebIdentity, the one call that comes unsigned: the token is judged first, then the role's trust
 * policy, then the duration. AWS: 900 to 43,200 seconds, 3,600 by default, and no more than the role allows.
 */
export const assumeRoleWithWebIdentity = operation(AssumeRoleWithWebIdentity$, {
  service: 'sts',
  mutating: false,
  accepts: ['RoleArn', 'RoleSessionName', 'WebIdentityToken', 'DurationSeconds'],
  run: async (call, input: AssumeRoleWithWebIdentityRequest) => {
    const { world } = call;
    const { account, name } = readRole(call, input.RoleArn ?? '');
    const session = input.RoleSessionName ?? '';
    const duration = input.DurationSeconds ?? 3600;
    check('roleSessionName', /^[\w+=,.@-]{2,64}$/.test(session), session);
    check('durationSeconds', duration >= 900 && duration <= 43_200, String(duration));
    if (account === undefined) {
      throw notAuthorized();
    }
    if (call.region !== '' && !isActive(call, account)) {
      throw regionDisabled(account.id);
    }
    const identity = await checkIdentity(world, account, input.WebIdentityToken ?? '');
    const role = account.roles.get(name);
    if (role === undefined || role.created + world.switches.trustLagSeconds * 1000 > world.clock.now()) {
      throw notAuthorized();
    }
    checkTrust(call, role, identity, { account: account.id, session });
    if (duration > role.maxSessionSeconds) {
      const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
      throw new AwsError('ValidationError', message);
    }
    const given = newSession(world, { account: account.id, role: name, name: session, seconds: duration });
    return {
      Credentials: {
        AccessKeyId: given.accessKeyId,
        SecretAccessKey: given.secret,
        SessionToken: given.token,
        Expiration: new Date(given.expires),
      },
      AssumedRoleUser: {
        Arn: sessionArn(world, account.id, name, session),
        AssumedRoleId: `${stableId('AROA', roleArn(world, account.id, name))}:${session}`,
      },
      Provider: identity.providerArn,
      Audience: identity.audience,
      SubjectFromWebIdentityToken: identity.subject,
    };
  },
});

/** GetCallerIdentity needs no permission: AWS answers even under an explicit Deny. */
export const getCallerIdentity = operation(GetCallerIdentity$, {
  service: 'sts',
  mutating: false,
  accepts: [],
  run: (call) => ({ Account: call.caller.account, Arn: call.caller.arn, UserId: call.caller.userId }),
});

function readRole(
  call: Call,
  text: string,
): { readonly account: Account | undefined; readonly name: string } {
  const arn = parseArn(text);
  const name = /^role\/([\w+=,.@-]{1,64})$/.exec(arn?.resource ?? '')?.[1];
  if (arn?.service !== 'iam' || arn.partition !== call.world.partition || name === undefined) {
    throw new AwsError('ValidationError', `${text} is invalid`);
  }
  return { account: call.world.accounts.get(arn.account), name };
}

function isActive(call: Call, account: Account): boolean {
  const { enabled, sts } = settingsOf(call.world, account.id, call.region);
  return enabled && sts;
}

function checkTrust(
  call: Call,
  role: Role,
  identity: WebIdentity,
  { account, session }: { readonly account: string; readonly session: string },
): void {
  const resource = roleArn(call.world, account, role.name);
  const decision = evaluateResourcePolicy(role.trust, {
    action,
    resource,
    principal: { arn: '', account: '', federated: identity.providerArn },
    context: new Map([
      ...identity.context,
      ['sts:rolesessionname', [session]],
      ...(call.region === '' ? [] : [['aws:requestedregion', [call.region]] as const]),
    ]),
  });
  if (decision.effect !== 'allow') {
    throw notAuthorized();
  }
  call.allowedBy.push(...permission({ action, resource }, decision));
}

function notAuthorized(): AwsError {
  return new AwsError('AccessDenied', `Not authorized to perform ${action}`, 403);
}

function check(parameter: string, holds: boolean, value: string): void {
  if (!holds) {
    const message = `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint`;
    throw new AwsError('ValidationError', message);
  }
}
