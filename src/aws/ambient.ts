import type { AmbientKeys } from './sessions.ts';

/** The keys that an earlier step left in the environment; undefined when there are none, or only half of them. */
export function ambientKeys(env: Readonly<Record<string, string | undefined>>): AmbientKeys | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    return undefined;
  }
  const ends = Date.parse(AWS_CREDENTIAL_EXPIRATION ?? '');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    ends: Number.isNaN(ends) ? undefined : ends,
  };
}
