/** User tags of a resource; never those that AWS itself sets (`aws:…`). */
export type Tags = Readonly<Record<string, string>>;

/** An account and a Region: where AWS keeps images, and what its limits count by. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export type ImageState =
  | 'pending'
  | 'available'
  | 'invalid'
  | 'deregistered'
  | 'transient'
  | 'failed'
  | 'error'
  | 'disabled';

/** An AMI as DescribeImages shows it. While it is pending AWS shows placeholders: no name, no devices. */
export interface Image extends Place {
  readonly id: string;
  /** Undefined while pending and for some failed copies. */
  readonly name: string | undefined;
  readonly state: ImageState;
  /** Why it failed, in AWS's words: code and message. */
  readonly stateReason: string | undefined;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly architecture: string;
  readonly virtualizationType: string;
  readonly rootDeviceType: string;
  readonly rootDeviceName: string | undefined;
  readonly bootMode: string | undefined;
  readonly tpmSupport: string | undefined;
  readonly imdsSupport: string | undefined;
  readonly enaSupport: boolean;
  readonly sriovNetSupport: string | undefined;
  readonly platformDetails: string | undefined;
  readonly usageOperation: string | undefined;
  readonly devices: readonly BlockDevice[];
  /** Empty for everybody but the owner: AWS shows an image's tags to nobody else. */
  readonly tags: Tags;
  /** Everyone may launch it. */
  readonly isPublic: boolean;
  /** Product codes; those of the Marketplace keep an image from being copied to another account. */
  readonly productCodes: readonly { readonly code: string; readonly type: string }[];
  /** Names of watermarks (`account:name`), which travel with copies. */
  readonly watermarks: readonly string[];
  /** ISO 8601, UTC: when it is deprecated, or was. */
  readonly deprecated: string | undefined;
  /** What AWS says it was copied from; some copies carry nothing. */
  readonly lineage: { readonly imageId: string; readonly region: string } | undefined;
}

export type BlockDevice =
  | {
      readonly kind: 'volume';
      readonly deviceName: string;
      /** Undefined while the image is pending. */
      readonly snapshotId: string | undefined;
      readonly sizeGiB: number;
      readonly volumeType: string;
      readonly deleteOnTermination: boolean;
    }
  | { readonly kind: 'ephemeral'; readonly deviceName: string; readonly virtualName: string };

export type SnapshotState = 'pending' | 'completed' | 'error' | 'recoverable' | 'recovering';

/** An EBS snapshot as DescribeSnapshots shows it: the only place where AWS names the key. */
export interface Snapshot extends Place {
  readonly id: string;
  readonly state: SnapshotState;
  readonly stateMessage: string | undefined;
  /** 0 … 100. */
  readonly progressPercent: number;
  /** 0 while a copy is pending. */
  readonly sizeGiB: number;
  /** How much of that holds data, where AWS tells. */
  readonly dataGiB: number | undefined;
  readonly encrypted: boolean;
  /** Key ARN; while a copy is pending AWS may show an alias here. */
  readonly keyArn: string | undefined;
  readonly tags: Tags;
}

/** A KMS key as DescribeKey shows it. */
export interface Key {
  readonly arn: string;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly state: string;
  readonly spec: string;
  readonly usage: string;
}

/** Who may use an image: an account id, the ARN of an organization or organizational unit, or everyone. */
export interface Principal {
  readonly kind: 'account' | 'organization' | 'organizational-unit' | 'everyone';
  /** Account id or ARN; `all` for everyone. */
  readonly id: string;
}

/** A place as failures and keys of maps name it: `111122223333/eu-west-1`. */
export function placeName({ account, region }: Place): string {
  return `${account}/${region}`;
}

/** Whether it is on its way, and may still become available. */
export function isPending({ state }: Pick<Image, 'state'>): boolean {
  return state === 'pending' || state === 'transient';
}

/** The snapshots that a block device mapping names, in its order. */
export function snapshotIdsOf(image: Image): readonly string[] {
  return image.devices.flatMap((device) =>
    device.kind === 'volume' && device.snapshotId !== undefined ? [device.snapshotId] : [],
  );
}

/** The value of a tag, which may be called like a member that every object has. */
export function tagOf(tags: Tags | undefined, key: string): string | undefined {
  return tags !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;
}

/** An AMI id as AWS writes it: 8 or 17 hexadecimal digits. */
export function isImageId(text: string): boolean {
  return /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(text);
}
