/** Why STS refuses a token's claims; without a code it is InvalidIdentityToken. */
export interface ClaimFault {
  readonly code?: string;
  readonly message: string;
}

type Claims = Readonly<Record<string, unknown>>;

const REQUIRED = ['iss', 'sub', 'aud', 'iat', 'exp'];
const TOLERANCE_SECONDS = 300;
const GITHUB_HOST = 'token.actions.githubusercontent.com';

/** The claims of GitHub's tokens that STS maps to condition keys, beside `aud` and `sub`; others it leaves out. */
const GITHUB_CLAIMS = [
  'repository',
  'repository_id',
  'actor',
  'actor_id',
  'workflow',
  'job_workflow_ref',
  'ref',
  'environment',
  'enterprise_id',
];

/** The first claim that STS requires and the token lacks. */
export function missingClaim(claims: Claims): string | undefined {
  return REQUIRED.find((name) => claims[name] === undefined);
}

/**
 * STS's check of `iat`, `nbf` and `exp`, whole seconds since 1970, with five minutes of tolerance; `now` is in
 * milliseconds. A token past its end is ExpiredTokenException, every other fault InvalidIdentityToken.
 */
export function checkTimes(claims: Claims, now: number): ClaimFault | undefined {
  const { iat, exp } = claims;
  const nbf = claims.nbf === undefined ? iat : claims.nbf;
  if (!isTimestamp(iat) || !isTimestamp(exp) || !isTimestamp(nbf)) {
    return { message: 'Invalid timestamp in token claims.' };
  }
  const seconds = Math.floor(now / 1000);
  if (iat > seconds + TOLERANCE_SECONDS) {
    return { message: `Token issued in the future: ${iat}` };
  }
  if (nbf > seconds + TOLERANCE_SECONDS) {
    return { message: `Token not yet valid: ${nbf}` };
  }
  if (seconds >= exp + TOLERANCE_SECONDS) {
    const limits = `current date/time ${seconds} must be before the expiration date/time ${exp}`;
    return { code: 'ExpiredTokenException', message: `Token expired: ${limits}` };
  }
  return undefined;
}

function isTimestamp(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

/** One audience, registered with the provider; of several the authorized party (`azp`) must say which is meant. */
export function checkAudience(
  claims: Claims,
  registered: readonly string[],
  notValidated: string,
): ClaimFault | undefined {
  const list = audiences(claims);
  if (list.length > 1 && claims.azp === undefined) {
    return {
      message: 'Token audience contains more than one audience while authorized party is not present',
    };
  }
  const meant = claims.azp === undefined ? list[0] : claims.azp;
  const known = (value: unknown): boolean => typeof value === 'string' && registered.includes(value);
  return known(meant) && list.some(known) ? undefined : { message: notValidated };
}

function audiences(claims: Claims): readonly unknown[] {
  return Array.isArray(claims.aud) ? claims.aud : [claims.aud];
}

/**
 * The condition keys of the token, named after the issuer without its scheme, in lower case. `aud` is the
 * authorized party where the token has one. A claim that is absent or no text gives no key.
 */
export function conditionContext(claims: Claims, issuer: string): ReadonlyMap<string, readonly string[]> {
  const provider = issuer.replace(/^https:\/\//, '').toLowerCase();
  const named: [string, unknown][] = [
    ['aud', claims.azp ?? audiences(claims)[0]],
    ['sub', claims.sub],
  ];
  if (provider.split('/')[0] === GITHUB_HOST) {
    named.push(...GITHUB_CLAIMS.map((name): [string, unknown] => [name, claims[name]]));
  }
  return new Map(
    named.flatMap(([name, value]): [string, readonly string[]][] =>
      typeof value === 'string' && value !== '' ? [[`${provider}:${name}`, [value]]] : [],
    ),
  );
}
