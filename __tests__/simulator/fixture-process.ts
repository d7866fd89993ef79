import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findNode } from '../../simulator/runner/node.ts';

export const root = join(import.meta.dirname, '../..');
export const [shared, production] = ['111111111111', '222222222222'] as const;
export const source = 'ami-0a1b2c3d4e5f60002';
export const sourceSnapshot = 'snap-0a1b2c3d4e5f60001';
export const keyId = '11111111-2222-4333-8444-555555555555';

export const users = {
  shared: {
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE01',
    AWS_SECRET_ACCESS_KEY: 'example-secret-access-key-0000000000001',
  },
  production: {
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE02',
    AWS_SECRET_ACCESS_KEY: 'example-secret-access-key-0000000000002',
  },
};

function user(credentials: (typeof users)['shared']): object {
  return {
    name: 'administrator',
    'access-key-id': credentials.AWS_ACCESS_KEY_ID,
    secret: credentials.AWS_SECRET_ACCESS_KEY,
    policies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
  };
}

/** Two accounts, one with an image, its key and a parameter that names it. */
export const world = {
  accounts: [
    { id: shared, name: 'shared', users: [user(users.shared)] },
    { id: production, name: 'production', users: [user(users.production)] },
  ],
  keys: [{ id: keyId, account: shared, region: 'eu-west-1', alias: 'alias/images' }],
  snapshots: [{ id: sourceSnapshot, account: shared, region: 'eu-central-1', 'size-gib': 8 }],
  images: [
    {
      id: source,
      account: shared,
      region: 'eu-central-1',
      name: 'web-1.2.3',
      devices: [{ name: '/dev/xvda', snapshot: sourceSnapshot }],
    },
  ],
  parameters: [
    {
      ...{ name: '/images/web', account: shared, region: 'eu-central-1', 'shared-with': [production] },
      versions: [{ value: 'ami-old', labels: ['retired'] }, { value: source }],
    },
  ],
  copying: { seconds: 600 },
};

/** Writes a world into a file, and gives its path. */
export async function worldFile(file: string, content: object): Promise<string> {
  await writeFile(file, stringify(content));
  return file;
}

export interface Simulator {
  readonly process: ChildProcess;
  readonly url: string;
  /** All that it printed when it was ready. */
  readonly greeting: string;
}

/** The command of the simulator as a process of its own. */
export async function launch(argv: readonly string[]): Promise<ChildProcess> {
  return spawn(await findNode(), [join(root, 'simulator/cli.ts'), ...argv], {
    env: { PATH: process.env.PATH, HOME: tmpdir() },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
  });
}

/** A simulator that is ready. */
export async function startSimulator(file: string): Promise<Simulator> {
  const child = await launch(['--port', '0', '--world', file]);
  let greeting = '';
  for await (const chunk of child.stdout ?? []) {
    greeting += String(chunk);
    const url = /AWS simulator: (http:\/\/127\.0\.0\.1:\d+)/.exec(greeting)?.[1];
    if (url !== undefined && greeting.endsWith('\n')) {
      return { process: child, url, greeting };
    }
  }
  throw new Error(`the simulator did not start: ${greeting}`);
}

/** Ends a process, unless it has ended, and resolves with its exit code. */
export async function stop(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
  return child.exitCode;
}

/** What a process printed until its end. */
export async function ended(
  child: ChildProcess,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
