import {
  CopyImageCommand,
  CreateTagsCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeRegionsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type EC2ClientConfig,
  GetAllowedImagesSettingsCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { SimulatorHandler } from '../../simulator/handler.ts';
import type { World } from '../../simulator/world.ts';
import type { Attempted } from '../../src/aws/error-row.ts';
import { failureOf } from '../../src/aws/errors.ts';
import { tried } from '../../src/aws/trials.ts';
import type { Failure, FailureKind } from '../../src/model/failure.ts';
import {
  accessKey,
  fixture,
  frankfurt,
  home,
  homeKeyArn,
  plainImage,
  plainSnapshot,
  production,
  secretOf,
  user,
} from '../simulator/fixture.ts';
import { roleArn } from '../simulator/fixture-oidc.ts';

const trial = { KeyId: homeKeyArn, DryRun: true };

type Settings = Pick<EC2ClientConfig, 'region' | 'maxAttempts' | 'requestHandler' | 'credentials'>;

/** Every call that the action makes, as plainly as it can be made; the last argument changes parameters. */
const calls = {
  'ec2:DescribeRegions': (at: Settings, over: object) =>
    new EC2Client(at).send(new DescribeRegionsCommand({ AllRegions: true, ...over })),
  'ec2:DescribeImages': (at: Settings, over: object) =>
    new EC2Client(at).send(new DescribeImagesCommand({ Owners: ['self'], MaxResults: 1000, ...over })),
  'ec2:DescribeSnapshots': (at: Settings, over: object) =>
    new EC2Client(at).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: 1000, ...over })),
  'ec2:DescribeImageAttribute': (at: Settings, over: object) =>
    new EC2Client(at).send(
      new DescribeImageAttributeCommand({ ImageId: plainImage, Attribute: 'launchPermission', ...over }),
    ),
  'ec2:DescribeSnapshotAttribute': (at: Settings, over: object) =>
    new EC2Client(at).send(
      new DescribeSnapshotAttributeCommand({
        SnapshotId: plainSnapshot,
        Attribute: 'createVolumePermission',
        ...over,
      }),
    ),
  'ec2:GetEbsEncryptionByDefault': (at: Settings, over: object) =>
    new EC2Client(at).send(new GetEbsEncryptionByDefaultCommand(over)),
  'ec2:GetEbsDefaultKmsKeyId': (at: Settings, over: object) =>
    new EC2Client(at).send(new GetEbsDefaultKmsKeyIdCommand(over)),
  'ec2:GetImageBlockPublicAccessState': (at: Settings, over: object) =>
    new EC2Client(at).send(new GetImageBlockPublicAccessStateCommand(over)),
  'ec2:GetAllowedImagesSettings': (at: Settings, over: object) =>
    new EC2Client(at).send(new GetAllowedImagesSettingsCommand(over)),
  'ec2:CopyImage': (at: Settings, over: object) =>
    new EC2Client(at).send(
      new CopyImageCommand({ Name: 'copy', SourceImageId: plainImage, SourceRegion: frankfurt, ...over }),
    ),
  'ec2:CreateTags': (at: Settings, over: object) =>
    new EC2Client(at).send(
      new CreateTagsCommand({ Resources: [plainImage], Tags: [{ Key: 'team', Value: 'x' }], ...over }),
    ),
  'ec2:ModifyImageAttribute': (at: Settings, over: object) =>
    new EC2Client(at).send(
      new ModifyImageAttributeCommand({
        ImageId: plainImage,
        LaunchPermission: { Add: [{ UserId: production }] },
        ...over,
      }),
    ),
  'ec2:RunInstances': (at: Settings, over: object) =>
    tried(() =>
      new EC2Client(at).send(
        new RunInstancesCommand({
          ImageId: plainImage,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          DryRun: true,
          ...over,
        }),
      ),
    ),
  'ec2:ModifySnapshotAttribute': (at: Settings, over: object) =>
    new EC2Client(at).send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: plainSnapshot,
        CreateVolumePermission: { Add: [{ UserId: production }] },
        ...over,
      }),
    ),
  'kms:CreateGrant': (at: Settings, over: object) =>
    tried(() =>
      new KMSClient(at).send(
        new CreateGrantCommand({
          ...trial,
          GranteePrincipal: `arn:aws:iam::${home}:root`,
          Operations: ['Decrypt'],
          ...over,
        }),
      ),
    ),
  'kms:GenerateDataKeyWithoutPlaintext': (at: Settings, over: object) =>
    tried(() =>
      new KMSClient(at).send(
        new GenerateDataKeyWithoutPlaintextCommand({ ...trial, KeySpec: 'AES_256', ...over }),
      ),
    ),
  'kms:Decrypt': (at: Settings, over: object) =>
    tried(() =>
      new KMSClient(at).send(
        new DecryptCommand({ ...trial, DryRunModifiers: ['IGNORE_CIPHERTEXT'], ...over }),
      ),
    ),
  'kms:GetKeyPolicy': (at: Settings, over: object) =>
    new KMSClient(at).send(new GetKeyPolicyCommand({ KeyId: homeKeyArn, ...over })),
  'ssm:GetParameter': (at: Settings, over: object) =>
    new SSMClient(at).send(new GetParameterCommand({ Name: '/images/web', ...over })),
  'kms:DescribeKey': (at: Settings, over: object) =>
    new KMSClient(at).send(new DescribeKeyCommand({ KeyId: homeKeyArn, ...over })),
  'sts:AssumeRoleWithWebIdentity': (at: Settings, over: object) =>
    new STSClient(at).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'run-1',
        WebIdentityToken: 'no token',
        ...over,
      }),
    ),
  'sts:AssumeRole': (at: Settings, over: object) =>
    new STSClient(at).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'run-1', ...over })),
  'sts:GetCallerIdentity': (at: Settings, over: object) =>
    new STSClient(at).send(new GetCallerIdentityCommand(over)),
};

