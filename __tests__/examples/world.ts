import { join } from 'node:path';
import { parsePolicy } from '../../simulator/iam/evaluate.ts';
import { loadPolicy } from '../../simulator/policy-files.ts';
import type { SimulatedKey, World } from '../../simulator/world.ts';
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
  const file = '../iam/source-key-policy-statements.json';
  const values = { OWNER_ACCOUNT_ID: account, ROLE_NAME: roleName };
  const key = keyOf(world, home, sourceRegion);
  key.policies = [
    ...key.policies,
    loadPolicy(join(import.meta.dirname, '../../simulator'), file, { file, values }, {}),
  ];
}

/** Lets an account that launches images use the key that they are under, as the README has it. */
export function letLaunch(key: SimulatedKey, account: string): void {
  const Action = [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:ReEncrypt*',
    'kms:GenerateDataKey*',
    'kms:CreateGrant',
  ];
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const Statement = { Effect: 'Allow', Principal, Action, Resource: '*' };
  key.policies = [...key.policies, parsePolicy('consumers', { Version: '2012-10-17', Statement })];
}

/** The key `alias/ami` of an account in a Region. */
export function keyOf(world: World, account: string, region: string): SimulatedKey {
  const key = world.keys.get(keyArnOf(account, region));
  if (key === undefined) {
    throw new Error(`${account} has no key in ${region}`);
  }
  return key;
}
