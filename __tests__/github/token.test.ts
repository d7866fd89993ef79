import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { fetchIdToken, idTokenAvailable, missingIdTokenFailure } from '../../src/github/token.ts';
import { inChild } from './child.ts';

const token = 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl';
const requestToken = 'request-token-of-the-job';

const fetchAndPrint = (timeoutMs: number) => `
  import { fetchIdToken } from './src/github/token.ts';
  try {
    const token = await fetchIdToken('sts.amazonaws.com', ${timeoutMs});
    console.log('length ' + token.length);
  } catch (error) {
    console.log(JSON.stringify({ name: error.name, message: error.message, cause: error.cause?.message, ...error.failure }));
  }
  process.exit(0);
`;

/** What a process that fetches a token logs, when this answers in GitHub's place. */
async function logged(answer: RequestListener, timeoutMs = 30_000): Promise<readonly string[]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const { stdout } = await inChild(fetchAndPrint(timeoutMs), {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    });
    return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('::debug::'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function failureOf(answer: RequestListener, timeoutMs?: number): Promise<unknown> {
  const lines = await logged(answer, timeoutMs);
  return JSON.parse(lines.at(-1) ?? '');
}

describe('fetching an ID token', () => {
  it('asks for the audience in the name of the job, and masks the token before anything else can print it', async () => {
    const requests: string[] = [];
    const lines = await logged((request, response) => {
      requests.push(`${request.url} ${request.headers.authorization}`);
      response.end(JSON.stringify({ value: token }));
    });
    expect(requests).toEqual([`/token?api-version=2&audience=sts.amazonaws.com Bearer ${requestToken}`]);
    expect(lines).toEqual([`::add-mask::${token}`, `length ${token.length}`]);
  });

  it('fails for a while when GitHub has trouble', async () => {
    const failure = await failureOf((_request, response) =>
      response.writeHead(500).end('{"message":"oops"}'),
    );
    expect(failure).toMatchObject({
      name: 'Failed',
      kind: 'transient',
      code: 'Http500',
      action: 'github:GetIdToken',
    });
    expect(failure).toHaveProperty('cause', expect.stringContaining('oops'));
  });

  it('is throttled by 429, and refused for good by any other status', async () => {
    const answer =
      (status: number): RequestListener =>
      (_request, response) =>
        response.writeHead(status).end();
    expect(await failureOf(answer(429))).toMatchObject({ kind: 'throttle', code: 'Http429' });
    expect(await failureOf(answer(403))).toMatchObject({ kind: 'permanent', code: 'Http403' });
  });

  it('fails for a while when the connection breaks, or the answer holds no token', async () => {
    expect(await failureOf((request) => request.socket.destroy())).toMatchObject({ kind: 'transient' });
    expect(await failureOf((_request, response) => response.end('{}'))).toMatchObject({
      kind: 'transient',
      code: 'NoIdToken',
    });
  });

  it('does not wait for ever when GitHub falls silent in the middle of the answer', async () => {
    const half: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"value":"');
    };
    expect(await failureOf(half, 300)).toMatchObject({ kind: 'transient', code: 'NoAnswer' });
  });

  it('never shows the token of the request', async () => {
    const lines = await logged((_request, response) => response.writeHead(403).end('{"message":"no"}'));
    expect(lines.join('\n')).not.toContain(requestToken);
  });

  it('says at once what is missing when the job may not ask', async () => {
    await expect(fetchIdToken('sts.amazonaws.com')).rejects.toMatchObject({
      failure: { code: 'IdTokenNotAvailable', kind: 'precondition' },
    });
  });
});

describe('whether a token is available', () => {
  it('depends on both variables that the runner sets', () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' };
    expect(idTokenAvailable(env)).toBe(true);
    expect(idTokenAvailable({ ...env, ACTIONS_ID_TOKEN_REQUEST_URL: '' })).toBe(false);
    expect(idTokenAvailable({ ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' })).toBe(false);
  });

  it('is explained, when it is not, with the lines that the workflow needs and the case of a fork', () => {
    const { meaning, paste } = missingIdTokenFailure();
    expect(paste).toEqual({ text: 'permissions:\n  id-token: write\n  contents: read' });
    expect(meaning).toContain('pull request from a fork');
  });
});