export type Action = keyof typeof calls;
export const actions = Object.keys(calls).filter((name): name is Action => name in calls);

/** How a call differs from the plain one: by user 1 in Frankfurt, in the usual world. */
export interface Call {
  readonly world?: World;
  readonly number?: number;
  readonly region?: string;
  readonly input?: object;
  readonly settings?: Settings;
}

export async function make(action: Action, call: Call = {}): Promise<unknown> {
  const { world = fixture().world, number = 1, region = frankfurt, input = {} } = call;
  const settings = {
    region,
    maxAttempts: 1,
    requestHandler: new SimulatorHandler(world),
    credentials: { accessKeyId: accessKey(number), secretAccessKey: secretOf(number) },
    ...call.settings,
  };
  return calls[action](settings, input);
}

/** A world in which AWS answers a call with this code. */
export function answering(
  action: Action,
  code: string,
  message = 'In the words of AWS',
  status = 400,
): World {
  return fixture({ faults: [{ action, do: 'error', code, status, message }] }).world;
}

/** A world in which user 1 has these statements and no others. */
export function permitted(...statements: readonly unknown[]): World {
  const policies = statements.map((Statement) => ({ Version: '2012-10-17', Statement }));
  const parameters = [{ name: '/images/web', account: home, region: frankfurt, value: plainImage }];
  return fixture({ accounts: [{ id: home, name: 'home', users: [user(1, policies)] }], parameters }).world;
}

export const role = `arn:aws:iam::${home}:role/ami-promotion`;

/** What the action makes of a call that does not succeed. */
export async function failed(
  action: Action,
  answer: Promise<unknown>,
  more: Partial<Attempted> = {},
): Promise<Failure> {
  const error: unknown = await answer.then(
    () => undefined,
    (raised: unknown) => raised,
  );
  const failure = failureOf(error, { action, where: `${home}/${frankfurt}`, role, ...more });
  if (failure === undefined) {
    throw new Error(`${action} did not fail as AWS fails: ${String(error)}`);
  }
  return failure;
}

/** A way to provoke a code: by a call to a world where it goes wrong by itself, or where a fault says the code. */
export interface Provocation {
  readonly action: Action;
  readonly code: string;
  readonly kind: FailureKind;
  /** A part of what the failure tells. */
  readonly tells: string;
  readonly by: () => Promise<unknown>;
}

export type Provoking = readonly [
  Action,
  string,
  FailureKind,
  string,
  (() => Promise<unknown>) | Call | undefined,
];

export function provocation([action, code, kind, tells, how]: Provoking): Provocation {
  const by = typeof how === 'function' ? how : () => make(action, how ?? { world: answering(action, code) });
  return { action, code, kind, tells, by };
}
