import { describe, expect, it } from '@jest/globals';
import { GITHUB_ISSUER } from '../../../simulator/oidc/issuer.ts';
import { type JsonWebKeySet, type Verification, verifyWebIdentity } from '../../../simulator/oidc/verify.ts';
import { makeSigner, NOW, sign } from './tokens.ts';

const signer = await makeSigner();
const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.';
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";

function verify(token: string, jwks: JsonWebKeySet = { keys: [signer.jwk] }): Promise<Verification> {
  const provider = { url: GITHUB_ISSUER, audiences: ['sts.amazonaws.com', 'other'], jwks };
  return verifyWebIdentity(token, provider, NOW * 1000);
}

function refused(message: string, code = 'InvalidIdentityToken'): Verification {
  return { ok: false, code, status: 400, message };
}

describe('a token is accepted', () => {
  it.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('signed with %s', async (algorithm) => {
    const own = await makeSigner(algorithm);
    expect(await verify(await sign(own), { keys: [own.jwk] })).toMatchObject({ ok: true });
  });

  it.each([
    ['23 seconds past its end', { exp: NOW - 23 }],
    ['299 seconds past its end', { exp: NOW - 299 }],
    ['issued 277 seconds ahead', { iat: NOW + 277, nbf: NOW + 277 }],
    ['without nbf', { nbf: undefined }],
    ['with a second registered audience and azp', { aud: ['sts.amazonaws.com', 'x'], azp: 'other' }],
    ['with its audience in a list', { aud: ['sts.amazonaws.com'] }],
  ])('%s', async (_, claims) => {
    expect(await verify(await sign(signer, claims))).toMatchObject({ ok: true });
  });

  it('without kid if there is one key, and whatever alg the key says', async () => {
    const keys = [{ ...signer.jwk, alg: 'RS256' }];
    expect(await verify(await sign(signer, {}, {}), { keys })).toMatchObject({ ok: true });
  });
});

describe('a token is refused', () => {
  it.each(['iss', 'sub', 'aud', 'iat', 'exp'])('without %s', async (name) => {
    const token = await sign(signer, { [name]: undefined });
    expect(await verify(token)).toEqual(refused(`Missing a required claim: ${name}`));
  });

  it.each<[string, object, string]>([
    ['of another audience', { aud: 'https://github.com/octo' }, NOT_VALIDATED],
    [
      'of two audiences without azp',
      { aud: ['sts.amazonaws.com', 'other'] },
      'Token audience contains more than one audience while authorized party is not present',
    ],
    ['of an unknown azp', { azp: 'x' }, NOT_VALIDATED],
    ['of an empty azp', { azp: '' }, NOT_VALIDATED],
    ['whose azp alone is registered', { aud: 'x', azp: 'other' }, NOT_VALIDATED],
    ['issued in the future', { iat: NOW + 3600 }, `Token issued in the future: ${NOW + 3600}`],
    ['not valid yet', { nbf: NOW + 3600 }, `Token not yet valid: ${NOW + 3600}`],
    ['with a fraction of a second', { exp: NOW + 0.5 }, 'Invalid timestamp in token claims.'],
    ['with a null', { iat: null }, 'Invalid timestamp in token claims.'],
    [
      'of another issuer',
      { iss: 'https://token.example.com' },
      'No OpenIDConnect provider found in your account for https://token.example.com',
    ],
  ])('%s', async (_, claims, message) => {
    expect(await verify(await sign(signer, claims))).toEqual(refused(message));
  });

  it('past its end by the tolerance, with a code of its own', async () => {
    const limits = `current date/time ${NOW} must be before the expiration date/time ${NOW - 300}`;
    expect(await verify(await sign(signer, { exp: NOW - 300 }))).toEqual(
      refused(`Token expired: ${limits}`, 'ExpiredTokenException'),
    );
  });

  it('that is no token', async () => {
    expect(await verify('abc.def')).toEqual(refused('The ID Token provided is not a valid JWT.'));
  });

  it('signed by somebody else, or changed since', async () => {
    const forged = await sign(await makeSigner());
    expect(await verify(forged)).toEqual(refused(NOT_VALIDATED));
    const [header, , signature] = (await sign(signer)).split('.');
    const [, payload] = (await sign(signer, { sub: 'repo:octo/other:ref:refs/heads/main' })).split('.');
    expect(await verify([header, payload, signature].join('.'))).toEqual(refused(NOT_VALIDATED));
  });

  it('unsigned, or signed with a secret', async () => {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [, payload] = (await sign(signer)).split('.');
    for (const alg of ['none', 'HS256']) {
      const token = `${encode({ alg, kid: 'key-1' })}.${payload}.AAAA`;
      expect(await verify(token)).toEqual(refused(NOT_VALIDATED));
    }
  });

  it('whose key is not to be found or not for signing', async () => {
    const token = await sign(signer);
    expect(await verify(token, { keys: [{ ...signer.jwk, kid: 'other' }] })).toEqual(refused(NO_KEY));
    expect(await verify(token, { keys: [{ ...signer.jwk, use: 'enc' }] })).toEqual(refused(NO_KEY));
    expect(await verify(token, { keys: [{ ...signer.jwk, key_ops: ['verify'] }] })).toEqual(refused(NO_KEY));
    const two = [signer.jwk, { ...signer.jwk, kid: 'key-2' }];
    expect(await verify(await sign(signer, {}, {}), { keys: two })).toEqual(refused(NO_KEY));
  });
});

describe('the condition keys of a token', () => {
  const claims = {
    repository: 'octo/app',
    repository_id: '7',
    repository_owner_id: '9',
    actor: 'mona',
    actor_id: '3',
    workflow: 'Promote',
    job_workflow_ref: 'octo/app/.github/workflows/p.yml@refs/heads/main',
    ref: 'refs/heads/main',
    environment: 'Production',
    enterprise_id: '5',
    sha: 'abc',
    run_id: '1',
  };

  it('are aud, sub and the nine claims that STS knows, no others', async () => {
    const result = await verify(await sign(signer, claims));
    const { repository_owner_id, sha, run_id, ...known } = claims;
    const expected = { aud: 'sts.amazonaws.com', sub: 'repo:octo/app:ref:refs/heads/main', ...known };
    expect(result.ok && Object.fromEntries(result.context)).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([name, value]) => [
          `token.actions.githubusercontent.com:${name}`,
          [value],
        ]),
      ),
    );
  });

  it('leave out a claim that the token lacks', async () => {
    const result = await verify(await sign(signer, { ...claims, environment: undefined }));
    expect(result.ok && result.context.has('token.actions.githubusercontent.com:environment')).toBe(false);
  });

  it('take the authorized party for aud', async () => {
    const result = await verify(await sign(signer, { azp: 'other' }));
    expect(result.ok && result.context.get('token.actions.githubusercontent.com:aud')).toEqual(['other']);
  });

  it('of an issuer that is not GitHub are aud and sub alone, named after host and path', async () => {
    const url = 'https://ghes.Example.com/_services/token';
    const token = await sign(signer, { ...claims, iss: url });
    const provider = { url, audiences: ['sts.amazonaws.com'], jwks: { keys: [signer.jwk] } };
    const result = await verifyWebIdentity(token, provider, NOW * 1000);
    expect(result.ok && [...result.context.keys()]).toEqual([
      'ghes.example.com/_services/token:aud',
      'ghes.example.com/_services/token:sub',
    ]);
  });
});
