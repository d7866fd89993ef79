import { readdir, readFile, stat } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { JOB } from '../oidc/jobs.ts';
import { PRINT_ENVIRONMENT, printed, RUNS, workbench } from './fixture.ts';

const bench = workbench();
afterEach(() => bench.clear());

const ISSUER = { url: 'http://127.0.0.1:9/token?api-version=2.0', requestToken: 'request-token-of-the-job' };

describe('the environment of an action', () => {
  it('holds what GitHub says of the job and nothing of this process', async () => {
    const options = { endpoint: 'http://127.0.0.1:9', env: { AWS_REGION: 'us-east-1', GITHUB_SHA: 'x' } };
    const result = await bench.run(PRINT_ENVIRONMENT, options);
    const env = printed(result);
    expect(env).toMatchObject({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_REGION: 'us-east-1',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_REPOSITORY_OWNER: 'octo',
      GITHUB_REF_NAME: 'main',
      GITHUB_RUN_ID: '100',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_SHA: JOB.sha,
      GITHUB_WORKSPACE: result.files.workspace,
      HOME: result.files.home,
      RUNNER_TEMP: result.files.temp,
    });
    const own = /^(AWS_(ENDPOINT_URL|REGION)|CI|GITHUB_\w+|HOME|PATH|RUNNER_\w+)$/;
    expect(Object.keys(env).filter((name) => !own.test(name))).toEqual([]);
    expect(await readdir(result.files.home)).toEqual([]);
  });

  it('may have a GitHub of its own, and the payload of its event beside the repository', async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      const event = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
      console.log(JSON.stringify({ ...process.env, event: [event.repository.full_name, event.pull_request.number] }));
    `;
    const options = {
      api: 'http://127.0.0.1:9/api/v3',
      github: { ...JOB, eventName: 'pull_request' },
      event: { pull_request: { number: 7 } },
      env: { GITHUB_API_URL: 'http://elsewhere.example' },
    };
    expect(printed(await bench.run(script, options))).toMatchObject({
      GITHUB_API_URL: options.api,
      GITHUB_EVENT_NAME: 'pull_request',
      event: ['octo/app', 7],
    });
    expect(printed(await bench.run(PRINT_ENVIRONMENT))).toMatchObject({
      GITHUB_API_URL: 'https://api.github.com',
    });
  });

  it('begins in the workspace, under Node 24 with no flags', async () => {
    const script = 'console.log([process.cwd(), process.version, ...process.execArgv].join())';
    const result = await bench.run(script);
    expect(result.log).toMatch(new RegExp(`^${result.files.workspace},v24\\.[\\d.]+\\n$`));
  });

  it('has a token endpoint only with the permission', async () => {
    const without = printed(await bench.run(PRINT_ENVIRONMENT, { issuer: ISSUER }));
    expect(Object.keys(without).filter((name) => name.startsWith('ACTIONS_'))).toEqual([]);
    const options = { issuer: ISSUER, permissions: { idToken: true } };
    expect(printed(await bench.run(PRINT_ENVIRONMENT, options))).toMatchObject({
      ACTIONS_ID_TOKEN_REQUEST_URL: ISSUER.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: ISSUER.requestToken,
    });
    await expect(bench.run('', { permissions: { idToken: true } })).rejects.toThrow('needs an issuer');
  });
});

describe('the result of an action', () => {
  it('is success for exit code 0, else failure', async () => {
    expect(await bench.run('')).toMatchObject({ exitCode: 0, signal: null, conclusion: 'success' });
    expect(await bench.run('process.exitCode = 3')).toMatchObject({ exitCode: 3, conclusion: 'failure' });
  });

  it('has outputs, state, summary and whatever was set for later steps', async () => {
    const result = await bench.run(`
      import { appendFileSync } from 'node:fs';
      const write = (file, text) => appendFileSync(process.env['GITHUB_' + file], text);
      write('OUTPUT', 'a=1\\nb<<END\\nx\\ny\\nEND\\na=2\\n');
      write('STATE', 'folder=/tmp/x\\n');
      write('STEP_SUMMARY', '# Done\\n');
      write('ENV', 'LATER=1\\n');
      write('PATH', '/opt/tool\\n');
    `);
    expect(result).toMatchObject({
      conclusion: 'success',
      outputs: { a: '2', b: 'x\ny' },
      state: { folder: '/tmp/x' },
      summary: '# Done\n',
      env: { LATER: '1' },
      path: ['/opt/tool'],
      faults: [],
    });
  });

  it('is failure if a command file is malformed', async () => {
    const result = await bench.run(`
      import { appendFileSync } from 'node:fs';
      appendFileSync(process.env.GITHUB_OUTPUT, 'a<<END\\nx\\n');
    `);
    expect(result).toMatchObject({ exitCode: 0, conclusion: 'failure', outputs: {} });
    expect(result.faults[0]).toContain("Matching delimiter not found 'END'");
    expect(result.lines.at(-1)).toMatchObject({ kind: 'error' });
  });

  it('has no summary above 1 MiB, and an error for it', async () => {
    const write = (bytes: number): string => `
      import { writeFileSync } from 'node:fs';
      writeFileSync(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(${bytes}));
    `;
    expect((await bench.run(write(1024 * 1024))).summary).toHaveLength(1024 * 1024);
    const result = await bench.run(write(1024 * 1024 + 1));
    expect(result).toMatchObject({ summary: '', conclusion: 'success' });
    expect(result.lines.at(-1)?.text).toContain('upload aborted');
  });

  it('refuses outputs above 1 MiB in UTF-16', async () => {
    const write = (length: number): string => `
      import { writeFileSync } from 'node:fs';
      writeFileSync(process.env.GITHUB_OUTPUT, 'a=' + 'x'.repeat(${length}));
    `;
    expect((await bench.run(write(512 * 1024))).conclusion).toBe('success');
    expect((await bench.run(write(512 * 1024 + 1))).conclusion).toBe('failure');
  });

  it('shows masked values as *** and names the outputs that hold one', async () => {
    const result = await bench.run(
      `
      import { appendFileSync } from 'node:fs';
      console.log('before s3cret and request-token-of-the-job');
      console.log('::add-mask::s3cret');
      console.log('after s3cret');
      appendFileSync(process.env.GITHUB_OUTPUT, 'open=1\\nhidden=a s3cret\\n');
      appendFileSync(process.env.GITHUB_STEP_SUMMARY, 'the s3cret');
      `,
      { issuer: ISSUER },
    );
    expect(result.lines.map((line) => line.text)).toEqual(['before s3cret and ***', 'after ***']);
    expect(result).toMatchObject({
      masks: ['s3cret'],
      droppedOutputs: ['hidden'],
      outputs: { open: '1', hidden: 'a s3cret' },
      summary: 'the ***',
    });
    expect(result.log).toContain('after s3cret');
  });

  it('gives lines while the action runs, of both outputs, and the last one without its end', async () => {
    const seen: string[] = [];
    const script = `process.stdout.write('one\\n::warning title=T::two%0Athree\\n'); process.stderr.write('four')`;
    const result = await bench.run(script, { onLine: (line) => seen.push(`${line.kind}:${line.text}`) });
    expect([...seen].sort()).toEqual(['info:four', 'info:one', 'warning:two\nthree']);
    expect(result.lines).toContainEqual({ kind: 'warning', text: 'two\nthree', title: 'T' });
  });

  it('warns of inputs that the action does not declare, and passes them on', async () => {
    const result = await bench.run(
      PRINT_ENVIRONMENT,
      { inputs: { oops: '1' } },
      `inputs: { a: {} }\n${RUNS}`,
    );
    expect(result.lines[0]).toEqual({
      kind: 'warning',
      text: "Unexpected input(s) 'oops', valid inputs are ['a']",
    });
    expect(printed(result)).toMatchObject({ INPUT_OOPS: '1', INPUT_A: '' });
  });

  it('leaves nothing behind once disposed of', async () => {
    const run = await bench.start(await bench.action(RUNS, ''));
    await run.exited;
    expect(await readFile(`${run.files.temp}/_github_workflow/event.json`, 'utf8')).toContain('octo/app');
    await run.dispose();
    await expect(stat(run.files.base)).rejects.toThrow('ENOENT');
  });
});
