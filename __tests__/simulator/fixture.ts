import { EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { ManualClock } from '../../simulator/clock.ts';
import { SimulatorHandler } from '../../simulator/handler.ts';
import type { SimulatedImage, World } from '../../simulator/world.ts';
import { readWorld } from '../../simulator/world-file.ts';

export const home = '111111111111';
export const production = '222222222222';
export const stranger = '333333333333';
export const management = '999999999999';
export const frankfurt = 'eu-central-1';
export const ireland = 'eu-west-1';

export const plainImage = 'ami-0000000000000000a';
export const plainSnapshot = 'snap-0000000000000000a';
export const encryptedImage = 'ami-0000000000000000b';
export const encryptedSnapshot = 'snap-0000000000000000b';
export const managedImage = 'ami-0000000000000000c';
export const managedSnapshot = 'snap-0000000000000000c';
export const homeKey = '11111111-1111-4111-8111-111111111111';
export const homeKeyArn = `arn:aws:kms:${frankfurt}:${home}:key/${homeKey}`;
export const irelandKeyArn = `arn:aws:kms:${ireland}:${home}:key/22222222-2222-4222-8222-222222222222`;

export const allowAll = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
export const organizationArn = `arn:aws:organizations::${management}:organization/o-exampleorg1`;
export const outerUnitArn = `arn:aws:organizations::${management}:ou/o-exampleorg1/ou-ab12-11111111`;
export const innerUnitArn = `arn:aws:organizations::${management}:ou/o-exampleorg1/ou-ab12-22222222`;

type Part = Record<string, unknown>;

export function user(number: number, policies: readonly unknown[] = [allowAll]): Part {
  return { name: `user${number}`, 'access-key-id': accessKey(number), secret: secretOf(number), policies };
}

/** One user for each account (1 home, 2 production, 3 stranger); further ones by number. */
export const accessKey = (number: number): string => `AKIAUSERUSERUSER${String(number).padStart(4, '0')}`;
export const secretOf = (number: number): string => `secret-of-user-number-${number}`;

export function snapshot(id: string, more: Part = {}): Part {
  return { id, account: home, region: frankfurt, 'size-gib': 8, ...more };
}

export function image(id: string, snapshotId: string, more: Part = {}): Part {
  const devices = [{ name: '/dev/xvda', snapshot: snapshotId }];
  return { id, account: home, region: frankfurt, name: `image ${id.slice(-1)}`, devices, ...more };
}

/** A world of three accounts, two of them in an organization; `parts` replace whole parts of the file. */
export function worldFile(parts: Part = {}): Part {
  return {
    organization: {
      id: 'o-exampleorg1',
      'management-account': management,
      units: [
        { id: 'ou-ab12-11111111', accounts: [home] },
        { id: 'ou-ab12-22222222', parent: 'ou-ab12-11111111', accounts: [production] },
      ],
    },
    accounts: [
      { id: home, name: 'home', users: [user(1)], regions: { 'eu-south-1': {} } },
      { id: production, name: 'production', users: [user(2)] },
      { id: stranger, name: 'stranger', users: [user(3)] },
    ],
    keys: [
      { id: homeKey, account: home, region: frankfurt, alias: 'alias/images' },
      { id: '22222222-2222-4222-8222-222222222222', account: home, region: ireland, alias: 'alias/images' },
    ],
    snapshots: [
      snapshot(plainSnapshot),
      snapshot(encryptedSnapshot, { key: 'alias/images' }),
      snapshot(managedSnapshot, { key: 'alias/aws/ebs' }),
    ],
    images: [
      image(plainImage, plainSnapshot, { tags: { version: '1' } }),
      image(encryptedImage, encryptedSnapshot),
      image(managedImage, managedSnapshot),
    ],
    copying: { seconds: 100 },
    ...parts,
  };
}

export interface Fixture {
  readonly world: World;
  readonly clock: ManualClock;
}

export function fixture(parts: Part = {}, directory = '.'): Fixture {
  const clock = new ManualClock();
  const reading = readWorld(JSON.stringify(worldFile(parts)), { directory, clock });
  if (!reading.ok) {
    throw new Error(JSON.stringify(reading.faults));
  }
  return { world: reading.value, clock };
}

function settings(world: World, number: number, region: string) {
  return {
    region,
    maxAttempts: 1,
    requestHandler: new SimulatorHandler(world),
    credentials: { accessKeyId: accessKey(number), secretAccessKey: secretOf(number) },
  };
}

/** A client of the user with this number: 1 in home, 2 in production, 3 in stranger. */
export function ec2(world: World, number = 1, region = frankfurt): EC2Client {
  return new EC2Client(settings(world, number, region));
}

export function kms(world: World, number = 1, region = frankfurt): KMSClient {
  return new KMSClient(settings(world, number, region));
}

export function ssm(world: World, number = 1, region = frankfurt): SSMClient {
  return new SSMClient(settings(world, number, region));
}

export function sts(world: World, number = 1, region = frankfurt): STSClient {
  return new STSClient(settings(world, number, region));
}

/** What a call failed with; throws if it did not fail. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ readonly code: string; readonly status: number | undefined; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) {
      const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
      return { code, status: statusOf(error), message: error.message };
    }
    throw error;
  }
  throw new Error('the call did not fail');
}

function statusOf(error: object): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const found = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
  return found && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** The image of this id, which must be there. */
export function imageOf(world: World, id: string | undefined): SimulatedImage {
  const found = world.images.get(id ?? '');
  if (found === undefined) {
    throw new Error(`there is no image ${id}`);
  }
  return found;
}
