import { AssumeRole$, type AssumeRoleRequest } from '@aws-sdk/client-sts';
import { accessRequest } from '../access-request.ts';
import { grants, permission } from '../authorize.ts';
import type { Call } from '../call.ts';
import { principalLimits, refusal, resourceLimits } from '../guard-rails.ts';
import { evaluateResourcePolicy } from '../iam/evaluate.ts';
import { AwsError } from '../wire/error.ts';
import { operation } from '../wire/operation.ts';
import type { Account, Role } from '../world.ts';
import { assumable, check, openSession, readSessionRequest, type WantedSession } from './role-session.ts';

const action = 'sts:AssumeRole';

/**
 * AssumeRole. AWS: from another account the trust policy and the caller's own policies must both allow; a session of
 * a role gets no more than an hour. A role that is not there is denied like one that does not trust the caller.
 */
export const assumeRole = operation(AssumeRole$, {
  service: 'sts',
  mutating: false,
  accepts: ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId'],
  run: (call, input: AssumeRoleRequest) => {
    const { ExternalId: externalId } = input;
    const wanted = readSessionRequest(call, input);
    const formed = externalId === undefined || /^[\w+=,.@:/-]{2,1224}$/.test(externalId);
    check('externalId', formed, externalId ?? '');
    const { account } = wanted;
    const role = assumable(call, wanted);
    if (account === undefined || role === undefined) {
      throw denied(call, wanted);
    }
    authorize(call, wanted, { account, role, externalId });
    if (call.caller.roleArn !== undefined && wanted.seconds > 3600) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
    }
    return openSession(call, wanted, role, account);
  },
});

/** Asks everybody who has a say. AWS: only what a guard rail refuses, or a Deny of the caller's own, is explained. */
function authorize(
  call: Call,
  wanted: WantedSession,
  of: { readonly account: Account; readonly role: Role; readonly externalId: string | undefined },
): void {
  const { world, region, caller } = call;
  const { account, role, externalId } = of;
  const asked = {
    action,
    resource: wanted.roleArn,
    context: {
      'aws:resourceaccount': [account.id],
      'sts:rolesessionname': [wanted.session],
      ...(externalId === undefined ? {} : { 'sts:externalid': [externalId] }),
    },
  };
  const request = accessRequest(world, region, caller, asked);
  const granting = grants(caller, account.id, evaluateResourcePolicy(role.trust, request), request);
  const explained = [
    ...principalLimits(world, caller, request),
    ...resourceLimits(world, account.id, request),
    ...granting.filter(
      ({ kind, decision }) => kind === 'identity-based policy' && decision.effect === 'explicit-deny',
    ),
  ];
  const reason = refusal(world, action, explained);
  if (reason !== undefined || refusal(world, action, granting) !== undefined) {
    throw denied(call, wanted, reason);
  }
  call.allowedBy.push(...granting.flatMap(({ decision }) => permission(asked, decision)));
}

function denied(call: Call, { roleArn }: WantedSession, reason?: string): AwsError {
  const why = reason === undefined ? '' : ` ${reason}`;
  const message = `User: ${call.caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}${why}`;
  return new AwsError('AccessDenied', message, 403);
}
