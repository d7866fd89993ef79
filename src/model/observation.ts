import type { Failure } from './failure.ts';
import type { Image, Key, Principal, Snapshot, Tags } from './image.ts';
import type { PullNote } from './promotion.ts';

/** Everything read of one target at one moment; what was not worth reading is undefined. */
export interface Observation {
  /** Epoch milliseconds on the clock port. */
  readonly at: number;
  /** Ours by rule 2, whatever their state, the chosen one among them. */
  readonly ours: readonly Image[];
  /** What is left of copies that came to nothing. */
  readonly remains: Remains;
  /** Right lineage, but not our tag: shown, never in the way. Read only while nothing live is ours. */
  readonly candidates: readonly Image[];
  /** Images of the owner that hold the wanted name; read only while nothing live is ours. */
  readonly namesakes: readonly Image[];
  /** The image that the aspects speak of: the source itself, one of ours, or nothing yet. */
  readonly chosen: Chosen | undefined;
  /** The wanted key, resolved in the target's Region; undefined when no key is wanted. */
  readonly key: Key | undefined;
  /** Why the wanted key could not be resolved. */
  readonly keyProblem: Failure | undefined;
  /** Whether the owner's Region encrypts every new snapshot by itself; read only before a copy without a key. */
  readonly encryptsByDefault: boolean | undefined;
  /** Whether a pulling owner may read the source; read only while a copy is missing or pending. */
  readonly sourceAccess: SourceAccess | undefined;
  /** Whether the pulling owner's role sees the source image and each of its snapshots. */
  readonly sourceSeen: boolean | undefined;
  /** What else decides whether what is missing can be written. */
  readonly facts: Facts;
  /** What this run knows of its own copies here. */
  readonly attempts: Attempts;
  /** The image as the consumer's role sees it; undefined while there is none to look at, or nobody asks. */
  readonly consumer: ConsumerView | undefined;
}

/** What the consumer's role sees of an image, and what AWS would let it do. */
export interface ConsumerView {
  /** Its ARN. */
  readonly role: string;
  readonly account: string;
  /** Whether its account has the Region; where it has not, nothing else is asked. */
  readonly hasRegion: boolean;
  readonly isVisible: boolean;
  /** Which images of others its account allows itself; read only where it does not see the image. */
  readonly allowedImages: Fact<AllowedImages> | undefined;
  /** Why it could not launch an instance, as AWS answers a trial. */
  readonly launch: Failure | undefined;
  readonly keys: readonly KeyDenial[];
}

/** Something that the consumer's role may not do with the key of a snapshot, as KMS answers a trial. */
export interface KeyDenial {
  readonly keyArn: string;
  readonly use: KeyUse;
  readonly failure: Failure;
  /** The key's policy, read by its owner's role where that is one of the promotion's. */
  readonly policy: Fact<string> | undefined;
}

/** What EC2 does with the key of a snapshot, for whoever launches an instance from it. */
export const keyUses = ['kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt'] as const;
export type KeyUse = (typeof keyUses)[number];

/** Settings and limits that a copy or a permission still to be made would meet; undefined where none is. */
export interface Facts {
  /** Whether the owner's Region lets images be shared with everyone. */
  readonly publicSharing: Fact<'allowed' | 'blocked'> | undefined;
  /** Which images of others the pulling owner allows itself, in the Region of the source. */
  readonly allowedImages: Fact<AllowedImages> | undefined;
  /** The keys of the source's snapshots as the pulling owner's role sees them, by ARN. */
  readonly sourceKeys: ReadonlyMap<string, Fact<Key>>;
  /** Why keys among them could not be looked at, where that says nothing of the role that will copy. */
  readonly unreadKeys: readonly Failure[];
  /** How many images of the owner are on their way in that Region. */
  readonly pendingImages: Fact<number> | undefined;
}

/** What was read, or why it could not be. */
export type Fact<T> = { readonly value: T } | { readonly failure: Failure };

/** EC2's Allowed AMIs: when it is enabled, images of others that meet no criterion do not exist for the account. */
export interface AllowedImages {
  readonly state: 'disabled' | 'audit-mode' | 'enabled';
  /** One that an image meets is enough; all parts of it must hold. */
  readonly criteria: readonly {
    /** Account ids, and aliases such as `amazon`; empty: everybody. */
    readonly providers: readonly string[];
    /** With `*` and `?`; empty: every name. */
    readonly names: readonly string[];
    readonly productCodes: readonly string[];
    readonly watermarks: readonly string[];
    readonly createdWithinDays: number | undefined;
    readonly deprecatedWithinDays: number | undefined;
  }[];
}

/** What copies that came to nothing left behind; found by tags, because a failed image may list no snapshots. */
export interface Remains {
  /** Copies that failed, beside an image that can be seen: until then they are the memory of the attempts. */
  readonly images: readonly Image[];
  /** Snapshots whose image is gone and that are of no use: in error, or of a failed copy that this run removed. */
  readonly snapshots: readonly Snapshot[];
  /** Other snapshots of ours without an image: somebody may want them, so they are only told of. */
  readonly unclaimed: readonly Snapshot[];
}

export interface Chosen {
  readonly image: Image;
  /** The source image itself: never given our own tags, never removed. */
  readonly inPlace: boolean;
  /** Whether AWS tells what it was copied from, and that could be looked at. */
  readonly lineageKnown: boolean;
  /** Its snapshots; of a failed copy those that carry its tags, because the image no longer lists them. */
  readonly snapshots: readonly Snapshot[];
  /** Who may launch it; undefined until it is available. */
  readonly permissions: readonly Principal[] | undefined;
  /** Account ids by snapshot id; read only where snapshots are shared. */
  readonly snapshotPermissions: ReadonlyMap<string, readonly string[]> | undefined;
}

/** The memory of a run about one target: its copies count, and some may never be seen. */
export interface Attempts {
  /** How many copies AWS said that it makes for this run. */
  readonly made: number;
  /** How often AWS was asked for one, the tokens that others had used for other parameters among them. */
  readonly asks: number;
  /** The copy that this run asked for last, and when AWS answered; no id after a mismatch of parameters. */
  readonly asked:
    | { readonly imageId: string | undefined; readonly attempt: number; readonly since: number }
    | undefined;
  /** The copy that this run saw on its way, its own or one that it adopted. */
  readonly watched: string | undefined;
  /** The attempts whose failed images this run removed. */
  readonly removed: readonly number[];
  /** Why remains of failed copies could not be removed, by id: that is told, and keeps no target from being promoted. */
  readonly untidied: ReadonlyMap<string, Failure>;
}

/** Who may use the source image and its snapshots, and which runs opened it. */
export interface SourceAccess {
  readonly image: readonly Principal[];
  /** Account ids by snapshot id; `all` for a public snapshot. */
  readonly snapshots: ReadonlyMap<string, readonly string[]>;
  readonly pullTags: readonly PullTag[];
  /** The tags of the source image, as they are. */
  readonly tags: Tags;
}

/** The note that a run left on the source before it opened it, with the accounts it opened it for. */
export interface PullTag extends PullNote {
  readonly accounts: readonly string[];
  /** Accounts among them that could use the rest before, and keep that. */
  readonly only: OpenedOnly;
}

/** By account id: the part of a source that was opened for it, where that was not the image with its snapshots. */
export type OpenedOnly = ReadonlyMap<string, 'image' | 'snapshots'>;
