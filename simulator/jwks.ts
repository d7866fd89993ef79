import type { JsonWebKeySet } from './oidc/verify.ts';
import type { HttpRequest } from './wire/http.ts';
import type { World } from './world.ts';

/**
 * Fetches the keys of every identity provider that has a `jwks-url`, as STS does when a token comes. This is the
 * doors' part, because answering a request touches nothing but the world. A failure leaves the provider without keys.
 */
export async function refreshKeys(world: World, request: HttpRequest): Promise<void> {
  if (!/(^|&)Action=AssumeRoleWithWebIdentity(&|$)/.test(request.body)) {
    return;
  }
  const providers = [...world.accounts.values()].flatMap((account) => account.providers);
  const urls = new Set(providers.flatMap(({ jwksUrl }) => (jwksUrl === undefined ? [] : [jwksUrl])));
  await Promise.all(
    [...urls].map(async (url) => {
      const jwks = await fetchKeys(url);
      for (const provider of providers.filter((one) => one.jwksUrl === url)) {
        provider.jwks = jwks;
      }
    }),
  );
}

async function fetchKeys(url: string): Promise<JsonWebKeySet | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    const body: unknown = response.ok ? await response.json() : undefined;
    return isKeySet(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON Web Key Set: an object with a list of keys, each with its type. */
export function isKeySet(value: unknown): value is JsonWebKeySet {
  return (
    typeof value === 'object' &&
    value !== null &&
    'keys' in value &&
    Array.isArray(value.keys) &&
    value.keys.every((key: unknown) => typeof key === 'object' && key !== null && 'kty' in key)
  );
}
