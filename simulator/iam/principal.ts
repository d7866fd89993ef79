import type { Principal, PrincipalPattern } from './policy.ts';

/**
 * Whether a statement's Principal means this caller: by itself, only through its account, or not.
 * Everyone (`*`) means AWS principals in an Allow, but web identities and services too in a Deny: a trust policy
 * must name its identity provider, which is the strict reading of what AWS leaves open.
 */
export function principalMatches(
  patterns: readonly PrincipalPattern[],
  effect: 'Allow' | 'Deny',
  caller: Principal,
): 'direct' | 'delegated' | 'no' {
  const found = patterns.map((pattern) => matchOne(pattern, effect, caller));
  if (found.includes('direct')) {
    return 'direct';
  }
  return found.includes('delegated') ? 'delegated' : 'no';
}

function matchOne(
  pattern: PrincipalPattern,
  effect: 'Allow' | 'Deny',
  caller: Principal,
): 'direct' | 'delegated' | 'no' {
  const isAws = caller.federated === undefined && caller.service === undefined;
  switch (pattern.kind) {
    case 'anyone':
      return isAws || effect === 'Deny' ? 'direct' : 'no';
    case 'account':
      return isAws && pattern.account === caller.account ? 'delegated' : 'no';
    case 'role':
      return isAws && pattern.arn === caller.roleArn ? 'direct' : 'no';
    case 'session':
    case 'user':
      return isAws && pattern.arn === caller.arn ? 'direct' : 'no';
    case 'federated':
      return pattern.arn === caller.federated ? 'direct' : 'no';
    case 'service':
      return pattern.service === caller.service ? 'direct' : 'no';
  }
}
