import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeRegionsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import type { Write } from '../model/difference.ts';
import type { Image, Key, Place, Principal, Snapshot } from '../model/image.ts';
import type { Aws, ImageQuery, Patience, SnapshotQuery } from '../promotion/ports.ts';
import { type Call, Caller } from './call.ts';
import { Clients } from './clients.ts';
import { performerOf } from './perform.ts';
import { imageFilters, imageFrom, principalFrom, snapshotFilters, snapshotFrom, whereIs } from './read.ts';
import { Sessions, type SessionsConfig } from './sessions.ts';

export interface AwsConfig extends Omit<SessionsConfig, 'caller'> {
  readonly signal: AbortSignal;
}

const pageSize = 1000;
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
    this.#caller = new Caller(config.clock, config.signal);
    this.#sessions = new Sessions({ ...config, caller: this.#caller });
    this.#clients = new Clients(config.handler, (account) => this.#sessions.keysOf(account));
  }

  async regions(account: string): Promise<ReadonlyMap<string, boolean>> {
    const place = { account, region: this.#sessions.region };
    const { Regions = [] } = await this.#read(place, 'ec2:DescribeRegions', (client, abortSignal) =>
      client.send(new DescribeRegionsCommand({ AllRegions: true }), { abortSignal }),
    );
    return new Map(
      Regions.map(({ RegionName = '', OptInStatus }) => [RegionName, OptInStatus !== 'not-opted-in']),
    );
  }

  async images(place: Place, query: ImageQuery): Promise<readonly Image[]> {
    const owned = query.by === 'id' ? {} : { Owners: ['self'] };
    const pages = imageFilters(query).map((filter) =>
      this.#pages(async (NextToken) => {
        const page = await this.#read(place, 'ec2:DescribeImages', (client, abortSignal) =>
          client.send(
            new DescribeImagesCommand({
              Filters: [filter],
              ...owned,
              IncludeDeprecated: true,
              IncludeDisabled: true,
              MaxResults: pageSize,
              ...NextToken,
            }),
            { abortSignal },
          ),
        );
        return { items: page.Images ?? [], next: page.NextToken };
      }),
    );
    return (await Promise.all(pages)).flat().map((image) => imageFrom(image, place.region));
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
    const answer = await this.#caller.make(this.#call(place, 'kms:DescribeKey'), () =>
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

  /** A write that was sent is not aborted by a signal, its answer says what it made; none is sent after one. */
  async perform(write: Write, patience?: Patience): Promise<{ readonly imageId: string | undefined }> {
    const { action, send } = performerOf(write);
    const imageId = await this.#caller.make({ ...this.#call(write.place, action), patience }, () =>
      send(this.#clients.ec2(write.place), write),
    );
    return { imageId };
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
      role: this.#config.accounts.find(({ id }) => id === place.account)?.roleArn ?? place.account,
      bucket: `${whereIs(place)} ${action}`,
      renew: () => this.#sessions.forget(place.account),
      prepare: () => this.#sessions.keysOf(place.account),
    };
  }

  async #pages<T>(
    page: (token: { NextToken?: string }) => Promise<{ items: readonly T[]; next: string | undefined }>,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    let token: { NextToken?: string } = {};
    for (;;) {
      const { items, next } = await page(token);
      all.push(...items);
      if (next === undefined || next === '') {
        return all;
      }
      token = { NextToken: next };
    }
  }
}
