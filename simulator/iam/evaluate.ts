import { conditionsHold } from './condition.ts';
import { matchesArn, matchesPattern } from './pattern.ts';
import type { Patterns, PolicySource, Principal, Statement } from './policy.ts';
import { principalMatches } from './principal.ts';

export { parsePolicy } from './parse.ts';
/** One action on one resource by somebody. A call that touches several resources asks once for each of them. */
export type { PolicyDocument, PolicySource, Principal } from './policy.ts';

export interface AccessRequest {
  /** As IAM names it, without wildcards: `ec2:CopyImage`. */
  readonly action: string;
  /** The ARN, or `*` for actions that know no resources. */
  readonly resource: string;
  readonly principal: Principal;
  /** Condition keys in lower case, each with its values; a key that the request does not have is absent. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

/** `by` is the first statement that decided, and is absent for an implicit denial. */
export interface Decision {
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny';
  readonly by?: Deciding;
}

/** `statement` counts from 0. `delegated`: it names only the principal's account, so IAM there must allow as well. */
export interface Deciding {
  readonly policy: string;
  readonly statement: number;
  readonly actionPattern: string;
  readonly resourcePattern: string;
  readonly delegated?: boolean;
}

/**
 * What a principal's own policies say together: a single Deny wins over every Allow, and silence is a denial.
 * Throws if a policy has a Principal (it is no identity policy) or the request is not well formed.
 */
export function evaluate(policies: readonly PolicySource[], request: AccessRequest): Decision {
  checkRequest(request);
  const found = policies.flatMap((policy) =>
    policy.document.statements.flatMap((statement, index) => {
      if (statement.principals !== undefined) {
        throw new Error(`policy ${policy.name}: statement ${index} has a Principal in an identity policy`);
      }
      return matching(policy, statement, index, request);
    }),
  );
  return decide(found);
}

/**
 * What a key policy or a trust policy says of this principal. An Allow that names the principal itself (role,
 * session, user, provider, service or everyone) goes before one that only delegates to its account.
 * Whether the identity's own policies must agree (another account, or delegation) is for the caller to judge.
 */
export function evaluateResourcePolicy(policy: PolicySource, request: AccessRequest): Decision {
  checkRequest(request);
  const found = policy.document.statements.flatMap((statement, index) => {
    if (statement.principals === undefined) {
      throw new Error(`policy ${policy.name}: statement ${index} has no Principal`);
    }
    const match = principalMatches(statement.principals, statement.effect, request.principal);
    return match === 'no' ? [] : matching(policy, statement, index, request, match === 'delegated');
  });
  return decide(found);
}

interface Match {
  readonly effect: 'Allow' | 'Deny';
  readonly by: Deciding;
}

function decide(found: readonly Match[]): Decision {
  const denial = found.find((match) => match.effect === 'Deny');
  if (denial !== undefined) {
    return { effect: 'explicit-deny', by: denial.by };
  }
  const permission = found.find((match) => match.by.delegated !== true) ?? found[0];
  return permission === undefined ? { effect: 'implicit-deny' } : { effect: 'allow', by: permission.by };
}

function matching(
  policy: PolicySource,
  statement: Statement,
  index: number,
  request: AccessRequest,
  delegated = false,
): readonly Match[] {
  const action = request.action.toLowerCase();
  const actionPattern = fitting(statement.action, (text) => matchesPattern(text.toLowerCase(), action));
  const resourcePattern =
    statement.resource === undefined
      ? '*'
      : fitting(statement.resource, (text) => matchesArn(text, request.resource));
  if (actionPattern === undefined || resourcePattern === undefined) {
    return [];
  }
  if (!conditionsHold(statement.conditions, request.context)) {
    return [];
  }
  const by = { policy: policy.name, statement: index, actionPattern, resourcePattern };
  return [{ effect: statement.effect, by: delegated ? { ...by, delegated } : by }];
}

/** The pattern that fits, or for a Not element all of them, if none does. */
function fitting(element: Patterns, fits: (pattern: string) => boolean): string | undefined {
  const found = element.patterns.find(fits);
  if (!element.negated) {
    return found;
  }
  return found === undefined ? `not ${element.patterns.join(', ')}` : undefined;
}

function checkRequest(request: AccessRequest): void {
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(request.action)) {
    throw new Error(`"${request.action}" is no IAM action`);
  }
  if (request.resource !== '*' && !/^arn(:[^:*?]*){4}:[^*?]+$/.test(request.resource)) {
    throw new Error(`"${request.resource}" is no ARN (for ${request.action})`);
  }
  for (const key of request.context.keys()) {
    if (key !== key.toLowerCase()) {
      throw new Error(`the condition key ${key} must come in lower case`);
    }
  }
}
