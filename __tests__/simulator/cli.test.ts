import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  keyId,
  production,
  root,
  type Simulator,
  shared,
  source,
  sourceSnapshot,
  startSimulator,
  stop,
  users,
  world,
  worldFile,
} from './fixture-process.ts';

const keyArn = `arn:aws:kms:eu-west-1:${shared}:key/${keyId}`;

let folder = '';
let simulator: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-cli-'));
  simulator = await startSimulator(await worldFile(join(folder, 'world.yml'), world));
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
