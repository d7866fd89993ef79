import type { Bound } from './bound.ts';

/** GitHub's REST API. */
export type Octokit = Awaited<ReturnType<typeof octokitFor>>;

/** Where the REST API is, as the runner says; undefined where a token must not be sent: unencrypted to anywhere else. */
export function apiUrl(env: NodeJS.ProcessEnv): string | undefined {
  const text = env.GITHUB_API_URL || 'https://api.github.com';
  const url = URL.parse(text);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)
    ? text.replace(/\/+$/, '')
    : undefined;
}

/**
 * A client that repeats what GitHub had trouble with, and waits where it asks to, as far as the bound of the request
 * allows. `name` tells its queues from those of others; `secondMs` is how long a second is. It writes nothing into the
 * log: what it would say may hold what it was sent. Octokit is loaded here and not before.
 */
export async function octokitFor(token: string, baseUrl: string, name: string, secondMs: number) {
  const [{ getOctokit }, { retry }, { throttling }] = await Promise.all([
    import('@actions/github'),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
  ]);
  const fits = (seconds: number, { request }: { readonly request: Partial<Bound> }): boolean =>
    seconds * secondMs < (request.leftMs?.() ?? 0);
  return getOctokit(
    token,
    {
      baseUrl,
      log,
      retry: { doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451], retryAfterBaseValue: secondMs },
      throttle: {
        id: name,
        retryAfterBaseValue: secondMs,
        onRateLimit: fits,
        onSecondaryRateLimit: fits,
      },
    },
    throttling,
    retry,
  );
}

/**
 * What every request is sent with: its bound, and the version of the API that it is written for. `retries: 0` where it
 * must not be repeated blindly.
 */
export function sentWith(bound: Bound, over: { readonly retries?: 0 } = {}) {
  return {
    headers: { 'x-github-api-version': '2022-11-28' },
    request: { signal: bound.signal, leftMs: bound.leftMs, log, ...over },
  };
}

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
