import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  STSClient,
} from '@aws-sdk/client-sts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { SimulatorHandler } from '../../simulator/handler.ts';
import { GITHUB_ISSUER } from '../../simulator/oidc/issuer.ts';
import type { World } from '../../simulator/world.ts';
import { allowAll, fixture, frankfurt, home, user } from './fixture.ts';

export const subject = 'repo:octo-org/images:environment:production';
export const provider = `arn:aws:iam::${home}:oidc-provider/token.actions.githubusercontent.com`;
export const roleArn = `arn:aws:iam::${home}:role/promote-ami`;

/** A trust policy for GitHub's tokens of one subject, with further conditions. */
export const trust = (condition: object = {}) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': subject,
        ...condition,
      },
    },
  },
});

/** An issuer of tokens in GitHub's name, with a key made now. */
export async function identity() {
  const keys = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1' }] };

  /** A world whose home account trusts these keys. */
  function federated(
    more: {
      role?: object;
      provider?: object;
      providers?: object[];
      parts?: object;
      regions?: object;
      account?: object;
    } = {},
  ) {
    const github = { url: GITHUB_ISSUER, audiences: ['sts.amazonaws.com'], jwks, ...more.provider };
    const role = { name: 'promote-ami', 'trust-policy': trust(), policies: [allowAll], ...more.role };
    return fixture({
      accounts: [
        {
          id: home,
          name: 'home',
          'oidc-providers': more.providers ?? [github],
          roles: [role],
          users: [user(1)],
          regions: more.regions ?? {},
          ...more.account,
        },
      ],
      ...more.parts,
    });
  }

  function token(now: number, claims: object = {}, audience = 'sts.amazonaws.com'): Promise<string> {
    const seconds = Math.floor(now / 1000);
    return new SignJWT({
      iss: GITHUB_ISSUER,
      sub: subject,
      aud: audience,
      iat: seconds,
      exp: seconds + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(keys.privateKey);
  }

  const anonymous = (world: World, region = frankfurt) =>
    new STSClient({
      region,
      maxAttempts: 1,
      requestHandler: new SimulatorHandler(world),
      credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
    });

  async function assume(
    world: World,
    more: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
    region = frankfurt,
  ) {
    const WebIdentityToken = more.WebIdentityToken ?? (await token(world.clock.now()));
    const input = { RoleArn: roleArn, RoleSessionName: 'run-1', ...more, WebIdentityToken };
    return anonymous(world, region).send(new AssumeRoleWithWebIdentityCommand(input));
  }

  /** The settings of a client with a fresh session of the role. */
  async function sessionOf(world: World, more: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) {
    const { Credentials: given } = await assume(world, more);
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
      throw new Error('there are no credentials');
    }
    return {
      region: frankfurt,
      maxAttempts: 1,
      requestHandler: new SimulatorHandler(world),
      credentials: {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.SessionToken,
      },
    };
  }

  return { jwks, federated, token, assume, sessionOf };
}
