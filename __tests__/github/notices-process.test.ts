import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { GitHubFault } from '../../simulator/github/faults.ts';
import { primaryLimit, secondaryLimit, trouble } from '../../simulator/github/faults.ts';
import { close, listen } from '../../simulator/loopback.ts';
import { run } from '../support/builders.ts';
import { inChild } from './child.ts';
import { token, withHub } from './hub.ts';

/** A process that tells GitHub of a step, and prints what it warns of. */
const telling = (event: string, finalMs = 2_000) => `
  import { noticesTo } from './src/github/notices.ts';
  const { progress, conclude, comment } = noticesTo({
    token: ${JSON.stringify(token)},
    context: 'ami-promotion',
    run: ${JSON.stringify(run())},
    env: { ...process.env, GITHUB_EVENT_PATH: ${JSON.stringify(event)} },
    signal: new AbortController().signal,
    warn: (title, text) => console.log('warned', title, text),
    pace: { pauseMs: 5, progressMs: 300, finalMs: ${finalMs}, cancelledMs: 100, secondMs: 20 },
  });
  progress({ state: 'pending', description: '0 of 1 promoted' });
  await conclude({ state: 'success', description: '1 of 1 promoted' });
  await comment('## Plan');
  process.exit(0);
`;

describe('a process that tells GitHub of a step', () => {
  const operation = 'repos/create-commit-status';
  const deprecated = { ...trouble(), headers: { deprecation: 'true', sunset: 'soon' } };
  const faults: readonly (readonly [string, GitHubFault])[] = [
    ['an error', { operation, nth: 'every', kind: 'answer', answer: trouble() }],
    ['a limit', { operation, nth: 'every', kind: 'answer', answer: secondaryLimit(9_999) }],
    ['another limit', { operation, nth: 'every', kind: 'answer', answer: primaryLimit(9_999) }],
    ['an answer that is deprecated', { operation, nth: 'every', kind: 'answer', answer: deprecated }],
    ['a broken connection', { operation, nth: 'every', kind: 'drop' }],
    ['silence', { operation, nth: 'every', kind: 'silence' }],
  ];

  it.concurrent.each(faults)(
    'writes nothing of its own into the log, and its token nowhere, on %s',
    (_case, fault) =>
      withHub({ faults: [fault] }, async ({ github }) => {
        const { code, stdout, stderr } = await inChild(telling(''), {
          GITHUB_API_URL: github.url,
          RUNNER_DEBUG: '1',
        });
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout.split('\n')).toEqual([expect.stringMatching(/^warned No commit status /), '']);
        expect(stdout).not.toContain(token.slice(4, 20));
      }),
  );

  it.concurrent('shows a token that is no token nowhere either', () =>
    withHub({}, async ({ github }) => {
      const odd = telling('').replaceAll(token, 'secret\\u0000part\\nof it');
      const { code, stdout, stderr } = await inChild(odd, { GITHUB_API_URL: github.url });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('warned No commit status');
      expect(stdout).not.toMatch(/secret|part|of it/);
      expect(github.requests).toEqual([]);
    }));

  it.concurrent('goes through the proxy of its environment', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.destroy();
    });
    const port = await listen(proxy);
    const { stdout } = await inChild(telling('', 20_000), {
      GITHUB_API_URL: 'https://github.example/api/v3',
      https_proxy: `http://127.0.0.1:${port}`,
    });
    await close(proxy);
    expect(new Set(asked)).toEqual(new Set(['github.example:443']));
    expect(stdout).toContain('warned No commit status');
  });

  it.concurrent('loads nothing of Octokit before the first notice, and nothing for a comment outside of pull requests', async () => {
    const { stdout } = await inChild(`
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const seen = () => loaded.some((url) => /@octokit|@actions|bottleneck/.test(url));
      const { noticesTo } = await import('./src/github/notices.ts');
      const { conclude, comment } = noticesTo({
        token: 'x', context: 'c', run: ${JSON.stringify(run())}, env: { GITHUB_API_URL: 'http://127.0.0.1:9' },
        signal: AbortSignal.abort(), warn: () => undefined,
      });
      await comment('## Plan');
      const before = seen();
      await conclude({ state: 'success', description: '' });
      console.log(before, seen());
      process.exit(0);
    `);
    expect(stdout).toBe('false true\n');
  });
});
