import type { Clock } from './clock.ts';
import type { PolicySource } from './iam/policy.ts';
import type { JsonWebKeySet } from './oidc/verify.ts';
import type { Place } from './place.ts';
import type { Random } from './random.ts';
import type { CallRecord } from './record.ts';
import type { PartitionId } from './regions.ts';
import type { Fault, Quotas, Switches } from './settings.ts';
import type { AllowedImages, ManagedBy } from './world-allowed.ts';
import type { SimulatedParameter } from './world-parameter.ts';

/**
 * An AWS organization with everything in it: plain data that the services change and a test may look into or
 * change too. Time and chance come in through `clock` and `random`, so a world replays exactly.
 */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly partition: PartitionId;
  readonly organization: Organization | undefined;
  /** By account id. */
  readonly accounts: Map<string, Account>;
  /** By image id, the copies made while running among them. */
  readonly images: Map<string, SimulatedImage>;
  readonly snapshots: Map<string, SimulatedSnapshot>;
  /** By ARN. Keys that AWS manages appear when they are first needed. */
  readonly keys: Map<string, SimulatedKey>;
  /** By ARN. */
  readonly parameters: Map<string, SimulatedParameter>;
  readonly sessions: Map<string, Session>;
  readonly copies: CopyJob[];
  /** ClientTokens of CopyImage, by account, Region and token. */
  readonly tokens: Map<string, TokenUse>;
  /** Token buckets, by account, Region and action. */
  readonly buckets: Map<string, { tokens: number; at: number }>;
  readonly copying: CopySpeed;
  readonly switches: Switches;
  readonly quotas: Quotas;
  readonly faults: Fault[];
  /** How often each fault's calls came by, by position in `faults`. */
  readonly faultCounts: Map<Fault, number>;
  /** Every call that was answered or dropped, in order; never holds a token or a secret. */
  readonly record: CallRecord[];
  /** What a client asked that this simulator does not know: a test should end with none. */
  readonly complaints: string[];
  /** Every secret access key and session token there is, so that a test can search logs for them. */
  readonly secrets: Set<string>;
  /** Called after each call, e.g. to change the world or to kill the client. */
  onCall?: (call: CallRecord) => void;
}

export interface Organization {
  readonly id: string;
  readonly managementAccount: string;
  /** Organizational units and, by `parent`, their nesting; the root is no unit. */
  readonly units: readonly {
    readonly id: string;
    readonly parent?: string;
    readonly accounts: readonly string[];
  }[];
  /** Enforced for every account in the organization. */
  readonly tagPolicies: readonly TagPolicy[];
}

/** AWS: a tag policy says how a key is written and what it may hold; it never asks for a tag that is not there. */
export interface TagPolicy {
  /** In its only right capitalization. */
  readonly key: string;
  /** With `*` as a wildcard; undefined: every value is allowed. */
  readonly values: readonly string[] | undefined;
  readonly enforcedFor: readonly ('image' | 'snapshot')[];
}

export interface Account {
  readonly id: string;
  readonly name: string;
  /** Settings of Regions that differ from a new account's. */
  readonly regions: Map<string, RegionSettings>;
  readonly providers: OidcProvider[];
  /** By name. */
  readonly roles: Map<string, Role>;
  readonly users: Map<string, User>;
  /** Limit every principal of the account; undefined: full access, as without an organization. */
  serviceControlPolicies: readonly PolicySource[] | undefined;
  /** Limit everybody's access to the account's roles and keys. */
  resourceControlPolicies: readonly PolicySource[];
}

export interface RegionSettings {
  enabled: boolean;
  /** Whether STS is active here. */
  sts: boolean;
  encryptionByDefault: boolean;
  /** ARN of the key for EBS; undefined is the key that AWS manages, `alias/aws/ebs`. */
  defaultKey: string | undefined;
  /** Whether block public access is off for images and snapshots. */
  publicSharing: boolean;
  readonly publicSharingManagedBy: ManagedBy;
  allowedImages: AllowedImages;
}

export interface OidcProvider {
  readonly url: string;
  readonly audiences: readonly string[];
  /** Undefined while the issuer's keys cannot be had. */
  jwks: JsonWebKeySet | undefined;
  /** Where a door fetches the keys from, on loopback. */
  readonly jwksUrl: string | undefined;
}

export interface Role {
  readonly name: string;
  trust: PolicySource;
  policies: readonly PolicySource[];
  /** Must allow too what the policies allow. */
  boundary: PolicySource | undefined;
  readonly maxSessionSeconds: number;
  /** Epoch milliseconds: the trust policy works only some seconds later. */
  readonly created: number;
}

export interface User {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly policies: readonly PolicySource[];
}

