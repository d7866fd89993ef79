import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { findNode } from '../../simulator/runner/node.ts';

const root = join(import.meta.dirname, '../..');
const [shared, production] = ['111111111111', '222222222222'] as const;
const source = 'ami-0a1b2c3d4e5f60002';
const sourceSnapshot = 'snap-0a1b2c3d4e5f60001';
const keyId = '11111111-2222-4333-8444-555555555555';
const keyArn = `arn:aws:kms:eu-west-1:${shared}:key/${keyId}`;
/** The CLI asks at once and again after 15 seconds. */
const copySeconds = 10;

let folder = '';
let simulator: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-cli-'));
  simulator = await startSimulator(await worldFile(world));
});

afterAll(async () => {
  await stop(simulator.process, 'SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

describe('the AWS CLI against the simulator', () => {
  it.concurrent('copies an image, waits for it, shares it, another account finds it, and it is removed with its snapshots', async () => {
    const tags =
      'ResourceType=image,Tags=[{Key=stage,Value=test}],ResourceType=snapshot,Tags=[{Key=stage,Value=test}]'.split(
        /,(?=ResourceType)/,
      );
    const copying = [
      ...['ec2', 'copy-image', '--region', 'eu-west-1', '--source-region', 'eu-central-1'],
      ...['--source-image-id', source, '--name', 'web-copy', '--client-token', 'once'],
      ...['--encrypted', '--kms-key-id', 'alias/images', '--tag-specifications', ...tags],
    ];
    const { ImageId: copy } = await aws(copying);
    expect(copy).toMatch(/^ami-[0-9a-f]{17}$/);
    const wait = aws([
      'ec2',
      'wait',
      'image-available',
      '--region',
      'eu-west-1',
      '--image-ids',
      String(copy),
    ]);
    const [again, pending, early] = await Promise.all([
      aws(copying),
      aws(['ec2', 'describe-images', '--owners', 'self', '--region', 'eu-west-1']),
      aws.refused([
        ...['ec2', 'modify-image-attribute', '--region', 'eu-west-1', '--image-id', String(copy)],
        ...['--launch-permission', `Add=[{UserId=${production}}]`],
      ]),
    ]);
    expect(again).toEqual({ ImageId: copy });
    expect(pending).toMatchObject({ Images: [{ ImageId: copy, State: 'pending' }] });
    expect(early).toContain('(InvalidAMIID.Unavailable)');
    await wait;
    await aws([
      ...['ec2', 'modify-image-attribute', '--region', 'eu-west-1', '--image-id', String(copy)],
      ...['--launch-permission', `Add=[{UserId=${production}}]`],
    ]);
    const [permissions, mine, snapshots, theirs] = await Promise.all([
      aws([
        ...['ec2', 'describe-image-attribute', '--region', 'eu-west-1', '--image-id', String(copy)],
        ...['--attribute', 'launchPermission'],
      ]),
      aws(['ec2', 'describe-images', '--region', 'eu-west-1', '--filters', 'Name=tag:stage,Values=test']),
      aws(['ec2', 'describe-snapshots', '--region', 'eu-west-1', '--owner-ids', 'self']),
      aws(['ec2', 'describe-images', '--region', 'eu-west-1', '--image-ids', String(copy)], users.production),
    ]);
    expect(permissions).toEqual({ ImageId: copy, LaunchPermissions: [{ UserId: production }] });
    expect(mine).toMatchObject({
      Images: [
        {
          ImageId: copy,
          Name: 'web-copy',
          State: 'available',
          OwnerId: shared,
          SourceImageId: source,
          SourceImageRegion: 'eu-central-1',
          Tags: [{ Key: 'stage', Value: 'test' }],
        },
      ],
    });
    expect(snapshots).toMatchObject({
      Snapshots: [{ State: 'completed', Encrypted: true, KmsKeyId: keyArn, VolumeSize: 8 }],
    });
    expect(theirs).toMatchObject({ Images: [{ ImageId: copy, OwnerId: shared }] });
    expect(JSON.stringify(theirs)).not.toContain('"Tags"');
    const removed = await aws([
      ...['ec2', 'deregister-image', '--region', 'eu-west-1', '--image-id', String(copy)],
      '--delete-associated-snapshots',
    ]);
    expect(removed).toMatchObject({ Return: true, DeleteSnapshotResults: [{ ReturnCode: 'success' }] });
    const [left, gone] = await Promise.all([
      aws(['ec2', 'describe-snapshots', '--region', 'eu-west-1', '--owner-ids', 'self']),
      aws.refused([
        'ec2',
        'delete-snapshot',
        '--region',
        'eu-west-1',
        '--snapshot-id',
        'snap-0123456789abcdef0',
      ]),
    ]);
    expect(left).toEqual({ Snapshots: [] });
    expect(gone).toContain('(InvalidSnapshot.NotFound)');
  });

  it.concurrent('lists images, Regions, keys and who it is', async () => {
    const [images, regions, key, defaultKey, byDefault, caller] = await Promise.all([
      aws(['ec2', 'describe-images', '--owners', 'self', '--region', 'eu-central-1']),
      aws(['ec2', 'describe-regions', '--all-regions', '--region', 'eu-central-1']),
      aws(['kms', 'describe-key', '--key-id', 'alias/images', '--region', 'eu-west-1']),
      aws(['ec2', 'get-ebs-default-kms-key-id', '--region', 'eu-west-1']),
      aws(['ec2', 'get-ebs-encryption-by-default', '--region', 'eu-west-1']),
      aws(['sts', 'get-caller-identity', '--region', 'eu-central-1']),
    ]);
    expect(images).toMatchObject({ Images: [{ ImageId: source, Name: 'web-1.2.3', State: 'available' }] });
    expect(regions).toMatchObject({
      Regions: expect.arrayContaining([
        expect.objectContaining({ RegionName: 'eu-central-1', OptInStatus: 'opt-in-not-required' }),
        expect.objectContaining({ RegionName: 'eu-south-1', OptInStatus: 'not-opted-in' }),
      ]),
    });
    expect(key).toMatchObject({ KeyMetadata: { Arn: keyArn, KeyState: 'Enabled', KeyManager: 'CUSTOMER' } });
    expect(defaultKey).toEqual({ KmsKeyId: 'alias/aws/ebs' });
    expect(byDefault).toMatchObject({ EbsEncryptionByDefault: false });
    expect(caller).toMatchObject({ Account: shared, Arn: `arn:aws:iam::${shared}:user/administrator` });
  });

  it.concurrent('tags and shares a snapshot, and takes both back', async () => {
    const snapshot = ['--region', 'eu-central-1', '--snapshot-id', sourceSnapshot];
    const attribute = ['--attribute', 'createVolumePermission'];
    const read = () => aws(['ec2', 'describe-snapshot-attribute', ...snapshot, ...attribute]);
    const change = (operation: string) =>
      aws([
        ...['ec2', 'modify-snapshot-attribute', ...snapshot, ...attribute],
        ...['--operation-type', operation, '--user-ids', production],
      ]);
    const tag = ['--region', 'eu-central-1', '--resources', sourceSnapshot, '--tags', 'Key=a,Value=b'];
    await Promise.all([change('add'), aws(['ec2', 'create-tags', ...tag])]);
    expect(await read()).toMatchObject({ CreateVolumePermissions: [{ UserId: production }] });
    await Promise.all([change('remove'), aws(['ec2', 'delete-tags', ...tag])]);
    expect(await read()).toMatchObject({ CreateVolumePermissions: [] });
  });

  it.concurrent('reads a parameter by its label and, where it is shared, by its ARN', async () => {
    const get = ['ssm', 'get-parameter', '--region', 'eu-central-1', '--name'];
    const arn = `arn:aws:ssm:eu-central-1:${shared}:parameter/images/web`;
    const [retired, theirs] = await Promise.all([
      aws([...get, '/images/web:retired']),
      aws([...get, arn], users.production),
    ]);
    expect(retired).toMatchObject({ Parameter: { Value: 'ami-old', Version: 1, Selector: ':retired' } });
    expect(theirs).toMatchObject({
      Parameter: { Name: '/images/web', Type: 'String', Value: source, Version: 2, ARN: arn },
    });
  });

  it.concurrent('tries out a launch and the use of a key, and reads the policy of the key', async () => {
    const key = ['--key-id', keyArn, '--region', 'eu-west-1'];
    const image = ['--image-id', source, '--instance-type', 't3.micro', '--region', 'eu-central-1'];
    const [launch, use, { Policy }] = await Promise.all([
      aws.refused(['ec2', 'run-instances', ...image, '--dry-run']),
      aws.refused(['kms', 'decrypt', ...key, '--dry-run', '--dry-run-modifiers', 'IGNORE_CIPHERTEXT']),
      aws(['kms', 'get-key-policy', ...key]),
    ]);
    expect(launch).toContain('(DryRunOperation)');
    expect(use).toContain('(DryRunOperationException)');
    expect(Policy).toContain(`arn:aws:iam::${shared}:root`);
  });

  it.concurrent('is told by AWS codes what it may not do', async () => {
    const list = ['ec2', 'describe-images', '--owners', 'self'];
    const [denied, wrong, off, unknown, absent] = await Promise.all([
      aws.refused(['kms', 'describe-key', '--key-id', keyArn, '--region', 'eu-west-1'], users.production),
      aws.refused([...list, '--region', 'eu-central-1'], {
        ...users.shared,
        AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
      }),
      aws.refused([...list, '--region', 'eu-south-1']),
      aws.refused(['ec2', 'describe-instances', '--region', 'eu-central-1']),
      aws.refused([
        'ec2',
        'describe-images',
        '--image-ids',
        'ami-0123456789abcdef0',
        '--region',
        'eu-central-1',
      ]),
    ]);
    expect(denied).toContain('(AccessDeniedException)');
    expect(wrong).toMatch(/\((SignatureDoesNotMatch|AuthFailure)\)/);
    expect(off).toContain('(AuthFailure)');
    expect(unknown).toContain('(InvalidAction)');
    expect(absent).toContain('(InvalidAMIID.NotFound)');
  });
});

describe('the command of the simulator', () => {
  it.concurrent('refuses a world file that does not fit, with place and reason', async () => {
    const file = await worldFile({
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

  it('prints how to use it, and no secret', () => {
    expect(simulator.greeting).toContain(`AWS_ENDPOINT_URL=${simulator.url}`);
    expect(simulator.greeting).toContain(users.shared.AWS_ACCESS_KEY_ID);
    expect(simulator.greeting).not.toContain(users.shared.AWS_SECRET_ACCESS_KEY);
  });
});

const users = {
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

const world = {
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
  copying: { seconds: copySeconds },
};

let worlds = 0;

async function worldFile(content: object): Promise<string> {
  const file = join(folder, `world-${++worlds}.yml`);
  await writeFile(file, stringify(content));
  return file;
}

interface Simulator {
  readonly process: ChildProcess;
  readonly url: string;
  /** All that it printed when it was ready. */
  readonly greeting: string;
}

async function launch(argv: readonly string[]): Promise<ChildProcess> {
  return spawn(await findNode(), [join(root, 'simulator/cli.ts'), ...argv], {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
  });
}

async function startSimulator(file: string): Promise<Simulator> {
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

/** Ends a process and resolves with its exit code. */
async function stop(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM'): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return child.exitCode;
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
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

type Credentials = (typeof users)['shared'];

/** What a command of the AWS CLI answers, read from its JSON; raises its words if it fails. */
async function aws(argv: readonly string[], credentials: Credentials = users.shared): Promise<Answer> {
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
    AWS_ENDPOINT_URL: simulator.url,
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
