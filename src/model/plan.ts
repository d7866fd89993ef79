import type { Tags } from './image.ts';

/**
 * What a promotion would write, as data: `schemas/plan.v1.json`. Attempt numbers and ids of what is still to be
 * made are not in it, and what is bound to one run (`{sha}`, `{run-id}`, the run's own tag) stays a placeholder.
 */
export interface Plan {
  readonly version: 1;
  /** Nothing would be written. */
  readonly converged: boolean;
  readonly sources: readonly PlanSource[];
  readonly targets: readonly PlanTarget[];
}

/** What is read back of a plan that somebody approved: which images, and which writes where. */
export interface ApprovedPlan {
  readonly sources: readonly Pick<PlanSource, 'id' | 'account' | 'region'>[];
  readonly targets: readonly Pick<PlanTarget, 'source' | 'account' | 'region' | 'key' | 'writes'>[];
}

export interface PlanSource {
  readonly key: string;
  readonly origin: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string | null;
  readonly architecture: string;
  /** Of all volumes together. */
  readonly sizeGiB: number;
}

export interface PlanTarget {
  /** The key of the source image. */
  readonly image: string;
  /** Its id. */
  readonly source: string;
  readonly owner: string;
  readonly account: string;
  readonly region: string;
  readonly required: boolean;
  /** The key as it was asked for: an alias, id or ARN, `ebs-default` or `none`. */
  readonly key: string;
  /**
   * `unchanged`: nothing would be written, and all holds; `pending`: a copy is on its way and is waited for;
   * `change`: there are writes; `blocked`: a promotion would be refused, for the problems.
   */
  readonly state: 'unchanged' | 'pending' | 'change' | 'blocked';
  /** The image that is there, the copy under way included. */
  readonly imageId: string | null;
  readonly writes: readonly PlannedWrite[];
  readonly problems: readonly { readonly code: string; readonly meaning: string; readonly cure: string }[];
  /** What is only said: wanted and found, and both as a sentence. */
  readonly warnings: readonly { readonly wanted: string; readonly found: string; readonly says: string }[];
}

/** A write as a plan shows it. An id is null where it is that of a copy still to be made. */
export type PlannedWrite =
  /** Launch permission on the source image and create-volume permission on its snapshots, noted in a tag on it. */
  | {
      readonly kind: 'open-source';
      readonly imageId: string;
      readonly snapshotIds: readonly string[];
      readonly account: string;
    }
  | {
      readonly kind: 'copy-image';
      readonly imageId: string;
      readonly fromRegion: string;
      readonly name: string;
      readonly description: string;
      readonly keyArn: string | null;
      readonly completionMinutes: number | null;
      readonly sizeGiB: number;
      readonly imageTags: Tags;
      readonly snapshotTags: Tags;
    }
  /** Without ids: on the copy that is on its way and on its snapshots, as far as they lack them. */
  | { readonly kind: 'set-tags'; readonly resourceIds: readonly string[]; readonly tags: Tags }
  | { readonly kind: 'share-image'; readonly imageId: string | null; readonly add: readonly string[] }
  | { readonly kind: 'share-snapshot'; readonly snapshotId: string | null; readonly add: readonly string[] }
  | { readonly kind: 'unshare-image'; readonly imageId: string; readonly remove: readonly string[] }
  | { readonly kind: 'unshare-snapshot'; readonly snapshotId: string; readonly remove: readonly string[] }
  /** A copy that failed, with its snapshots, once the one that takes its place can be seen; null: only snapshots are left. */
  | { readonly kind: 'remove-failed-copy'; readonly imageId: string | null }
  /** Accounts that share-with wants come off the notes of those that lose their access when the source is closed. */
  | { readonly kind: 'keep-open'; readonly imageId: string }
  /** `ifNeeded`: only if the copy turns out not to have it from its source. */
  | { readonly kind: 'require-imds-v2'; readonly imageId: string | null; readonly ifNeeded: boolean };
