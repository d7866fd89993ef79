import { compactVerify, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, type JWK } from 'jose';
import { type ClaimFault, checkAudience, checkTimes, conditionContext, missingClaim } from './claims.ts';

export type { JSONWebKeySet as JsonWebKeySet } from 'jose';

/** An OpenID Connect provider as an account registers it in IAM. */
export interface IdentityProvider {
  /** `https://…` without a slash at the end; must equal the token's `iss`. */
  readonly url: string;
  /** The registered client ids. */
  readonly audiences: readonly string[];
  /** The issuer's public keys, which STS fetches from the provider's well-known address. */
  readonly jwks: JSONWebKeySet;
}

export type Verification =
  | {
      readonly ok: true;
      readonly claims: Record<string, unknown>;
      readonly context: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly ok: false; readonly code: string; readonly status: number; readonly message: string };

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for ' +
  'requirements.';
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity " +
  'documentation for requirements';

/**
 * Judges an ID token as STS does before it looks at any trust policy: form, issuer, claims, signature, times (five
 * minutes of tolerance each way), audience. `now` is in milliseconds since 1970.
 * Answers with the claims and with the condition keys that a trust policy may test (`<issuer>:aud`, `:sub`, and for
 * GitHub's issuer nine more, in lower case), or with STS's error code, HTTP status and text. Never throws for a token.
 */
export async function verifyWebIdentity(
  token: string,
  provider: IdentityProvider,
  now: number,
): Promise<Verification> {
  const read = readToken(token);
  if (read === undefined) {
    return refusal({ message: 'The ID Token provided is not a valid JWT.' });
  }
  const { claims, algorithm, keyId } = read;
  if (!ALGORITHMS.includes(algorithm)) {
    return refusal({ message: NOT_VALIDATED });
  }
  if (claims.iss !== undefined && claims.iss !== provider.url) {
    return refusal({
      message: `No OpenIDConnect provider found in your account for ${String(claims.iss)}`,
    });
  }
  const missing = missingClaim(claims);
  if (missing !== undefined) {
    return refusal({ message: `Missing a required claim: ${missing}` });
  }
  const key = chooseKey(provider.jwks, keyId);
  if (key === undefined) {
    return refusal({ message: NO_KEY });
  }
  if (!(await isSigned(token, key, algorithm))) {
    return refusal({ message: NOT_VALIDATED });
  }
  const fault = checkTimes(claims, now) ?? checkAudience(claims, provider.audiences, NOT_VALIDATED);
  if (fault !== undefined) {
    return refusal(fault);
  }
  return { ok: true, claims, context: conditionContext(claims, provider.url) };
}

function refusal(fault: ClaimFault): Verification {
  return { ok: false, code: fault.code ?? 'InvalidIdentityToken', status: 400, message: fault.message };
}

interface ReadToken {
  readonly claims: Record<string, unknown>;
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

function readToken(token: string): ReadToken | undefined {
  try {
    const header = decodeProtectedHeader(token);
    return { claims: { ...decodeJwt(token) }, algorithm: header.alg ?? '', keyId: header.kid };
  } catch {
    return undefined;
  }
}

/** A token must name its key unless there is just one; keys for encryption or with `key_ops` do not count. */
function chooseKey(jwks: JSONWebKeySet, keyId: string | undefined): JWK | undefined {
  if (keyId === undefined && jwks.keys.length !== 1) {
    return undefined;
  }
  const key = keyId === undefined ? jwks.keys[0] : jwks.keys.find((candidate) => candidate.kid === keyId);
  return key === undefined || key.use === 'enc' || key.key_ops !== undefined ? undefined : key;
}

/** STS goes by the algorithm of the token's header and leaves the `alg` of the key aside. */
async function isSigned(token: string, key: JWK, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(token, { ...key, alg: algorithm }, { algorithms: ALGORITHMS });
    return true;
  } catch {
    return false;
  }
}
