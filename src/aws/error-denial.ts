import type { Failure, Paste } from '../model/failure.ts';
import { allowing, keyPolicy, parameterPolicy, trustInHub, trustInWorkflow } from './error-paste.ts';
import type { Attempted } from './error-row.ts';
import { lettingWorkflowIn } from './error-trust.ts';

/** The words of a denial whose policy AWS names. */
interface Denial {
  readonly meaning: string;
  readonly cure: string;
  readonly paste?: Paste | undefined;
}

/**
 * What AWS's text tells of a denial beyond its code: which policy denies, by a Deny or by not allowing. Only words
 * follow from it, never what is done. Undefined when the text names none, or the role's own policies lack an Allow.
 */
export function denialIn(said: string, attempted: Attempted): Denial | undefined {
  const action = deniedAction(said, attempted);
  const guard = guards.find(({ name }) => nameIn(said, name));
  const isExplicit = /explicit deny/i.test(said);
  if (guard !== undefined) {
    const needs = isExplicit
      ? `takes ${action} out of the Deny, which no Allow overrides`
      : `adds ${action} to what it allows`;
    return {
      meaning: `${guard.is} ${verbs(isExplicit, action, attempted)}.`,
      cure: `${guard.keeper} ${needs}; no statement in the role's own policies helps. If it denies the Region on purpose, leave that out.`,
    };
  }
  if (nameIn(said, 'resource-based policy') || nameIn(said, 'role trust policy')) {
    return byResource(action, attempted, said, isExplicit);
  }
  if (isExplicit) {
    const isOwn = nameIn(said, 'identity-based policy');
    return {
      meaning: `${isOwn ? "One of the role's own policies" : 'A policy'} ${verbs(isExplicit, action, attempted)}.`,
      cure: isOwn
        ? `An administrator of that account takes ${action} out of the Deny, which no Allow overrides.`
        : "An administrator of that account looks for the Deny in the role's policies, in the policy of the resource and in the organization's policies; no Allow overrides it.",
    };
  }
  if (action === 'sts:AssumeRole' && nameIn(said, 'identity-based policy')) {
    return {
      meaning: `The policies of ${actorIn(attempted)} do not let it assume ${attempted.role}.`,
      cure: "An administrator of the hub role's account adds this statement to them.",
      paste: allowing(action, attempted, said),
    };
  }
  return undefined;
}

/** Which policy AWS's text says denies; undefined where it names none. */
export function denierIn(said: string): Failure['deniedBy'] {
  if (nameIn(said, 'resource-based policy') || nameIn(said, 'role trust policy')) {
    return 'resource';
  }
  if (nameIn(said, 'identity-based policy')) {
    return 'role';
  }
  const isAbove = guards.some(({ name }) => nameIn(said, name)) || /explicit deny/i.test(said);
  return isAbove ? 'above' : undefined;
}

/** The action that AWS names; a call may need others beside its own, as CopyImage needs CreateTags. */
function deniedAction(said: string, { action }: Attempted): string {
  return /not authorized to perform: ([a-z0-9]+:\w+)/.exec(said)?.[1] ?? action;
}

/** Policies above a role: no statement in the role's own policies helps against them. */
const guards = [
  {
    name: 'service control policy',
    is: 'A service control policy of the organization',
    keeper: "An administrator of the organization's management account",
  },
  {
    name: 'resource control policy',
    is: 'A resource control policy of the organization that owns the resource',
    keeper: "An administrator of that organization's management account",
  },
  {
    name: 'permissions boundary',
    is: "The role's permissions boundary",
    keeper: 'Whoever set the permissions boundary of the role in that account',
  },
  {
    name: 'session policy',
    is: 'The session policy of these credentials',
    keeper: 'Whoever made these credentials with a session policy',
  },
  {
    name: 'VPC endpoint policy',
    is: 'The policy of the VPC endpoint between the runner and AWS',
    keeper: 'The owner of that VPC endpoint',
  },
] as const;

function nameIn(said: string, name: string): boolean {
  return new RegExp(`(explicit deny in (an?|the)|because no) ${name}`, 'i').test(said);
}

function verbs(isExplicit: boolean, action: string, attempted: Attempted): string {
  const who = actorIn(attempted);
  return isExplicit ? `explicitly denies ${action} to ${who}` : `does not allow ${who} to do ${action}`;
}

function actorIn({ action, hub, role }: Attempted): string {
  switch (action) {
    case 'sts:AssumeRole':
      return hub ?? 'the hub role';
    case 'sts:AssumeRoleWithWebIdentity':
      return 'this workflow';
    default:
      return role;
  }
}

/** A key policy, or the trust policy of the role that was to be assumed. */
function byResource(action: string, attempted: Attempted, said: string, isExplicit: boolean): Denial {
  const { policy, owner, paste } = resourceOf(action, attempted, said);
  return isExplicit
    ? {
        meaning: `${policy} ${verbs(isExplicit, action, attempted)}.`,
        cure: `${owner} takes ${action} out of the Deny, which no Allow overrides.`,
      }
    : {
        meaning: `${policy} ${verbs(isExplicit, action, attempted)}.`,
        cure:
          attempted.action === 'sts:AssumeRoleWithWebIdentity'
            ? lettingWorkflowIn(attempted)
            : `${owner} adds this statement to that policy.`,
        paste,
      };
}

/** Whose policy it is, by the service that was asked. */
function resourceOf(
  action: string,
  attempted: Attempted,
  said: string,
): { readonly policy: string; readonly owner: string; readonly paste: Paste | undefined } {
  switch (attempted.action.split(':')[0]) {
    case 'sts':
      return {
        policy: `The trust policy of ${attempted.role}`,
        owner: 'An administrator of its account',
        paste: trustInHub(attempted) ?? trustInWorkflow(attempted),
      };
    case 'ssm':
      return {
        policy: 'The resource policy of the parameter, which its account shares it with,',
        owner: 'The owner of the parameter',
        paste: parameterPolicy(action, attempted, said),
      };
    default:
      return {
        policy: 'The key policy',
        owner: 'The owner of the key',
        paste: keyPolicy(action, attempted, said),
      };
  }
}

/** Where nothing above the role denies: the statement that its own policies lack. */
export function missingStatement(attempted: Attempted, said: string): Paste {
  return allowing(deniedAction(said, attempted), attempted, said);
}
