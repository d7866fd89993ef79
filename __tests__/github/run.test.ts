import { describe, expect, it } from '@jest/globals';
import { inChild } from './child.ts';

const env = {
  GITHUB_REPOSITORY: 'acme/images',
  GITHUB_RUN_ID: '19500000000',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SHA: '1f2e3d4c5b6a79880f1e2d3c4b5a69788f7e6d5c',
};

const print = `
  import { currentRun } from './src/github/run.ts';
  try {
    console.log(JSON.stringify(await currentRun()));
  } catch (error) {
    console.log(error.message);
  }
`;

describe('the current run', () => {
  it('is what the runner says, with the page of this attempt', async () => {
    const { stdout } = await inChild(print, { ...env, GITHUB_SERVER_URL: 'https://ghe.example.com' });
    expect(JSON.parse(stdout)).toEqual({
      process: expect.stringMatching(/^[0-9a-f]{8}$/),
      id: 'acme/images/19500000000/2',
      repository: 'acme/images',
      runId: '19500000000',
      attempt: '2',
      sha: env.GITHUB_SHA,
      url: 'https://ghe.example.com/acme/images/actions/runs/19500000000/attempts/2',
    });
  });

  it('has a name for this process alone, because one run starts many side by side', async () => {
    const started = await Promise.all([inChild(print, env), inChild(print, env), inChild(print, env)]);
    const names = started.map(({ stdout }) => JSON.parse(stdout).process);
    expect(new Set(names).size).toBe(3);
  });

  it('is on github.com where no server is named', async () => {
    const { stdout } = await inChild(print, env);
    expect(stdout).toContain('"url":"https://github.com/acme/images/actions/runs/');
  });

  it('names everything that is missing outside of a workflow', async () => {
    expect((await inChild(print)).stdout).toMatch(
      /^GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_SHA are not set: /,
    );
    const { GITHUB_SHA: _sha, ...withoutSha } = env;
    expect((await inChild(print, withoutSha)).stdout).toMatch(/^GITHUB_SHA is not set: /);
  });

  it('does not load @actions/github before it is asked for', async () => {
    const { stdout } = await inChild(
      `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { currentRun } = await import('./src/github/run.ts');
      const seen = () => loaded.some((url) => url.includes('@actions/github/'));
      const before = seen();
      await currentRun();
      console.log(before, seen());
      `,
      env,
    );
    expect(stdout).toBe('false true\n');
  });
});
