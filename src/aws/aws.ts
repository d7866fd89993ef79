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
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import type { Write } from '../model/difference.ts';
import { Failed, type Failure } from '../model/failure.ts';
import type { Image, Key, Place, Principal, Snapshot } from '../model/image.ts';
import type { Performed } from '../model/journal.ts';
import type { AllowedImages } from '../model/observation.ts';
import { actorOf } from '../model/promotion.ts';
import type { Aws, ImageQuery, Patience, SnapshotQuery } from '../promotion/ports.ts';
import { type Call, Caller } from './call.ts';
import { Clients } from './clients.ts';
import { performerOf } from './perform.ts';
import {
  allowedImagesFrom,
  imageFilters,
  imageFrom,
  principalFrom,
  snapshotFilters,
  snapshotFrom,
  whereIs,
} from './read.ts';
import { Sessions, type SessionsConfig } from './sessions.ts';

export interface AwsConfig extends Omit<SessionsConfig, 'caller'> {
  readonly signal: AbortSignal;
  /** Told of places that do not answer. */
  readonly notice: (text: string) => void;
  /** 0 … 1, for pauses: so that those who were refused together do not come back together. */
  readonly random: () => number;
}

const pageSize = 1000;
/** A page that never ends is no answer: AWS has 50,000 images in a Region at most. */
const maxPages = 200;
/** How long AWS may not know yet what it has just shown. */
const staleMs = 5 * 60_000;

/** AWS as the promotion needs it, through the SDK; each method is one action, all pages of it. */
export class SdkAws implements Aws {
  readonly #config: AwsConfig;
  readonly #caller: Caller;
  readonly #sessions: Sessions;
  readonly #clients: Clients;

  constructor(config: AwsConfig) {
    this.#config = config;
    this.#caller = new Caller(config.clock, config.signal, config.notice, config.random);
    this.#sessions = new Sessions({ ...config, caller: this.#caller });
    this.#clients = new Clients(config.handler, (account) => this.#sessions.keysOf(account));
  }

  get credentialsEnd(): number | undefined {
    const { ambient, credentials } = this.#config;
    return credentials.kind === 'ambient' ? ambient?.ends : undefined;
  }

