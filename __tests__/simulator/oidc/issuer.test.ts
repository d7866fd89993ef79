import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Issuer, type IssuerOptions, startIssuer } from '../../../simulator/oidc/issuer.ts';
import { githubClaims } from '../../../simulator/oidc/job.ts';
import { verifyWebIdentity } from '../../../simulator/oidc/verify.ts';
import { JOB } from './jobs.ts';

const running: Issuer[] = [];

async function start(options: Partial<IssuerOptions> = {}): Promise<Issuer> {
  const issuer = await startIssuer({ claims: githubClaims(JOB), algorithm: 'ES256', ...options });
  running.push(issuer);
  return issuer;
}

async function fetchToken(issuer: Issuer, query = '&audience=sts.amazonaws.com'): Promise<string> {
  const response = await fetch(issuer.url + query, {
    headers: { authorization: `Bearer ${issuer.requestToken}` },
  });
  const body: unknown = await response.json();
  if (typeof body === 'object' && body !== null && 'value' in body && typeof body.value === 'string') {
    return body.value;
  }
  throw new Error(`answered with ${response.status}`);
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((issuer) => issuer.close()));
});

describe('the issuer', () => {
  it.each(['RS256', 'ES256'] as const)('gives tokens that STS accepts, signed with %s', async (algorithm) => {
    const issuer = await start({ algorithm });
    const provider = { url: issuer.issuer, audiences: ['sts.amazonaws.com'], jwks: issuer.jwks };
    const result = await verifyWebIdentity(await fetchToken(issuer), provider, Date.now());
    expect(result.ok && result.claims).toMatchObject({
      iss: 'https://token.actions.githubusercontent.com',
      aud: 'sts.amazonaws.com',
      sub: 'repo:octo/app:ref:refs/heads/main',
      repository_id: '7',
    });
  });

  it('dates a token by its clock and gives it five minutes', async () => {
    const issuer = await start({ clock: () => 1_795_262_400_999 });
    expect(decodeJwt(await fetchToken(issuer))).toMatchObject({ iat: 1_795_262_400, exp: 1_795_262_700 });
    const short = await start({ clock: () => 1_795_262_400_000, lifetimeSeconds: 60 });
    expect(decodeJwt(await fetchToken(short)).exp).toBe(1_795_262_460);
  });

  it('gives a new id to each token and remembers them all', async () => {
    const issuer = await start();
    const tokens = [await fetchToken(issuer), await fetchToken(issuer)];
    expect(issuer.tokens).toEqual(tokens);
    expect(new Set(tokens.map((token) => decodeJwt(token).jti)).size).toBe(2);
  });

  it("takes the owner's address for the audience unless asked for one", async () => {
    expect(decodeJwt(await fetchToken(await start(), '')).aud).toBe('https://github.com/octo');
    expect(decodeJwt(await fetchToken(await start({ audienceDefault: 'x' }), '')).aud).toBe('x');
  });

  it('lets claims replace its own', async () => {
    const issuer = await start({
      claims: { ...githubClaims(JOB), iss: 'https://elsewhere', sub: undefined },
    });
    const claims = decodeJwt(await fetchToken(issuer));
    expect(claims.iss).toBe('https://elsewhere');
    expect(claims).not.toHaveProperty('sub');
  });

  it('refuses a stranger, another path, another method and two audiences', async () => {
    const issuer = await start();
    const headers = { authorization: `Bearer ${issuer.requestToken}` };
    const statuses = [
      (await fetch(issuer.url)).status,
      (await fetch(issuer.url, { headers: { authorization: 'Bearer x' } })).status,
      (await fetch(issuer.url.replace('/token', '/other'), { headers })).status,
      (await fetch(issuer.url, { method: 'POST', headers })).status,
      (await fetch(`${issuer.url}&audience=a&audience=b`, { headers })).status,
      (await fetch(`${issuer.url}&audience=`, { headers })).status,
    ];
    expect(statuses).toEqual([401, 401, 404, 405, 400, 400]);
    expect(issuer.requests.map((request) => request.answer)).toEqual(statuses);
    expect(issuer.tokens).toEqual([]);
  });

  it('cuts the connection, fails, and gives an expired token where it is told to', async () => {
    const issuer = await start({
      faults: [
        { nth: 1, kind: 'drop' },
        { nth: 2, kind: 'status', status: 503 },
        { nth: 3, kind: 'expired' },
      ],
    });
    await expect(fetchToken(issuer)).rejects.toThrow('fetch failed');
    await expect(fetchToken(issuer)).rejects.toThrow('answered with 503');
    const provider = { url: issuer.issuer, audiences: ['sts.amazonaws.com'], jwks: issuer.jwks };
    expect(await verifyWebIdentity(await fetchToken(issuer), provider, Date.now())).toMatchObject({
      code: 'ExpiredTokenException',
    });
    expect(await verifyWebIdentity(await fetchToken(issuer), provider, Date.now())).toMatchObject({
      ok: true,
    });
    expect(issuer.requests.map((request) => request.answer)).toEqual(['dropped', 503, 200, 200]);
  });

  it('fails every request where it is told to', async () => {
    const issuer = await start({ faults: [{ nth: 'every', kind: 'status', status: 500 }] });
    await expect(fetchToken(issuer)).rejects.toThrow('500');
    await expect(fetchToken(issuer)).rejects.toThrow('500');
  });
});
