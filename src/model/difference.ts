import type { Failure } from './failure.ts';
import type { Place, Principal, Tags } from './image.ts';

/** What an aspect found: wanted X, found Y, and what would mend it. */
export interface Difference {
  readonly aspect: AspectName;
  readonly wanted: string;
  readonly found: string;
  readonly mend: Mend;
}

export type AspectName =
  | 'open'
  | 'present'
  | 'available'
  | 'encrypted'
  | 'equal'
  | 'tagged'
  | 'shared'
  | 'tidy'
  | 'in-use'
  | 'launchable';

/** Write it, wait for AWS, give up (it cannot be mended), or merely say it. */
export type Mend =
  | { readonly kind: 'write'; readonly writes: readonly Write[] }
  /** `failure`: what to say once there is no more time to wait. */
  | { readonly kind: 'wait'; readonly failure?: Failure }
  | { readonly kind: 'never'; readonly failure: Failure }
  /** `says`: a whole sentence for whoever reads the report. */
  | { readonly kind: 'warning'; readonly says: string };

/** One change to AWS, as data. */
export type Write =
  | CopyImage
  | SetTags
  | RemoveTags
  | ShareImage
  | UnshareImage
  | ShareSnapshot
  | UnshareSnapshot
  | RequireImdsV2
  | DeregisterImage
  | DeleteSnapshot;

export interface CopyImage {
  readonly kind: 'copy-image';
  /** Where the copy shall be; called there. */
  readonly place: Place;
  readonly source: { readonly imageId: string; readonly region: string };
  readonly name: string;
  readonly description: string;
  /** Undefined: the copy is left unencrypted. */
  readonly keyArn: string | undefined;
  readonly tags: { readonly image: Tags; readonly snapshots: Tags };
  /** Of a time-based copy. */
  readonly completionMinutes: number | undefined;
  /** ClientToken: the same for the same origin, owner, Region and attempt. */
  readonly token: string;
  readonly attempt: number;
}

export interface SetTags {
  readonly kind: 'set-tags';
  readonly place: Place;
  readonly resourceIds: readonly string[];
  readonly tags: Tags;
}

/** Takes tags away, each only while it still has this value: what somebody else wrote meanwhile stays. */
export interface RemoveTags {
  readonly kind: 'remove-tags';
  readonly place: Place;
  readonly resourceIds: readonly string[];
  readonly tags: Tags;
}

/** Adds launch permissions. */
export interface ShareImage {
  readonly kind: 'share-image';
  readonly place: Place;
  readonly imageId: string;
  readonly add: readonly Principal[];
}

/** Takes launch permissions away. */
export interface UnshareImage {
  readonly kind: 'unshare-image';
  readonly place: Place;
  readonly imageId: string;
  readonly remove: readonly Principal[];
}

/** Adds create-volume permissions: accounts only, AWS knows no organizations there. */
export interface ShareSnapshot {
  readonly kind: 'share-snapshot';
  readonly place: Place;
  readonly snapshotId: string;
  readonly add: readonly string[];
}

/** Takes create-volume permissions away: account ids, and `all` for everyone. */
export interface UnshareSnapshot {
  readonly kind: 'unshare-snapshot';
  readonly place: Place;
  readonly snapshotId: string;
  readonly remove: readonly string[];
}

/** Sets IMDS support to v2.0, which AWS cannot take back. */
export interface RequireImdsV2 {
  readonly kind: 'require-imds-v2';
  readonly place: Place;
  readonly imageId: string;
}

/** Removes an image for good, and with it the snapshots that it lists; of a pending copy it is how that is cancelled. */
export interface DeregisterImage {
  readonly kind: 'deregister-image';
  readonly place: Place;
  readonly imageId: string;
}

/** Removes a snapshot that no image uses any more. */
export interface DeleteSnapshot {
  readonly kind: 'delete-snapshot';
  readonly place: Place;
  readonly snapshotId: string;
}
