import { verifyWebIdentity } from '../oidc/verify.ts';
import { AwsError } from '../wire/error.ts';
import type { Account, World } from '../world.ts';

/** A token that an account's identity provider vouches for. */
export interface WebIdentity {
  readonly providerArn: string;
  readonly audience: string;
  readonly subject: string;
  /** Condition keys for a trust policy. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

/** Judges a token against the providers of an account, or throws what STS answers. */
export async function checkIdentity(world: World, account: Account, token: string): Promise<WebIdentity> {
  if (token.length < 4 || token.length > 20_000) {
    throw new AwsError(
      'ValidationError',
      "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: " +
        'Member must have length between 4 and 20000',
    );
  }
  const issuer = issuerOf(token);
  const provider = account.providers.find((one) => one.url === issuer) ?? account.providers[0];
  if (provider === undefined) {
    const message = `No OpenIDConnect provider found in your account for ${issuer}`;
    throw new AwsError('InvalidIdentityToken', message);
  }
  if (provider.jwks === undefined) {
    throw new AwsError(
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider, please reference " +
        'AssumeRoleWithWebIdentity documentation for requirements',
    );
  }
  const { url, audiences, jwks } = provider;
  const verdict = await verifyWebIdentity(token, { url, audiences, jwks }, world.clock.now());
  if (!verdict.ok) {
    throw new AwsError(verdict.code, verdict.message, verdict.status);
  }
  const host = url.replace(/^https?:\/\//, '');
  return {
    providerArn: `arn:${world.partition}:iam::${account.id}:oidc-provider/${host}`,
    audience: verdict.context.get(`${host.toLowerCase()}:aud`)?.[0] ?? '',
    subject: String(verdict.claims.sub),
    context: verdict.context,
  };
}

/** The issuer that an unverified token claims; empty for a text that is no token, which the verifier refuses. */
function issuerOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'iss' in claims ? String(claims.iss) : '';
  } catch {
    return '';
  }
}
