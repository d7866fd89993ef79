import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ended, launch, root, startSimulator, stop, users, world, worldFile } from './fixture-process.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-cli-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the command of the simulator', () => {
  it.concurrent('refuses a world file that does not fit, with place and reason', async () => {
    const file = await worldFile(join(folder, 'world-1.yml'), {
      ...world,
      images: [{ ...world.images[0], state: 'shiny' }],
      colour: 'red',
    });
    const { code, stderr, stdout } = await ended(await launch(['--world', file]));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/simulator-cli-\w+\/world-\d+\.yml:\d+:\d+ images\.0\.state: .*shiny/);
    expect(stderr).toMatch(/:\d+:\d+ colour: /);
    expect(stderr).not.toContain('    at ');
  });

  it.concurrent.each([
    { what: 'no world', argv: [], says: '--world FILE is missing' },
    {
      what: 'a port that is none',
      argv: ['--port', '99999', '--world', 'x.yml'],
      says: '--port must be a number',
    },
    { what: 'an unknown option', argv: ['--wrold', 'x.yml'], says: '--wrold' },
    { what: 'a file that is not there', argv: ['--world', '/nowhere/x.yml'], says: '/nowhere/x.yml' },
  ])('says in a sentence what is wrong: $what', async ({ argv, says }) => {
    const { code, stderr } = await ended(await launch(argv));
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
  });

  it.concurrent.each(['SIGTERM', 'SIGINT'] as const)('ends on %s with code 0', async (signal) => {
    const { process: running } = await startSimulator(join(root, 'simulator/world.example.yml'));
    expect(await stop(running, signal)).toBe(0);
  });

  it.concurrent('prints how to use it, and no secret', async () => {
    const simulator = await startSimulator(await worldFile(join(folder, 'world-2.yml'), world));
    await stop(simulator.process, 'SIGTERM');
    expect(simulator.greeting).toContain(`AWS_ENDPOINT_URL=${simulator.url}`);
    expect(simulator.greeting).toContain(users.shared.AWS_ACCESS_KEY_ID);
    expect(simulator.greeting).not.toContain(users.shared.AWS_SECRET_ACCESS_KEY);
  });
});
