import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DecryptCommand,
  type DecryptCommandInput,
  GenerateDataKeyWithoutPlaintextCommand,
  type GenerateDataKeyWithoutPlaintextCommandInput,
} from '@aws-sdk/client-kms';
import type { World } from '../../simulator/world.ts';
import { failure, fixture, frankfurt, home, homeKey, homeKeyArn, kms, production, user } from './fixture.ts';
import { policy, trusting } from './fixture-roles.ts';

export const keyAliasArn = `arn:aws:kms:${frankfurt}:${home}:alias/images`;
export const grantee = `arn:aws:iam::${home}:role/hub`;

/** A world with one key, of home, and with users of these policies; `key` adds to the key. */
export function keyWorld(
  parts: {
    readonly key?: object;
    readonly keyPolicies?: readonly unknown[];
    readonly policies?: readonly unknown[];
  } = {},
): World {
  const { key = {}, keyPolicies = ['default'], policies } = parts;
  return fixture({
    accounts: [
      {
        ...{ id: home, name: 'home', users: [user(1, policies)] },
        roles: [{ name: 'hub', 'trust-policy': trusting(home) }],
      },
      { id: production, name: 'production', users: [user(2, policies)] },
    ],
    keys: [
      { id: homeKey, account: home, region: frankfurt, alias: 'alias/images', policies: keyPolicies, ...key },
    ],
    snapshots: [],
    images: [],
  }).world;
}

/** A key policy that lets one principal do something. */
export const letting = (AWS: string, Action: string) =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' });

/** What a dry run of each action ends with; `more` replaces parameters. */
export const createGrant = (
  world: World,
  more: Partial<CreateGrantCommandInput> = {},
  number = 1,
  region = frankfurt,
) =>
  failure(
    kms(world, number, region).send(
      new CreateGrantCommand({
        ...{ KeyId: homeKeyArn, GranteePrincipal: grantee, Operations: ['Decrypt'], DryRun: true },
        ...more,
      }),
    ),
  );

export const generateDataKey = (
  world: World,
  more: Partial<GenerateDataKeyWithoutPlaintextCommandInput> = {},
  number = 1,
  region = frankfurt,
) =>
  failure(
    kms(world, number, region).send(
      new GenerateDataKeyWithoutPlaintextCommand({
        ...{ KeyId: homeKeyArn, KeySpec: 'AES_256', DryRun: true },
        ...more,
      }),
    ),
  );

export const decrypt = (
  world: World,
  more: Partial<DecryptCommandInput> = {},
  number = 1,
  region = frankfurt,
) =>
  failure(
    kms(world, number, region).send(
      new DecryptCommand({
        ...{ KeyId: homeKeyArn, DryRun: true, DryRunModifiers: ['IGNORE_CIPHERTEXT'] },
        ...more,
      }),
    ),
  );

export const passed = {
  code: 'DryRunOperationException',
  status: 400,
  message: 'The request would have succeeded, but the DryRun option is set.',
};