  /** Any Region knows of all; an organization may deny some, so each of the promotion's is tried. */
  async regions(account: string): Promise<ReadonlyMap<string, boolean>> {
    const candidates = new Set([this.#sessions.region, ...this.#config.regions]);
    const denials: Failed[] = [];
    for (const region of candidates) {
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
    throw others.length === 0 || first === undefined
      ? first
      : new Failed(first.failure, { cause: first, others: others.map(({ failure }) => failure) });
  }

  async #regionsFrom(place: Place): Promise<ReadonlyMap<string, boolean>> {
    const { Regions = [] } = await this.#read(place, 'ec2:DescribeRegions', (client, abortSignal) =>
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
    return this.#pages(async (NextToken) => {
      const page = await this.#read(place, 'ec2:DescribeImages', (client, abortSignal) =>
        client.send(new DescribeImagesCommand({ ...request, ...all, ...NextToken }), { abortSignal }),
      );
      return { items: page.Images ?? [], next: page.NextToken };
    });
  }

  async snapshots(place: Place, query: SnapshotQuery): Promise<readonly Snapshot[]> {
    const owned = query.by === 'id' ? {} : { OwnerIds: ['self'] };
    const pages = snapshotFilters(query).map((filter) =>
      this.#pages(async (NextToken) => {
        const page = await this.#read(place, 'ec2:DescribeSnapshots', (client, abortSignal) =>
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
    const answer = await this.#read(place, 'ec2:DescribeImageAttribute', send, this.#seenElsewhere());
    return (answer.LaunchPermissions ?? []).flatMap(principalFrom);
  }

  async volumePermissions(place: Place, snapshotId: string): Promise<readonly string[]> {
    const send = (client: EC2Client, abortSignal: AbortSignal) =>
      client.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: 'createVolumePermission' }),
        { abortSignal },
      );
    const answer = await this.#read(place, 'ec2:DescribeSnapshotAttribute', send, this.#seenElsewhere());
    return (answer.CreateVolumePermissions ?? []).flatMap(({ UserId, Group }) => UserId ?? Group ?? []);
  }

  async key(place: Place, keyId: string): Promise<Key> {
    const answer = await this.#caller.make(
      { ...this.#call(place, 'kms:DescribeKey'), resource: arnIn(keyId), key: keyId },
      () =>
        this.#clients
          .kms(place)
          .send(new DescribeKeyCommand({ KeyId: keyId }), { abortSignal: this.#config.signal }),
    );
    const { Arn = '', KeyManager, KeySpec = '', KeyState = '', KeyUsage = '' } = answer.KeyMetadata ?? {};
    const manager = KeyManager === 'CUSTOMER' ? 'CUSTOMER' : 'AWS';
    return { arn: Arn, manager, state: KeyState, spec: KeySpec, usage: KeyUsage };
  }

  async ebsDefaultKeyId(place: Place): Promise<string> {
    const answer = await this.#read(place, 'ec2:GetEbsDefaultKmsKeyId', (client, abortSignal) =>
      client.send(new GetEbsDefaultKmsKeyIdCommand({}), { abortSignal }),
    );
    return answer.KmsKeyId ?? 'alias/aws/ebs';
  }

  async encryptsByDefault(place: Place): Promise<boolean> {
    const answer = await this.#read(place, 'ec2:GetEbsEncryptionByDefault', (client, abortSignal) =>
      client.send(new GetEbsEncryptionByDefaultCommand({}), { abortSignal }),
    );
    return answer.EbsEncryptionByDefault ?? false;
  }

  async publicSharing(place: Place): Promise<'allowed' | 'blocked'> {
    const answer = await this.#read(place, 'ec2:GetImageBlockPublicAccessState', (client, abortSignal) =>
      client.send(new GetImageBlockPublicAccessStateCommand({}), { abortSignal }),
    );
    return answer.ImageBlockPublicAccessState === 'block-new-sharing' ? 'blocked' : 'allowed';
  }

  async allowedImages(place: Place): Promise<AllowedImages> {
    const answer = await this.#read(place, 'ec2:GetAllowedImagesSettings', (client, abortSignal) =>
      client.send(new GetAllowedImagesSettingsCommand({}), { abortSignal }),
    );
    return allowedImagesFrom(answer);
  }

  async rehearse(write: Write): Promise<void> {
    const { action, send } = performerOf(write);
    await this.#caller.make(this.#call(write.place, action), async () => {
      try {
        await send(this.#clients.ec2(write.place), write, { DryRun: true });
      } catch (error) {
        if (!isPassed(error)) {
          throw error;
        }
      }
    });
  }

  /** A write that was sent is not aborted by a signal, its answer says what it made; none is sent after one. */
  async perform(
    write: Write,
    patience?: Patience,
  ): Promise<{ readonly result: Performed; readonly requestId: string | undefined }> {
    const { action, send } = performerOf(write);
    const { result, $metadata } = await this.#caller.make(
      { ...this.#call(write.place, action), patience },
      () => send(this.#clients.ec2(write.place), write, {}),
    );
    return { result: { imageId: null, deleted: [], ...result }, requestId: $metadata.requestId };
  }

  #read<T>(
    place: Place,
    action: string,
    send: (client: EC2Client, abortSignal: AbortSignal) => Promise<T>,
    patience?: Patience,
  ): Promise<T> {
    return this.#caller.make({ ...this.#call(place, action), patience }, () =>
      send(this.#clients.ec2(place), this.#config.signal),
    );
  }

  /** Attributes are read only of what another call has just shown. */
  #seenElsewhere(): Patience {
    return { deniedUntil: 0, staleUntil: this.#config.clock.now() + staleMs };
  }

  #call(place: Place, action: string): Call {
    return {
      action,
      where: whereIs(place),
      role: this.#actorIn(place.account),
      bucket: `${whereIs(place)} ${action}`,
      renew: this.#sessions.renewable ? () => this.#sessions.forget(place.account) : undefined,
      prepare: () => this.#sessions.keysOf(place.account),
    };
  }

  #actorIn(account: string): string {
    const known = this.#config.accounts.find(({ id }) => id === account);
    return known === undefined ? account : actorOf(known);
  }

  async #pages<T>(
    page: (token: { NextToken?: string }) => Promise<{ items: readonly T[]; next: string | undefined }>,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    let token: { NextToken?: string } = {};
    for (let pages = 0; pages < maxPages; pages++) {
      const { items, next } = await page(token);
      all.push(...items);
      if (next === undefined || next === '') {
        return all;
      }
      token = { NextToken: next };
    }
    throw new Error(`AWS went on with more than ${maxPages} pages`);
  }
}

function arnIn(keyId: string): string | undefined {
  return keyId.startsWith('arn:') ? keyId : undefined;
}

/** What a trial is answered with when the call would be permitted. */
function isPassed(error: unknown): boolean {
  return error instanceof Error && error.name === 'DryRunOperation';
}

/** The role may not ask there, or that Region is not enabled: another Region knows as much. */
function isDeniedThere({ action, kind }: Failure): boolean {
  return action === 'ec2:DescribeRegions' && kind === 'permission';
}
