import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RunOptions, RunResult } from '../../../simulator/runner/run.ts';
import { PRINT_ENVIRONMENT, printed, workbench } from './fixture.ts';

const bench = workbench();
afterEach(async () => {
  jest.useRealTimers();
  await bench.clear();
});

const WITH_POST = 'runs: { using: node24, main: dist/index.js, post: dist/index.js }';
const USUAL = { interruptMs: 7_500, terminateMs: 2_500 };
/** All but the timers that the runner waits by. */
const REAL = [
  ...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
];

/** Prints each signal it gets, and ends at the one named; then, as post, says so. */
const UNTIL = (signal: string): string => `
  import { appendFileSync } from 'node:fs';
  if (process.env.STATE_again) {
    console.log('post');
  } else {
    appendFileSync(process.env.GITHUB_STATE, 'again=yes\\n');
    for (const name of ['SIGINT', 'SIGTERM']) {
      process.on(name, () => {
        console.log(name);
        appendFileSync(process.env.GITHUB_OUTPUT, name + '=seen\\n');
        if (name === '${signal}') process.exit(9);
      });
    }
    setInterval(() => {}, 1000);
    console.log('ready');
  }
`;

/**
 * Interrupts an action that is ready. The runner's waits are over as soon as the action has told of the signal before,
 * and not a millisecond of them earlier: `left` is how many were still to come after each, a millisecond before its end.
 */
async function interrupt(
  how: 'cancel' | 'crash' | 'kill',
  signal: string,
  options: Partial<RunOptions> = {},
): Promise<RunResult & { readonly left: readonly number[] }> {
  jest.useFakeTimers({ doNotFake: REAL });
  const { interruptMs, terminateMs } = options.cancelWaits ?? USUAL;
  const left: number[] = [];
  const wait = (ms: number) => {
    jest.advanceTimersByTime(ms - 1);
    left.push(jest.getTimerCount());
    jest.advanceTimersByTime(1);
  };
  const ready = Promise.withResolvers<void>();
  const run = await bench.start(await bench.action(WITH_POST, UNTIL(signal)), {
    onLine: ({ text }) => {
      if (text === 'ready') {
        ready.resolve();
      } else if (text === 'SIGINT' && signal !== 'SIGINT') {
        wait(interruptMs);
      } else if (text === 'SIGTERM' && signal !== 'SIGTERM') {
        wait(terminateMs);
      }
    },
    ...options,
  });
  await ready.promise;
  run[how]();
  const result = await run.exited;
  expect(jest.getTimerCount()).toBe(0);
  return { ...result, left };
}

describe('a cancelled action', () => {
  it('gets SIGINT first, and what it wrote until its end is read', async () => {
    const result = await interrupt('cancel', 'SIGINT');
    expect(result).toMatchObject({ conclusion: 'cancelled', exitCode: 9, outputs: { SIGINT: 'seen' } });
    expect(result.log).toBe('ready\nSIGINT\n');
  });

  it('gets SIGTERM if it goes on', async () => {
    const result = await interrupt('cancel', 'SIGTERM');
    expect(result).toMatchObject({ exitCode: 9, outputs: { SIGINT: 'seen', SIGTERM: 'seen' } });
  });

  it('is killed if it goes on after that', async () => {
    const result = await interrupt('cancel', 'never');
    expect(result).toMatchObject({ conclusion: 'cancelled', exitCode: null, signal: 'SIGKILL' });
    expect(result.log).toBe('ready\nSIGINT\nSIGTERM\n');
  });

  it('gets its post, with the state', async () => {
    expect((await interrupt('cancel', 'SIGINT')).post).toMatchObject({
      conclusion: 'success',
      log: 'post\n',
    });
  });

  it.each([
    ["the runner's own time unless told otherwise", {}],
    ['the time that it is told', { cancelWaits: { interruptMs: 200, terminateMs: 300 } }],
  ])('is given %s', async (_, options) => {
    const result = await interrupt('cancel', 'never', options);
    expect(result).toMatchObject({ log: 'ready\nSIGINT\nSIGTERM\n', signal: 'SIGKILL', left: [2, 1] });
  });
});

describe('a killed action', () => {
  it('gets no signal it could see, and no post', async () => {
    const result = await interrupt('kill', 'SIGINT');
    expect(result).toMatchObject({ conclusion: 'cancelled', signal: 'SIGKILL', log: 'ready\n' });
    expect(result.post).toBeUndefined();
  });
});

describe('an action whose process crashed', () => {
  it('has failed without a word, and gets its post, with the state', async () => {
    const result = await interrupt('crash', 'SIGINT');
    expect(result).toMatchObject({ conclusion: 'failure', signal: 'SIGKILL', log: 'ready\n' });
    expect(result.post).toMatchObject({ conclusion: 'success', log: 'post\n' });
  });
});

describe('the post of an action', () => {
  it('is told before it starts, once main has ended', async () => {
    const told: string[] = [];
    const root = await bench.action(WITH_POST, "console.log(process.env.STATE_again ? 'post' : 'main')");
    const run = await bench.start(root, {
      onLine: ({ text }) => told.push(text),
      onPost: ({ exitCode }) => told.push(`between, after ${exitCode}`),
    });
    await run.exited;
    expect(told).toEqual(['main', 'between, after 0', 'main']);
  });

  it('gets state and variables of main, the last value of each', async () => {
    const script = `
      import { appendFileSync } from 'node:fs';
      appendFileSync(process.env.GITHUB_STATE, 'folder=/a\\nfolder=/b\\n');
      appendFileSync(process.env.GITHUB_ENV, 'LATER=1\\n');
      appendFileSync(process.env.GITHUB_PATH, '/opt/tool\\n');
      ${PRINT_ENVIRONMENT}
    `;
    const { post, ...main } = await bench.run(script, {}, WITH_POST);
    expect(printed(main)).not.toHaveProperty('STATE_folder');
    expect(post && printed(post)).toMatchObject({ STATE_folder: '/b', LATER: '1' });
    expect(post && String(printed(post).PATH)).toMatch(/^\/opt\/tool:/);
  });

  it.each([
    ['always()', 0, true],
    ['always()', 1, true],
    ['success()', 0, true],
    ['success()', 1, false],
    ['failure()', 0, false],
    ['failure()', 1, true],
    ['cancelled()', 1, false],
  ])('under %s, after exit code %d: %s', async (condition, exitCode, runs) => {
    const yaml = WITH_POST.replace(' }', `, post-if: ${condition} }`);
    const result = await bench.run(`process.exitCode = ${exitCode}`, {}, yaml);
    expect(result.post !== undefined).toBe(runs);
  });
});
