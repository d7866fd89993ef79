import { limitOfPrincipals, limitOfResources } from './iam/limits.ts';
import type { PolicySource } from './iam/policy.ts';
import { loadPolicy, type Values } from './policy-files.ts';
import type { ReferenceFault } from './world-references.ts';
import type { AccountFile, WorldFile } from './world-schema.ts';
import type { PolicyEntry } from './world-schema-values.ts';

/** A policy of a world file, and where it stands there. */
interface WrittenPolicy {
  readonly path: ReferenceFault['path'];
  readonly entry: PolicyEntry;
  readonly values: Values;
  /** Throws for a policy that may not stand here. */
  readonly check: (policy: PolicySource) => PolicySource;
}

/** Every policy of a file that cannot be read, that may not stand where it does, or that the simulator cannot judge. */
export function policyFaults(file: WorldFile, directory: string): readonly ReferenceFault[] {
  const written = [
    ...file.accounts.flatMap((account, index) => ofAccount(account, ['accounts', index])),
    ...file.keys.flatMap(({ policies, values }, index) =>
      list(['keys', index, 'policies'], policies, values).filter(({ entry }) => entry !== 'default'),
    ),
  ];
  return written.flatMap(({ path, entry, values, check }) => {
    try {
      check(loadPolicy(directory, 'inline', entry, values));
      return [];
    } catch (error) {
      return [{ path, message: error instanceof Error ? error.message : String(error) }];
    }
  });
}

function ofAccount(account: AccountFile, at: ReferenceFault['path']): readonly WrittenPolicy[] {
  const { values } = account;
  return [
    ...account.roles.flatMap((role, index) => ofRole(role, [...at, 'roles', index])),
    ...account.users.flatMap((user, index) =>
      list([...at, 'users', index, 'policies'], user.policies, user.values),
    ),
    ...list(
      [...at, 'service-control-policies'],
      account['service-control-policies'],
      values,
      limitOfPrincipals,
    ),
    ...list(
      [...at, 'resource-control-policies'],
      account['resource-control-policies'],
      values,
      limitOfResources,
    ),
  ];
}

function ofRole(role: AccountFile['roles'][number], at: ReferenceFault['path']): readonly WrittenPolicy[] {
  const { values, policies, 'trust-policy': trust, 'permissions-boundary': boundary } = role;
  return [
    { path: [...at, 'trust-policy'], entry: trust, values, check: anywhere },
    ...list([...at, 'policies'], policies, values),
    ...(boundary === undefined
      ? []
      : [{ path: [...at, 'permissions-boundary'], entry: boundary, values, check: limitOfPrincipals }]),
  ];
}

function list(
  at: ReferenceFault['path'],
  entries: readonly PolicyEntry[] | undefined,
  values: Values,
  check: WrittenPolicy['check'] = anywhere,
): readonly WrittenPolicy[] {
  return (entries ?? []).map((entry, index) => ({ path: [...at, index], entry, values, check }));
}

function anywhere(policy: PolicySource): PolicySource {
  return policy;
}
