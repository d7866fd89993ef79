import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeRegionsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type Image as Ec2Image,
  GetAllowedImagesSettingsCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
} from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Write } from '../model/difference.ts';
import { Failed, type Failure } from '../model/failure.ts';
import type { Image, Key, Place, Principal, Snapshot } from '../model/image.ts';
import type { Performed } from '../model/journal.ts';
import { visibilityLagMs } from '../model/lags.ts';
import type { AllowedImages } from '../model/observation.ts';
import { partitionOf } from '../model/partition.ts';
import type { Aws, ImageQuery, Parameter, Patience, SnapshotQuery } from '../promotion/ports.ts';
import { type AwsConfig, Channel } from './channel.ts';
import { performerOf } from './perform.ts';
import {
  allowedImagesFrom,
  imageFilters,
  imageFrom,
  principalFrom,
  snapshotFilters,
  snapshotFrom,
} from './read.ts';
import { tried } from './trials.ts';

const pageSize = 1000;

/** AWS as the promotion needs it, through the SDK; each method is one action, all pages of it. */
export class SdkAws implements Aws {
  protected readonly channel: Channel;
  readonly #now: () => number;

  constructor(config: AwsConfig) {
    this.channel = new Channel(config);
    this.#now = () => config.clock.now();
  }

  get credentialsEnd(): number | undefined {
    return this.channel.credentialsEnd;
  }

  /** Any Region knows of all; an organization may deny some, so each of the promotion's is tried. */
  async regions(account: string): Promise<ReadonlyMap<string, boolean>> {
    const denials: Failed[] = [];
    for (const region of this.channel.regions) {
      try {
        return await this.#regionsFrom({ account, region });
      } catch (error) {
        if (!(error instanceof Failed)) {
          throw error;
        }
        denials.push(error);
        if (!isDeniedThere(error.failure)) {
          break;
        }
      }
    }
    const [first, ...others] = denials;
    if (first === undefined) {
      throw new Error('there is no Region to ask for the Regions of an account');
    }
    throw others.length === 0
      ? first
      : new Failed(first.failure, { cause: first, others: others.map(({ failure }) => failure) });
  }

