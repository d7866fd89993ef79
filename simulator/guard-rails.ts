import type { Caller } from './call.ts';
import { type AccessRequest, type Decision, evaluate, evaluateResourcePolicy } from './iam/evaluate.ts';
import { controlPolicyArn, isControlled } from './organization.ts';
import type { World } from './world.ts';

/** What all policies of one kind say together of a request. */
export interface Verdict {
  readonly kind: PolicyKind;
  readonly decision: Decision;
}

export type PolicyKind =
  | 'service control policy'
  | 'resource control policy'
  | 'permissions boundary'
  | 'identity-based policy'
  | 'resource-based policy';

/**
 * What limits a principal whatever its own policies grant: the service control policies of its account and the
 * boundary of its role. AWS: a limit that is there must allow; the management account has no service control policies.
 */
export function principalLimits(world: World, caller: Caller, request: AccessRequest): readonly Verdict[] {
  const controls = isControlled(world, caller.account)
    ? world.accounts.get(caller.account)?.serviceControlPolicies
    : undefined;
  const { boundary } = caller;
  return [
    ...(controls === undefined
      ? []
      : [{ kind: 'service control policy' as const, decision: evaluate(controls, request) }]),
    ...(boundary === undefined
      ? []
      : [{ kind: 'permissions boundary' as const, decision: evaluate([boundary], request) }]),
  ];
}

/**
 * What limits everybody's access to a resource of this account. AWS: resource control policies only ever deny, and
 * not in the management account.
 */
export function resourceLimits(world: World, owner: string, request: AccessRequest): readonly Verdict[] {
  const policies = isControlled(world, owner)
    ? world.accounts.get(owner)?.resourceControlPolicies
    : undefined;
  return (policies ?? [])
    .map((policy) => evaluateResourcePolicy(policy, request))
    .filter((decision) => decision.effect === 'explicit-deny')
    .map((decision) => ({ kind: 'resource control policy', decision }));
}

/**
 * Why a request is refused, in AWS's words, or undefined if it is not: a Deny goes before silence, and of several
 * the first counts. Where a control policy denies, AWS names it by its ARN.
 */
export function refusal(world: World, action: string, verdicts: readonly Verdict[]): string | undefined {
  const denying = verdicts.find(({ decision }) => decision.effect === 'explicit-deny');
  if (denying !== undefined) {
    const { kind, decision } = denying;
    const article = kind.startsWith('identity') ? 'an' : 'a';
    return `with an explicit deny in ${article} ${kind}${named(world, kind, decision)}`;
  }
  const silent = verdicts.find(({ decision }) => decision.effect === 'implicit-deny');
  return silent && `because no ${silent.kind} allows the ${action} action`;
}

function named(world: World, kind: PolicyKind, { by }: Decision): string {
  const isControl = kind === 'service control policy' || kind === 'resource control policy';
  return isControl && by !== undefined ? `: ${controlPolicyArn(world, kind, by.policy)}` : '';
}
