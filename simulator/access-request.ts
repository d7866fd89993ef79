import type { Caller } from './call.ts';
import type { AccessRequest } from './iam/evaluate.ts';
import { isMember, organizationPath } from './organization.ts';
import type { World } from './world.ts';

type ConditionKeys = Readonly<Record<string, readonly string[]>>;

/** One thing that AWS asks IAM before it acts. The resource is an ARN, whose end may be `*`, or `*` alone. */
export interface Check {
  readonly action: string;
  readonly resource: string;
  readonly context?: ConditionKeys;
}

/** A request for the evaluator, with the condition keys that every AWS request carries. */
export function accessRequest(world: World, region: string, caller: Caller, check: Check): AccessRequest {
  const { arn, account, roleArn } = caller;
  const context = {
    'aws:principalarn': [roleArn ?? arn],
    'aws:principalaccount': [account],
    'aws:principaltype': [roleArn === undefined ? 'User' : 'AssumedRole'],
    'aws:userid': [caller.userId],
    ...organizationKeys(world, 'principal', account),
    ...commonKeys(world, region, check.context ?? {}),
  };
  return {
    action: check.action,
    // Of a resource that is still to be made AWS says `image/*`; only a pattern that covers every id fits it.
    resource: check.resource.replace(/(?<=[/:])\*$/, '-'),
    principal: roleArn === undefined ? { arn, account } : { arn, account, roleArn },
    context: new Map(Object.entries(context)),
  };
}

/** The keys of every request, of AWS principals and of web identities, together with those of this one. */
export function commonKeys(world: World, region: string, context: ConditionKeys): ConditionKeys {
  const own = Object.fromEntries(Object.entries(context).map(([key, values]) => [key.toLowerCase(), values]));
  return {
    'aws:securetransport': ['true'],
    'aws:principalisawsservice': ['false'],
    'aws:viaawsservice': [String('kms:viaservice' in own)],
    ...(region === '' ? {} : { 'aws:requestedregion': [region] }),
    ...organizationKeys(world, 'resource', own['aws:resourceaccount']?.[0] ?? ''),
    ...own,
  };
}

/** Where in the organization an account is, as keys of the principal or of the resource. */
function organizationKeys(world: World, of: 'principal' | 'resource', account: string): ConditionKeys {
  const { organization } = world;
  return organization === undefined || !isMember(world, account)
    ? {}
    : {
        [`aws:${of}orgid`]: [organization.id],
        [`aws:${of}orgpaths`]: [organizationPath(organization, account)],
      };
}
