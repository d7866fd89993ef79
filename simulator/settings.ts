/** Where AWS is unknown or may do either, the simulator does both; a default is the harder case for a client. */
export interface Switches {
  /** What EC2 answers to credentials that ran out. */
  readonly expiredCode: 'RequestExpired' | 'ExpiredToken';
  /** Whether a copy says what it was copied from. */
  readonly lineage: 'present' | 'absent';
  /** Attributes that a copy loses or changes. */
  readonly notCopied: readonly CopiedAttribute[];
  /** Whether CopyImage itself refuses a key that does not exist, or the copy fails later. */
  readonly missingKey: 'sync' | 'async';
  /** Whether a parameter that is not there is denied to whoever may not read all of the account's SSM, or not found. */
  readonly missingParameter: 'denied' | 'not-found';
  /** How long a ClientToken is remembered. */
  readonly tokenTtlSeconds: number;
  /** How long a new image or snapshot is not there for reads. */
  readonly visibilityLagSeconds: number;
  /** How long a change of permissions is not seen. */
  readonly attributeLagSeconds: number;
  /** How long a deregistered image is still shown. */
  readonly deregisterLagSeconds: number;
  /** How long the snapshots of a deregistered image are still in use. */
  readonly inUseLagSeconds: number;
  /** How long after its creation a role cannot be assumed. */
  readonly trustLagSeconds: number;
  /** Sessions end after this many seconds even if more were asked for. */
  readonly sessionSeconds: number;
  /** CopyImage answers with an id that never shows up. */
  readonly copyNeverAppears: boolean;
  /** Whether a dry run of CopyImage proves the permission only, or also that the source can be copied. */
  readonly dryRun: 'permission' | 'everything';
  /** Whether DeregisterImage knows the parameter DeleteAssociatedSnapshots, or is an older one. */
  readonly deleteAssociatedSnapshots: 'supported' | 'refused';
  /** Whether a failed copy lists its snapshots, and so takes them with it when it is deregistered. */
  readonly failedCopySnapshots: 'listed' | 'unlisted';
  /** What becomes of the unfinished snapshots of a cancelled copy: they fail at once, or are copied to the end. */
  readonly cancelledCopySnapshots: 'error' | 'completed';
}

export const copiedAttributes = [
  'architecture',
  'virtualizationType',
  'rootDeviceName',
  'bootMode',
  'tpmSupport',
  'imdsSupport',
  'enaSupport',
  'sriovNetSupport',
  'volumeType',
  'volumeSize',
  'deleteOnTermination',
  'ephemeral',
  'platformDetails',
  'usageOperation',
] as const;
export type CopiedAttribute = (typeof copiedAttributes)[number];

export interface Quotas {
  /** AWS: 300 copies in progress for each destination Region of an account. */
  readonly concurrentCopies: number;
  /** AWS: 1,000 accounts, organizations and units for each image. */
  readonly launchPermissions: number;
  /** AWS: 50,000 images for each Region of an account. */
  readonly images: number;
  /** AWS: 5 public images for each Region of an account. */
  readonly publicImages: number;
  /** AWS: 2,000 MiB a second for all time-based copies of an account from one Region to another. */
  readonly timeBasedMibPerSecond: number;
  /** Token buckets that differ from AWS's table, by action. */
  readonly rates: ReadonlyMap<string, Rate>;
}

/** A token bucket: how much it holds and how fast it fills. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Something that goes wrong: which calls it hits, and what happens to them. */
export interface Fault {
  /** `ec2:CopyImage`, `kms:*` or `*`. */
  readonly action: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly hits: Hits;
  readonly effect: Effect;
}

/** Counted over the calls that the fault concerns, from 1. */
export type Hits =
  | { readonly kind: 'always' }
  | { readonly kind: 'range'; readonly from: number; readonly times: number }
  | { readonly kind: 'chance'; readonly probability: number };

export type Effect =
  | {
      readonly kind:
        | 'throttle'
        | 'server-error'
        | 'reset-before'
        | 'reset-after'
        | 'silent'
        | 'access-denied'
        | 'expired-token';
    }
  | { readonly kind: 'fail-copy'; readonly reason: string }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message: string };
