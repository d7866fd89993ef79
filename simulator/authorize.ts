import type { Call, Caller } from './call.ts';
import { type AccessRequest, type Decision, evaluate, evaluateResourcePolicy } from './iam/evaluate.ts';
import { isMember, organizationPath } from './organization.ts';
import type { Permission } from './record.ts';
import { AwsError } from './wire/error.ts';
import type { SimulatedKey, World } from './world.ts';

/** One thing that AWS asks IAM before it acts. The resource is an ARN, whose end may be `*`, or `*` alone. */
export interface Check {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Passes only if the caller's own policies allow every check, and notes what allowed it; otherwise throws EC2's
 * UnauthorizedOperation (403) with AWS's words.
 */
export function authorizeEc2(call: Call, checks: readonly Check[]): void {
  const passed = checks.map((check) => {
    const decision = evaluate(
      call.caller.policies,
      accessRequest(call.world, call.region, call.caller, check),
    );
    if (decision.effect !== 'allow') {
      throw unauthorized(call.caller, check, decision);
    }
    return permission(check, decision);
  });
  call.allowedBy.push(...passed.flat());
}

/** EC2's denial; AWS appends an encoded message that only its owner can decode. */
export function unauthorized(caller: Caller, check: Check, decision: Decision): AwsError {
  const place = check.resource === '*' ? '' : ` on resource: ${check.resource}`;
  return new AwsError(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${caller.arn} is not authorized to perform: ` +
      `${check.action}${place} ${because(check, decision)}. Encoded authorization failure message: c2ltdWxhdGVk`,
    403,
  );
}

function because(check: Check, decision: Decision): string {
  return decision.effect === 'explicit-deny'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${check.action} action`;
}

export type KeyAccess =
  | { readonly allowed: true; readonly by: readonly Permission[] }
  | { readonly allowed: false; readonly reason: string };

/**
 * Whether a principal may do something with a key. AWS: in the key's own account the key policy is enough if it
 * names the principal, and needs the principal's policies too where it only delegates to the account; from another
 * account both must allow. An explicit Deny on either side wins.
 */
export function keyAccess(
  world: World,
  caller: Caller,
  key: SimulatedKey,
  action: string,
  context: Readonly<Record<string, readonly string[]>> = {},
): KeyAccess {
  const check = { action, resource: key.arn, context: { ...context, 'kms:calleraccount': [caller.account] } };
  const request = accessRequest(world, key.region, caller, check);
  const byKey = together(key.policies.map((policy) => evaluateResourcePolicy(policy, request)));
  const byIdentity = evaluate(caller.policies, request);
  const denied = [byKey, byIdentity].some((decision) => decision.effect === 'explicit-deny');
  if (denied) {
    return { allowed: false, reason: 'with an explicit deny' };
  }
  if (byKey.effect !== 'allow') {
    return { allowed: false, reason: `because no resource-based policy allows the ${action} action` };
  }
  if (key.account === caller.account && byKey.by?.delegated !== true) {
    return { allowed: true, by: permission(check, byKey) };
  }
  if (byIdentity.effect !== 'allow') {
    return { allowed: false, reason: `because no identity-based policy allows the ${action} action` };
  }
  return { allowed: true, by: [...permission(check, byKey), ...permission(check, byIdentity)] };
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

/** A request for the evaluator, with the condition keys that every AWS request carries. */
export function accessRequest(world: World, region: string, caller: Caller, check: Check): AccessRequest {
  const { arn, account, roleArn } = caller;
  const organization = world.organization;
  const context = new Map<string, readonly string[]>([
    ['aws:principalarn', [roleArn ?? arn]],
    ['aws:principalaccount', [account]],
    ['aws:principaltype', [roleArn === undefined ? 'User' : 'AssumedRole']],
    ['aws:userid', [caller.userId]],
    ['aws:requestedregion', [region]],
    ['aws:securetransport', ['true']],
  ]);
  if (organization !== undefined && isMember(world, account)) {
    context.set('aws:principalorgid', [organization.id]);
    context.set('aws:principalorgpaths', [organizationPath(organization, account)]);
  }
  for (const [key, values] of Object.entries(check.context ?? {})) {
    context.set(key.toLowerCase(), values);
  }
  return {
    action: check.action,
    // Of a resource that is still to be made AWS says `image/*`; only a pattern that covers every id fits it.
    resource: check.resource.replace(/\/\*$/, '/-'),
    principal: roleArn === undefined ? { arn, account } : { arn, account, roleArn },
    context,
  };
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
