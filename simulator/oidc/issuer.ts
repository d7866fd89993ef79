import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { close, listen } from '../loopback.ts';

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

export interface IssuerOptions {
  /** The job's claims (see githubClaims). `iss`, `iat`, `nbf`, `exp`, `jti` given here replace the issuer's own. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The audience of a request that names none: GitHub takes the owner's URL. */
  readonly audienceDefault?: string;
  /** From `iat` to `exp`; 300 as GitHub has it. */
  readonly lifetimeSeconds?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly algorithm?: 'RS256' | 'ES256';
  readonly faults?: readonly IssuerFault[];
}

/** What goes wrong with the nth request for a token (counted from 1), or with each of them. */
export type IssuerFault =
  | { readonly nth: number | 'every'; readonly kind: 'drop' | 'expired' }
  | { readonly nth: number | 'every'; readonly kind: 'status'; readonly status: number };

export interface IssuerRequest {
  readonly method: string;
  readonly path: string;
  readonly audience: string | undefined;
  /** The HTTP status answered, or that the connection was cut. */
  readonly answer: number | 'dropped';
}

export interface Issuer {
  /** For ACTIONS_ID_TOKEN_REQUEST_URL. */
  readonly url: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestToken: string;
  readonly issuer: typeof GITHUB_ISSUER;
  readonly jwks: JSONWebKeySet;
  /** Every ID token issued so far, so that tests can look for them where none may be. */
  readonly tokens: readonly string[];
  readonly requests: readonly IssuerRequest[];
  close(): Promise<void>;
}

/**
 * GitHub's side of OpenID Connect, on a free port of 127.0.0.1: answers `GET url&audience=…` with the bearer token
 * that the runner got by `{value: <JWT>}`, signed with a key made now. A fresh `jti` and fresh times for each token.
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const algorithm = options.algorithm ?? 'RS256';
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = randomUUID();
  const jwks: JSONWebKeySet = {
    keys: [{ ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }],
  };
  const requestToken = randomBytes(32).toString('base64url');
  const tokens: string[] = [];
  const requests: IssuerRequest[] = [];
  const sign = signer(options, algorithm, kid, privateKey);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const audience = url.searchParams.get('audience') ?? undefined;
    const seen = { method: request.method ?? '', path: url.pathname, audience };
    const fault = (options.faults ?? []).find((f) => f.nth === 'every' || f.nth === requests.length + 1);
    if (fault?.kind === 'drop') {
      requests.push({ ...seen, answer: 'dropped' });
      request.socket.destroy();
      return;
    }
    const status = fault?.kind === 'status' ? fault.status : judge(request, url, requestToken);
    requests.push({ ...seen, answer: status });
    if (status !== 200) {
      send(response, status, { message: `The ID token request was answered with ${status}` });
      return;
    }
    const token = await sign(audience, fault?.kind === 'expired');
    tokens.push(token);
    send(response, 200, { count: token.length, value: token });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(asError(error)));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/token?api-version=2.0`,
    requestToken,
    issuer: GITHUB_ISSUER,
    jwks,
    tokens,
    requests,
    close: () => close(server),
  };
}

function judge(request: IncomingMessage, url: URL, requestToken: string): number {
  if (url.pathname !== '/token') {
    return 404;
  }
  if (request.method !== 'GET') {
    return 405;
  }
  if (request.headers.authorization !== `Bearer ${requestToken}`) {
    return 401;
  }
  const audiences = url.searchParams.getAll('audience');
  return audiences.length > 1 || audiences.includes('') ? 400 : 200;
}

/** An expired token ended ten minutes ago, beyond every tolerance. GitHub dates `nbf` ten minutes back. */
function signer(options: IssuerOptions, alg: string, kid: string, key: CryptoKey) {
  const lifetime = options.lifetimeSeconds ?? 300;
  const clock = options.clock ?? Date.now;
  return (audience: string | undefined, expired: boolean): Promise<string> => {
    const iat = Math.floor(clock() / 1000) - (expired ? lifetime + 600 : 0);
    const claims = {
      jti: randomUUID(),
      aud: audience ?? options.audienceDefault ?? defaultAudience(options.claims),
      iss: GITHUB_ISSUER,
      iat,
      nbf: iat - 600,
      exp: iat + lifetime,
      ...options.claims,
    };
    return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg, kid }).sign(key);
  };
}

function defaultAudience(claims: Readonly<Record<string, unknown>>): string {
  return `https://github.com/${String(claims.repository_owner)}`;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
