import * as core from '@actions/core';
import { Failed, type Failure } from '../model/failure.ts';

/** Whether GitHub lets this job ask for an ID token: it does when the job has `permissions: id-token: write`. */
export function idTokenAvailable(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL) && Boolean(env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

/**
 * A fresh ID token for an audience, masked in the log; it lives about five minutes, so one for each use.
 * Raises `Failed`: `transient` for connection trouble, silence and answers of 500 and above, `throttle` for
 * 429, `precondition` when the job may not ask at all, else `permanent`. The cause is for the debug log.
 */
export async function fetchIdToken(audience: string, timeoutMs = 30_000): Promise<string> {
  if (!idTokenAvailable(process.env)) {
    throw new Failed(missingIdTokenFailure());
  }
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new Error(noAnswer)), timeoutMs);
  try {
    return await Promise.race([core.getIDToken(audience), silence.promise]);
  } catch (cause) {
    throw new Failed(failureOf(cause instanceof Error ? cause.message : ''), { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Why there is no ID token to be had, and the lines that a workflow needs. */
export function missingIdTokenFailure(): Failure {
  return {
    where: '',
    action,
    code: 'IdTokenNotAvailable',
    meaning:
      'GitHub gives this job no ID token, so no role can be assumed: the job lacks the permission `id-token: write`, or it was started by a pull request from a fork, which never gets that permission.',
    cure: 'Give the job the permission in the workflow; with `permissions` set, everything not named is taken away, so name what checkout needs, too. In a reusable workflow the caller must grant it as well. For a pull request from a fork, promote after the merge, on push.',
    paste: { text: 'permissions:\n  id-token: write\n  contents: read' },
    kind: 'precondition',
  };
}

const action = 'github:GetIdToken';
const noAnswer = 'GitHub did not answer in time.';

/** `core.getIDToken` keeps only the text of what went wrong, in which the status of the answer stands. */
function failureOf(message: string): Failure {
  const status = Number(/Error Code : (\d{3})\b/.exec(message)?.[1] ?? Number.NaN);
  const common = { where: '', action };
  const later = 'Run the step again; if it goes on, look at https://www.githubstatus.com.';
  if (message === noAnswer) {
    return {
      ...common,
      code: 'NoAnswer',
      meaning: 'GitHub did not answer the request for an ID token in time.',
      cure: later,
      kind: 'transient',
    };
  }
  if (Number.isNaN(status)) {
    const code = /\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? 'NoIdToken';
    return {
      ...common,
      code,
      meaning: 'The request for an ID token found no connection to GitHub, or an answer without a token.',
      cure: `On a self-hosted runner, let it reach GitHub, or name its proxy in https_proxy. ${later}`,
      kind: 'transient',
    };
  }
  return {
    ...common,
    code: `Http${status}`,
    meaning: `GitHub refused to give an ID token, with status ${status}.`,
    cure:
      status >= 500 || status === 429
        ? later
        : 'Check that the job still runs (its request token ends with it) and has the permission `id-token: write`.',
    kind: status >= 500 ? 'transient' : status === 429 ? 'throttle' : 'permanent',
  };
}
