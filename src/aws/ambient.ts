import type { AmbientKeys } from './sessions.ts';

/** What keeps the keys in the environment from being sent, continuing a sentence; undefined when nothing does. */
export function ambientProblem(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const unfit = variables.find((name) => !/^[\x21-\x7e]*$/.test(env[name] ?? ''));
  return unfit === undefined
    ? undefined
    : `finds a line break, a blank or another character in ${unfit} that no key has`;
}

const variables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

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