export interface Session {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string;
  readonly account: string;
  readonly role: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

export interface SimulatedImage extends Place {
  readonly id: string;
  name: string;
  description: string;
  state: 'pending' | 'available' | 'failed' | 'deregistered' | 'disabled';
  stateReason: { readonly code: string; readonly message: string } | undefined;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Epoch milliseconds until which the image is hidden from every read; Infinity: for ever. */
  hiddenUntil: number;
  /** The attributes it has once it is available. */
  attributes: ImageAttributes;
  devices: readonly Device[];
  tags: Map<string, string>;
  launchPermissions: Lagging<readonly LaunchPermission[]>;
  /** What it was copied from. */
  lineage: { readonly imageId: string; readonly region: string } | undefined;
  productCodes: readonly string[];
  /** Whether it carries billing product codes, which AWS does not let cross accounts. */
  billed: boolean;
  /** Epoch milliseconds. */
  deprecated: number | undefined;
  watermarks: readonly Watermark[];
  deregistrationProtection: DeregistrationProtection;
  /** When it was deregistered, and what it was before; undefined also for one that came into the world so. */
  deregistered: { readonly at: number; readonly before: SimulatedImage['state'] } | undefined;
}

export type DeregistrationProtection = 'enabled-without-cooldown' | 'enabled-with-cooldown' | 'disabled';

/** A mark that copies inherit and that everybody who sees the image sees. */
export interface Watermark {
  /** `account:name` */
  readonly key: string;
  /** Where it was attached first. */
  readonly region: string;
  readonly imageId: string;
  /** Epoch milliseconds. */
  readonly imageCreated: number;
  readonly attached: number;
}

export interface ImageAttributes {
  readonly architecture: string;
  readonly virtualizationType: string;
  readonly rootDeviceName: string;
  readonly bootMode: string | undefined;
  readonly tpmSupport: string | undefined;
  readonly imdsSupport: string | undefined;
  readonly enaSupport: boolean;
  readonly sriovNetSupport: string | undefined;
  readonly platformDetails: string;
  readonly usageOperation: string;
}

export type Device =
  | {
      readonly kind: 'volume';
      readonly name: string;
      readonly snapshotId: string;
      readonly sizeGiB: number;
      readonly volumeType: string;
      readonly deleteOnTermination: boolean;
    }
  /** A volume that a launch makes empty: it has no snapshot. */
  | {
      readonly kind: 'blank';
      readonly name: string;
      readonly sizeGiB: number;
      readonly volumeType: string;
      readonly deleteOnTermination: boolean;
    }
  | { readonly kind: 'ephemeral'; readonly name: string; readonly virtualName: string };

export type LaunchPermission =
  | { readonly kind: 'account' | 'organization' | 'unit'; readonly id: string }
  | { readonly kind: 'everyone' };

/** A value whose change is read back late: `past` holds what is shown instead, each until its time. */
export interface Lagging<T> {
  current: T;
  past: { readonly until: number; readonly shown: T }[];
}

export interface SimulatedSnapshot extends Place {
  readonly id: string;
  state: 'pending' | 'completed' | 'error';
  statusMessage: string | undefined;
  description: string;
  readonly sizeGiB: number;
  /** Of the blocks that were written; never more than the volume has. */
  readonly fullSizeGiB: number;
  /** How it was copied; undefined: it is no copy. */
  readonly transfer: Transfer | undefined;
  /** Epoch milliseconds. */
  readonly started: number;
  completed: number | undefined;
  hiddenUntil: number;
  /** ARN of the key; undefined: not encrypted. */
  readonly key: string | undefined;
  /** What DescribeSnapshots shows as the key while the copy is pending. */
  readonly pendingKey: string | undefined;
  tags: Map<string, string>;
  /** Account ids, or `all`. */
  createVolumePermissions: Lagging<readonly string[]>;
}

export type Transfer =
  | { readonly type: 'standard' }
  | { readonly type: 'time-based'; readonly minutes: number };

export interface SimulatedKey extends Place {
  readonly arn: string;
  readonly id: string;
  /** `alias/…` */
  readonly alias: string | undefined;
  readonly manager: 'AWS' | 'CUSTOMER';
  state: string;
  readonly spec: string;
  readonly usage: string;
  policies: readonly PolicySource[];
}

/** A copy under way: what it becomes, and when. */
export interface CopyJob extends Place {
  readonly imageId: string;
  readonly started: number;
  readonly ends: number;
  readonly snapshots: readonly { readonly id: string; readonly ends: number }[];
  /** Set when the copy is going to fail. */
  readonly failure:
    | { readonly code: string; readonly message: string; readonly statusMessage: string }
    | undefined;
  readonly sourceRegion: string;
  /** What a time-based copy takes of the quota between its two Regions; 0 for any other. */
  readonly mibPerSecond: number;
}

export interface TokenUse {
  readonly parameters: string;
  readonly imageId: string;
  readonly at: number;
}

export interface CopySpeed {
  /** Every copy takes this long, or, undefined, as long as `gibPerSecond` says. */
  readonly seconds: number | undefined;
  readonly gibPerSecond: number;
  /** By Region: how many times longer copies into it take. */
  readonly factors: ReadonlyMap<string, number>;
}
