import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  GetCallerIdentity$,
} from '@aws-sdk/client-sts';
import { commonKeys } from '../access-request.ts';
import { permission } from '../authorize.ts';
import type { Call } from '../call.ts';
import { resourceLimits } from '../guard-rails.ts';
import { evaluateResourcePolicy } from '../iam/evaluate.ts';
import { AwsError } from '../wire/error.ts';
import { operation } from '../wire/operation.ts';
import type { Account, Role } from '../world.ts';
import { assumable, openSession, readSessionRequest, type WantedSession } from './role-session.ts';
import { checkIdentity, type WebIdentity } from './web-identity.ts';

const action = 'sts:AssumeRoleWithWebIdentity';

/**
 * AssumeRoleWithWebIdentity, the one call that comes unsigned: the token is judged first, then the role's trust
 * policy, then the duration, which may be no more than the role allows.
 */
export const assumeRoleWithWebIdentity = operation(AssumeRoleWithWebIdentity$, {
  service: 'sts',
  mutating: false,
  accepts: ['RoleArn', 'RoleSessionName', 'WebIdentityToken', 'DurationSeconds'],
  run: async (call, input: AssumeRoleWithWebIdentityRequest) => {
    const wanted = readSessionRequest(call, input);
    const { account } = wanted;
    if (account === undefined) {
      throw notAuthorized();
    }
    const identity = await checkIdentity(call.world, account, input.WebIdentityToken ?? '');
    const role = assumable(call, wanted);
    if (role === undefined) {
      throw notAuthorized();
    }
    checkTrust(call, wanted, { account, role, identity });
    return {
      ...openSession(call, wanted, role, account),
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

/** AWS: a token has no account, so no service control policy binds it; what limits the role's account does. */
function checkTrust(
  call: Call,
  { roleArn: resource, session }: WantedSession,
  of: { readonly account: Account; readonly role: Role; readonly identity: WebIdentity },
): void {
  const { account, role, identity } = of;
  const request = {
    action,
    resource,
    principal: { arn: '', account: '', federated: identity.providerArn },
    context: new Map([
      ...Object.entries(commonKeys(call.world, call.region, { 'aws:resourceaccount': [account.id] })),
      ...identity.context,
      ['sts:rolesessionname', [session]] as const,
    ]),
  };
  const decision = evaluateResourcePolicy(role.trust, request);
  if (decision.effect !== 'allow' || resourceLimits(call.world, account.id, request).length > 0) {
    throw notAuthorized();
  }
  call.allowedBy.push(...permission({ action, resource }, decision));
}

function notAuthorized(): AwsError {
  return new AwsError('AccessDenied', `Not authorized to perform ${action}`, 403);
}
