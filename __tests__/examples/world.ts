import { join } from 'node:path';
import { loadPolicy } from '../../simulator/policy-files.ts';
import type { World } from '../../simulator/world.ts';
import { home, keyArnOf, type RoleFile, sourceRegion } from '../support/organization.ts';

/** Copies that are there almost at once. */
export const copying = { seconds: 0.2 };

/** A role of an environment, under files of iam/. */
export function role(name: string, environment: string, ...policies: readonly string[]): RoleFile {
  return {
    name,
    'trust-policy': '../iam/trust-policy.json',
    policies: policies.map((policy) => `../iam/${policy}.json`),
    values: { ENVIRONMENT: environment },
  };
}

/** Puts iam/source-key-policy-statements.json into the policy of the source's key, for a role that pulls. */
export function letPull(world: World, account: string, roleName: string): void {
  const key = world.keys.get(keyArnOf(home, sourceRegion));
  if (key !== undefined) {
    const file = '../iam/source-key-policy-statements.json';
    const values = { OWNER_ACCOUNT_ID: account, ROLE_NAME: roleName };
    const directory = join(import.meta.dirname, '../../simulator');
    key.policies = [...key.policies, loadPolicy(directory, file, { file, values }, {})];
  }
}
