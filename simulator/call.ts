import type { PolicySource } from './iam/policy.ts';
import type { Permission } from './record.ts';
import type { World } from './world.ts';

/** Whoever signed the request. */
export interface Caller {
  /** Of the session or the user. */
  readonly arn: string;
  readonly account: string;
  /** Only for sessions of a role. */
  readonly roleArn: string | undefined;
  readonly userId: string;
  readonly policies: readonly PolicySource[];
  /** Only for sessions of a role that has one. */
  readonly boundary: PolicySource | undefined;
}

/** Nobody: the caller of the one action that comes without a signature, AssumeRoleWithWebIdentity. */
export const nobody: Caller = {
  arn: '',
  account: '',
  roleArn: undefined,
  userId: '',
  policies: [],
  boundary: undefined,
};

/** One request on its way through a service. */
export interface Call {
  readonly world: World;
  readonly requestId: string;
  readonly action: string;
  /** Empty when an unsigned request came to a host that names no Region. */
  readonly region: string;
  readonly caller: Caller;
  /** Filled in by every check that passed. */
  readonly allowedBy: Permission[];
  /** Set by a fault: a copy that this call starts will fail for this reason. */
  readonly copyWillFail: string | undefined;
}