  async #regionsFrom(place: Place): Promise<ReadonlyMap<string, boolean>> {
    const { Regions = [] } = await this.channel.ec2(place, 'ec2:DescribeRegions', (client, abortSignal) =>
      client.send(new DescribeRegionsCommand({ AllRegions: true }), { abortSignal }),
    );
    return new Map(
      Regions.map(({ RegionName = '', OptInStatus }) => [RegionName, OptInStatus !== 'not-opted-in']),
    );
  }

  async images(place: Place, query: ImageQuery): Promise<readonly Image[]> {
    const owned = query.by === 'id' ? {} : { Owners: ['self'] };
    const found = await Promise.all(
      imageFilters(query).map((filter) => this.#describeImages(place, { Filters: [filter], ...owned })),
    );
    return found.flat().map((image) => imageFrom(image, place.region));
  }

  async pendingImages(place: Place): Promise<number> {
    const pending = { Name: 'state', Values: ['pending'] };
    return (await this.#describeImages(place, { Filters: [pending], Owners: ['self'] })).length;
  }

  #describeImages(place: Place, request: DescribeImagesCommandInput): Promise<readonly Ec2Image[]> {
    const all = { IncludeDeprecated: true, IncludeDisabled: true, MaxResults: pageSize };
    return this.channel.pages(async (NextToken) => {
      const page = await this.channel.ec2(place, 'ec2:DescribeImages', (client, abortSignal) =>
        client.send(new DescribeImagesCommand({ ...request, ...all, ...NextToken }), { abortSignal }),
      );
      return { items: page.Images ?? [], next: page.NextToken };
    });
  }

  async snapshots(place: Place, query: SnapshotQuery): Promise<readonly Snapshot[]> {
    const owned = query.by === 'id' ? {} : { OwnerIds: ['self'] };
    const pages = snapshotFilters(query).map((filter) =>
      this.channel.pages(async (NextToken) => {
        const page = await this.channel.ec2(place, 'ec2:DescribeSnapshots', (client, abortSignal) =>
          client.send(
            new DescribeSnapshotsCommand({ Filters: [filter], ...owned, MaxResults: pageSize, ...NextToken }),
            { abortSignal },
          ),
        );
        return { items: page.Snapshots ?? [], next: page.NextToken };
      }),
    );
    return (await Promise.all(pages)).flat().map((snapshot) => snapshotFrom(snapshot, place.region));
  }

  async launchPermissions(place: Place, imageId: string): Promise<readonly Principal[]> {
    const send = (client: EC2Client, abortSignal: AbortSignal) =>
      client.send(new DescribeImageAttributeCommand({ ImageId: imageId, Attribute: 'launchPermission' }), {
        abortSignal,
      });
    const answer = await this.channel.ec2(place, 'ec2:DescribeImageAttribute', send, this.#seenElsewhere());
    return (answer.LaunchPermissions ?? []).flatMap(principalFrom);
  }

  async volumePermissions(place: Place, snapshotId: string): Promise<readonly string[]> {
    const send = (client: EC2Client, abortSignal: AbortSignal) =>
      client.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: 'createVolumePermission' }),
        { abortSignal },
      );
    const answer = await this.channel.ec2(
      place,
      'ec2:DescribeSnapshotAttribute',
      send,
      this.#seenElsewhere(),
    );
    return (answer.CreateVolumePermissions ?? []).flatMap(({ UserId, Group }) => UserId ?? Group ?? []);
  }

  async key(place: Place, keyId: string): Promise<Key> {
    const answer = await this.channel.kms(place, 'kms:DescribeKey', keyId, (client, abortSignal) =>
      client.send(new DescribeKeyCommand({ KeyId: keyId }), { abortSignal }),
    );
    const { Arn = '', KeyManager, KeySpec = '', KeyState = '', KeyUsage = '' } = answer.KeyMetadata ?? {};
    const manager = KeyManager === 'CUSTOMER' ? 'CUSTOMER' : 'AWS';
    return { arn: Arn, manager, state: KeyState, spec: KeySpec, usage: KeyUsage };
  }

  async keyPolicy(place: Place, keyArn: string): Promise<string> {
    const answer = await this.channel.kms(place, 'kms:GetKeyPolicy', keyArn, (client, abortSignal) =>
      client.send(new GetKeyPolicyCommand({ KeyId: keyArn }), { abortSignal }),
    );
    return answer.Policy ?? '';
  }

  async ebsDefaultKeyId(place: Place): Promise<string> {
    const answer = await this.channel.ec2(place, 'ec2:GetEbsDefaultKmsKeyId', (client, abortSignal) =>
      client.send(new GetEbsDefaultKmsKeyIdCommand({}), { abortSignal }),
    );
    return answer.KmsKeyId ?? 'alias/aws/ebs';
  }

  async encryptsByDefault(place: Place): Promise<boolean> {
    const answer = await this.channel.ec2(place, 'ec2:GetEbsEncryptionByDefault', (client, abortSignal) =>
      client.send(new GetEbsEncryptionByDefaultCommand({}), { abortSignal }),
    );
    return answer.EbsEncryptionByDefault ?? false;
  }

  async publicSharing(place: Place): Promise<'allowed' | 'blocked'> {
    const answer = await this.channel.ec2(
      place,
      'ec2:GetImageBlockPublicAccessState',
      (client, abortSignal) => client.send(new GetImageBlockPublicAccessStateCommand({}), { abortSignal }),
    );
    return answer.ImageBlockPublicAccessState === 'block-new-sharing' ? 'blocked' : 'allowed';
  }

  async allowedImages(place: Place): Promise<AllowedImages> {
    const answer = await this.channel.ec2(place, 'ec2:GetAllowedImagesSettings', (client, abortSignal) =>
      client.send(new GetAllowedImagesSettingsCommand({}), { abortSignal }),
    );
    return allowedImagesFrom(answer);
  }

  async parameter(place: Place, name: string): Promise<Parameter> {
    const parameter = { resource: parameterArn(place, name), version: versionIn(name) };
    const answer = await this.channel.ssm(place, 'ssm:GetParameter', parameter, (client, abortSignal) =>
      client.send(new GetParameterCommand({ Name: name }), { abortSignal }),
    );
    return { value: answer.Parameter?.Value ?? '', version: answer.Parameter?.Version ?? 0 };
  }

  async rehearse(write: Write): Promise<void> {
    const { action, send } = performerOf(write);
    await this.channel.ec2(write.place, action, (client) =>
      tried(() => send(client, write, { DryRun: true })),
    );
  }

  /** A write that was sent is not aborted by a signal, its answer says what it made; none is sent after one. */
  async perform(
    write: Write,
    patience?: Patience,
  ): Promise<{ readonly result: Performed; readonly requestId: string | undefined }> {
    const { action, send } = performerOf(write);
    const { result, $metadata } = await this.channel.ec2(
      write.place,
      action,
      (client) => send(client, write, {}),
      patience,
    );
    return { result: { imageId: null, deleted: [], ...result }, requestId: $metadata.requestId };
  }

  /** Attributes are read only of what another call has just shown. */
  #seenElsewhere(): Patience {
    return { deniedUntil: 0, staleUntil: this.#now() + visibilityLagMs };
  }
}

/** As policies name it: without version or label, and with one slash before a name that has none. */
function parameterArn({ account, region }: Place, name: string): string {
  if (name.startsWith('arn:')) {
    return name.replace(/(:parameter[^:]*):.*$/, '$1');
  }
  const [path = ''] = name.split(':');
  const partition = partitionOf(region)?.id ?? 'aws';
  return `arn:${partition}:ssm:${region}:${account}:parameter${path.startsWith('/') ? '' : '/'}${path}`;
}

/** The version or label that follows the name or ARN of a parameter. */
function versionIn(name: string): string | undefined {
  return /(?:^|:parameter)[^:]*:([^:]+)$/.exec(name)?.[1];
}

/** The role may not ask there, or that Region is not enabled: another Region knows as much. */
function isDeniedThere({ action, kind }: Failure): boolean {
  return action === 'ec2:DescribeRegions' && kind === 'permission';
}
