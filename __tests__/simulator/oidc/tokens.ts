import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { GITHUB_ISSUER } from '../../../simulator/oidc/issuer.ts';

/** Noon of a day, in seconds. */
export const NOW = 1_795_262_400;

export interface Signer {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
  readonly algorithm: string;
}

export async function makeSigner(algorithm = 'ES256', kid = 'key-1'): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), kid }, privateKey, algorithm };
}

/** A token that is right in everything, but for the claims given (undefined leaves one out). */
export function sign(
  signer: Signer,
  claims: object = {},
  header: object = { kid: 'key-1' },
): Promise<string> {
  const right = {
    iss: GITHUB_ISSUER,
    sub: 'repo:octo/app:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    iat: NOW,
    nbf: NOW,
    exp: NOW + 300,
  };
  return new SignJWT({ ...right, ...claims })
    .setProtectedHeader({ alg: signer.algorithm, ...header })
    .sign(signer.privateKey);
}
