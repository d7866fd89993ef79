import type { Write } from '../model/difference.ts';
import type { Image, Key, Place, Principal, Snapshot } from '../model/image.ts';
import type { JournalEntry, Performed } from '../model/journal.ts';
import type { AllowedImages, KeyUse } from '../model/observation.ts';
import type { Opened, Outcome, Result } from '../model/outcome.ts';
import type { Standing } from '../model/standing.ts';

/** Time, so that tests can play hours in moments. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects with a `Failed` of kind `interrupted` once the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The images of an account in a Region, by one of the ways in which one is looked for. */
export type ImageQuery =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'origin'; readonly origins: readonly string[] }
  | { readonly by: 'name'; readonly names: readonly string[] }
  | { readonly by: 'parent'; readonly ids: readonly string[] };

export type SnapshotQuery =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'origin'; readonly origins: readonly string[] };

/**
 * What the promotion needs of AWS. Every method raises `Failed` with what AWS said, what it means and what
 * to do; throttling and transient errors have been waited out within bounds before that.
 */
export interface Aws {
  /** Epoch milliseconds at which the credentials end for good; undefined where they are renewed, or nobody knows. */
  readonly credentialsEnd: number | undefined;
  /** Regions that exist in the account's partition, with whether the account has them enabled. */
  regions(account: string): Promise<ReadonlyMap<string, boolean>>;
  /** `by: id` also finds images that others opened to the account; all else only what the account owns. */
  images(place: Place, query: ImageQuery): Promise<readonly Image[]>;
  snapshots(place: Place, query: SnapshotQuery): Promise<readonly Snapshot[]>;
  launchPermissions(place: Place, imageId: string): Promise<readonly Principal[]>;
  /** Account ids; `all` when the snapshot is public. */
  volumePermissions(place: Place, snapshotId: string): Promise<readonly string[]>;
  key(place: Place, keyId: string): Promise<Key>;
  /** By name, with `:version` or `:label`, or by ARN. The value may be a secret: it is told to nobody unless it is an id. */
  parameter(place: Place, name: string): Promise<Parameter>;
  ebsDefaultKeyId(place: Place): Promise<string>;
  /** The policy of a key of the account, as JSON. */
  keyPolicy(place: Place, keyArn: string): Promise<string>;
  encryptsByDefault(place: Place): Promise<boolean>;
  /** Whether images of that owner and Region may become public (block public access for AMIs). */
  publicSharing(place: Place): Promise<'allowed' | 'blocked'>;
  /** Which images of others an account allows itself in a Region. */
  allowedImages(place: Place): Promise<AllowedImages>;
  /** How many of the owner's images are on their way. */
  pendingImages(place: Place): Promise<number>;
  /**
   * Asks with DryRun whether a write would be permitted: the same request, without its ClientToken. Raises `Failed`
   * with what stands in the way. That it passes proves the permission, and nothing else.
   */
  rehearse(write: Write): Promise<void>;
  /** Makes one change. Only `Performer` calls this: it notes each in the journal. */
  perform(
    write: Write,
    patience?: Patience,
  ): Promise<{ readonly result: Performed; readonly requestId: string | undefined }>;
}

/** AWS as the consumer of images meets it; all of it reads, or asks with DryRun, and raises `Failed`. */
export interface ConsumerAws extends Pick<Aws, 'regions' | 'images' | 'allowedImages'> {
  /** Whether an instance of the image could be launched. That it passes proves the permission, and nothing else. */
  rehearseLaunch(place: Place, image: Image): Promise<void>;
  /** Whether a key may be used so, by a call of the role itself: EC2 would make it on the role's behalf. */
  rehearseKeyUse(place: Place, keyArn: string, use: KeyUse): Promise<void>;
}

/** A parameter of SSM as it is now; that of a secure one is not decrypted. */
export interface Parameter {
  readonly value: string;
  readonly version: number;
}

/** What a step does with a promotion: making it true, planning it, or verifying it. */
export interface Step {
  /** To its end. Raises `Failed` when no target could be named; everything else is in the result. */
  run(): Promise<void>;
  /** What became of everything so far. */
  result(): Result;
  /** Notes that the step was cancelled, once, where `post` has something to go on with; resolves when that is on the disk. */
  cancelled(): Promise<void>;
}

/** The append-only file that outlives the process. */
export interface Journal {
  /** Resolves once the entry is on the disk; raises `Failed` where it cannot be. */
  append(entry: JournalEntry): Promise<void>;
}

/** Until when an answer may be old news, in epoch milliseconds: AWS is consistent only eventually. */
export interface Patience {
  /** Denied: something was just opened for us. */
  readonly deniedUntil: number;
  /** Not found, or not in the right state: we have seen otherwise. */
  readonly staleUntil: number;
}

/** Where news goes as it happens. */
export interface Reporter {
  /** One line for a change that the step made or saw. */
  line(text: string): void;
  /** What lies behind a failure that is told elsewhere: its causes, for whoever debugs. */
  trace(error: unknown): void;
  /** Once a minute: where the work stands. */
  beat(standing: Standing): void;
  /** A target's outcome is decided; `all` are those decided so far. */
  landed(outcome: Outcome, all: readonly Outcome[], opened: readonly Opened[]): void;
}

export interface Ports {
  readonly aws: Aws;
  /** Undefined where nobody looks as a consumer. */
  readonly consumer?: ConsumerAws | undefined;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly journal: Journal;
  /** Aborted by SIGINT or SIGTERM: no new work. */
  readonly signal: AbortSignal;
}
