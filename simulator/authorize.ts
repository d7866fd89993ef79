import { accessRequest, type Check } from './access-request.ts';
import type { Call, Caller } from './call.ts';
import { principalLimits, refusal, resourceLimits, type Verdict } from './guard-rails.ts';
import { type AccessRequest, type Decision, evaluate, evaluateResourcePolicy } from './iam/evaluate.ts';
import type { Permission } from './record.ts';
import { AwsError } from './wire/error.ts';
import type { SimulatedKey, World } from './world.ts';

export type { Check } from './access-request.ts';

/**
 * Passes only if the caller's own policies allow every check and nothing that limits the caller denies it, and notes
 * what allowed it; otherwise throws EC2's UnauthorizedOperation (403) with AWS's words.
 */
export function authorizeEc2(call: Call, checks: readonly Check[]): void {
  const { world, caller, region } = call;
  const passed = checks.map((check) => {
    const access = identityAccess(world, region, caller, check);
    if (!access.allowed) {
      throw unauthorized(caller, check, access.reason);
    }
    return access.by;
  });
  call.allowedBy.push(...passed.flat());
}

/** Whether the caller's own policies allow a check, nothing that limits the caller denies it, and `others` agree. */
export function identityAccess(
  world: World,
  region: string,
  caller: Caller,
  check: Check,
  others: readonly Verdict[] = [],
): Access {
  const request = accessRequest(world, region, caller, check);
  const own = identityVerdict(caller, request);
  const verdicts = [...principalLimits(world, caller, request), ...others, own];
  const reason = refusal(world, check.action, verdicts);
  return reason === undefined
    ? { allowed: true, by: permission(check, own.decision) }
    : { allowed: false, reason };
}

/** EC2's denial; AWS appends an encoded message that only its owner can decode. */
function unauthorized(caller: Caller, check: Check, reason: string): AwsError {
  const place = check.resource === '*' ? '' : ` on resource: ${check.resource}`;
  return new AwsError(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${caller.arn} is not authorized to perform: ` +
      `${check.action}${place} ${reason}. Encoded authorization failure message: c2ltdWxhdGVk`,
    403,
  );
}

/** The denial of the services that speak JSON. */
export function accessDenied(caller: Caller, check: Check, reason: string): AwsError {
  const message = `User: ${caller.arn} is not authorized to perform: ${check.action} on resource: ${check.resource} ${reason}`;
  return new AwsError('AccessDeniedException', message);
}

export type Access =
  | { readonly allowed: true; readonly by: readonly Permission[] }
  | { readonly allowed: false; readonly reason: string };

/**
 * Whether a principal may do something with a key, whose policy always has a say. AWS: resource control policies do
 * not reach the keys that AWS manages.
 */
export function keyAccess(
  world: World,
  caller: Caller,
  key: SimulatedKey,
  action: string,
  context: Readonly<Record<string, readonly string[]>> = {},
): Access {
  const keys = { 'kms:calleraccount': [caller.account], 'aws:resourceaccount': [key.account] };
  const check = { action, resource: key.arn, context: { ...context, ...keys } };
  const request = accessRequest(world, key.region, caller, check);
  const byKey = together(key.policies.map((policy) => evaluateResourcePolicy(policy, request)));
  const granting = grants(caller, key.account, byKey, request);
  const reason = refusal(world, action, [
    ...principalLimits(world, caller, request),
    ...(key.manager === 'AWS' ? [] : resourceLimits(world, key.account, request)),
    ...granting,
  ]);
  return reason === undefined
    ? { allowed: true, by: granting.flatMap(({ decision }) => permission(check, decision)) }
    : { allowed: false, reason };
}

/**
 * What must allow access to a resource that has a policy. AWS: in its own account that policy is enough if it names
 * the principal, and the principal's own policies must allow too where it only delegates to the account; from
 * another account both must allow. An explicit Deny on either side wins.
 */
export function grants(
  caller: Caller,
  owner: string,
  byResource: Decision,
  request: AccessRequest,
): readonly Verdict[] {
  const own = identityVerdict(caller, request);
  const named = byResource.effect === 'allow' && byResource.by?.delegated !== true;
  const enough = named && owner === caller.account && own.decision.effect !== 'explicit-deny';
  return [{ kind: 'resource-based policy', decision: byResource }, ...(enough ? [] : [own])];
}

function identityVerdict(caller: Caller, request: AccessRequest): Verdict {
  return { kind: 'identity-based policy', decision: evaluate(caller.policies, request) };
}

/** Several documents as one key policy: a Deny first, then an Allow for the principal itself, then a delegation. */
function together(decisions: readonly Decision[]): Decision {
  const allowing = decisions.filter((decision) => decision.effect === 'allow');
  return (
    decisions.find((decision) => decision.effect === 'explicit-deny') ??
    allowing.find((decision) => decision.by?.delegated !== true) ??
    allowing[0] ?? { effect: 'implicit-deny' }
  );
}

/** The record of a permission that was used. */
export function permission(check: Check, decision: Decision): readonly Permission[] {
  if (decision.by === undefined) {
    return [];
  }
  const { policy, statement, actionPattern, resourcePattern } = decision.by;
  return [
    { policy, statement, actionPattern, resourcePattern, action: check.action, resource: check.resource },
  ];
}
