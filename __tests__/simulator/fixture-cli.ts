import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Served, serve } from '../../simulator/http.ts';
import type { World } from '../../simulator/world.ts';
import { openWorld } from '../../simulator/world-file.ts';
import { root, users, world, worldFile } from './fixture-process.ts';

let folder = '';
let served: Served;

/** A world of its own for the tests of a file, which the AWS CLI is pointed at; it is there once they run. */
export function serveForCli(): () => World {
  let opened: World;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-cli-'));
    opened = openWorld(await worldFile(join(folder, 'world.yml'), world));
    served = await serve(opened);
  });
  afterAll(async () => {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });
  return () => opened;
}

type Credentials = (typeof users)['shared'];

/** What a command of the AWS CLI answers, read from its JSON; raises its words if it fails. */
export async function aws(argv: readonly string[], credentials: Credentials = users.shared): Promise<Answer> {
  const { code, stdout, stderr } = await runAws(argv, credentials);
  if (code !== 0) {
    throw new Error(`aws ${argv.join(' ')}: ${stderr}`);
  }
  const answer: unknown = stdout.trim() === '' ? {} : JSON.parse(stdout);
  return typeof answer === 'object' && answer !== null ? { ...answer } : {};
}

type Answer = Readonly<Record<string, unknown>>;

/** What a command says that must fail. */
aws.refused = async (argv: readonly string[], credentials: Credentials = users.shared): Promise<string> => {
  const { code, stderr } = await runAws(argv, credentials);
  expect(code).toBeGreaterThan(0);
  return stderr;
};

async function runAws(
  argv: readonly string[],
  credentials: Credentials,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = {
    ...credentials,
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: served.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
  return new Promise((resolve) => {
    execFile(awsCli(), [...argv, '--output', 'json'], { env, timeout: 50_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr }),
    );
  });
}

/** The CLI that .ci/run installs, else the one on the path. */
function awsCli(): string {
  const folders = [join(root, '.venv/bin'), ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.map((one) => join(one, 'aws')).find(isExecutable);
  if (found === undefined) {
    throw new Error('there is no AWS CLI: run .ci/run once, or install awscli');
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
