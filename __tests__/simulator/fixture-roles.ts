import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { SimulatorHandler } from '../../simulator/handler.ts';
import { type SessionCredentials, sessionOf } from '../../simulator/sessions.ts';
import type { World } from '../../simulator/world.ts';
import { allowAll, type Fixture, fixture, frankfurt, home, management, production, user } from './fixture.ts';

export const hubArn = `arn:aws:iam::${home}:role/hub`;
export const hubSession = `arn:aws:sts::${home}:assumed-role/hub/ambient`;
export const targetArn = `arn:aws:iam::${production}:role/target`;

export const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });

/** A statement on everything; `more` replaces or adds elements. */
export const statement = (Effect: 'Allow' | 'Deny', Action: string | string[], more: object = {}) => ({
  ...{ Effect, Action, Resource: '*', ...more },
});

/** A trust policy that lets one principal assume the role, with further elements. */
export const trusting = (AWS: string, more: object = {}) =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more });

/**
 * An organization whose home account has the role `hub`, which may do everything, and whose production account has
 * the role `target`, which trusts the home account. Each part adds to its role or account.
 */
export function rolesWorld(
  parts: {
    readonly hub?: object;
    readonly target?: object;
    readonly homeAccount?: object;
    readonly productionAccount?: object;
    readonly more?: object;
  } = {},
): Fixture {
  const hub = { name: 'hub', 'trust-policy': trusting(home), policies: [allowAll], ...parts.hub };
  const target = { name: 'target', 'trust-policy': trusting(home), policies: [allowAll], ...parts.target };
  return fixture({
    accounts: [
      { id: home, name: 'home', roles: [hub], users: [user(1)], ...parts.homeAccount },
      { id: production, name: 'production', roles: [target], users: [user(2)], ...parts.productionAccount },
      { id: management, name: 'management', users: [user(4)] },
    ],
    ...parts.more,
  });
}

/** The settings of a client with these credentials. */
export function settingsWith(world: World, credentials: SessionCredentials, region = frankfurt) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    ...{ region, maxAttempts: 1, requestHandler: new SimulatorHandler(world) },
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  };
}

/** The settings of a client with a session of the role `hub`. */
export function asHub(world: World, region = frankfurt) {
  return settingsWith(world, sessionOf(world, hubArn), region);
}

/** Assumes `target` as `hub`. */
export function assume(world: World, more: Partial<AssumeRoleCommandInput> = {}, region = frankfurt) {
  const input = { RoleArn: targetArn, RoleSessionName: 'run-1', ...more };
  return new STSClient(asHub(world, region)).send(new AssumeRoleCommand(input));
}
