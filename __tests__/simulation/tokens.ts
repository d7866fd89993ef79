import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { GITHUB_ISSUER, type Issuer } from '../../simulator/oidc/issuer.ts';
import { type GitHubJob, githubClaims } from '../../simulator/oidc/job.ts';

/** GitHub's ID tokens without a server between: one issuer for all histories, because making a key takes long. */
export interface TokenIssuer extends Pick<Issuer, 'jwks'> {
  token(job: GitHubJob, audience: string, now: number): Promise<string>;
}

const kid = 'simulation';
const lifetimeSeconds = 300;

async function makeIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] },
    token: (job, audience, now) => sign(privateKey, job, audience, Math.floor(now / 1000)),
  };
}

function sign(key: CryptoKey, job: GitHubJob, audience: string, iat: number): Promise<string> {
  const times = { iat, nbf: iat - 600, exp: iat + lifetimeSeconds };
  return new SignJWT({ aud: audience, iss: GITHUB_ISSUER, ...times, ...githubClaims(job) })
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256', kid })
    .sign(key);
}

export const issuer = await makeIssuer();
