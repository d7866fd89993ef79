import { Buffer } from 'node:buffer';

/** What an ID token says that trust policies look at. None of it is secret; without its signature it opens nothing. */
export type Claims = Readonly<Partial<Record<(typeof claimNames)[number], string>>>;

/**
 * The claims of an ID token, unverified: to say in the message of a refusal what the trust policy was shown.
 * Empty for anything that is no token; the token itself is in none of it.
 */
export function claimsOf(token: string): Claims {
  const payload = payloadOf(token);
  return Object.fromEntries(
    claimNames.flatMap((name) => {
      const value = payload[name];
      if (Array.isArray(value)) {
        return [[name, value.filter((item) => typeof item === 'string').join(', ')]];
      }
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

const claimNames = [
  'sub',
  'aud',
  'environment',
  'repository',
  'repository_id',
  'ref',
  'event_name',
  'job_workflow_ref',
  'workflow_ref',
  'repository_owner_id',
  'iss',
] as const;

function payloadOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isRecord(payload) ? payload : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
