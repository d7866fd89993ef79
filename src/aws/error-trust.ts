import type { Attempted } from './error-row.ts';

type Claims = NonNullable<Attempted['presented']>;

/** What to do where a role does not let this workflow in. */
export function lettingWorkflowIn({ role, presented = {} }: Attempted): string {
  return lacksEnvironment(presented)
    ? `This job names no environment, and iam/trust-policy.json asks for one: add \`environment:\` to the job. If the trust policy of the role asks for none, check that ${isRight(role)}.`
    : `${checkFirst(role)} If so, an administrator of that account makes sure that it exists and that its trust policy lets exactly this workflow in, as iam/trust-policy.json does; repositories made, renamed or moved since July 2026 have a sub with ids, repo:OWNER@ID/REPOSITORY@ID:….`;
}

/** What everybody can check: a name that is mistyped is refused like a role that does not let in. */
export function checkFirst(role: string): string {
  return `Check first that ${isRight(role)}.`;
}

function isRight(role: string): string {
  return `${role} has the right account and the right name (inputs accounts and role)`;
}

/** Whether the subject names an environment, as it does unless it was customized. */
export function isInSubject({ sub = '' }: Claims): boolean {
  return /(?:^|:)environment:[^:]/.test(sub);
}

/** Whether a token says that its job names no environment; not while there is none to tell. */
export function lacksEnvironment(presented: Claims): boolean {
  return presented.sub !== undefined && presented.environment === undefined && !isInSubject(presented);
}

/** Some of what the workflow presented, as a sentence behind another one; empty where it presented none of it. */
export function presentedBy({ presented = {} }: Attempted, names: readonly string[]): string {
  const values = names.flatMap((name) =>
    presented[name] === undefined ? [] : `${name} = ${presented[name]}`,
  );
  return values.length === 0 ? '' : ` The workflow presented ${values.join(', ')}.`;
}
