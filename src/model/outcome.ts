import type { Difference } from './difference.ts';
import type { Failure } from './failure.ts';
import type { Principal, Snapshot, Tags } from './image.ts';
import type { Plan } from './plan.ts';
import type { RollbackCause, Target } from './promotion.ts';

/** What became of one target. */
export type Outcome = {
  readonly target: Target;
  /** Epoch milliseconds. */
  readonly started: number;
  readonly ended: number;
  /** What still differs, warnings included. */
  readonly differences: readonly Difference[];
} & (
  | { readonly state: 'promoted'; readonly how: How; readonly image: Promoted }
  | { readonly state: 'unchanged'; readonly image: Promoted }
  | {
      readonly state: 'pending';
      readonly how: How;
      readonly imageId: string | undefined;
      readonly failure: Failure;
    }
  | {
      readonly state: 'failed';
      readonly imageId: string | undefined;
      readonly failure: Failure;
      /** What else is in the way, known at the same time. */
      readonly others: readonly Failure[];
      /** The image that is there all the same. */
      readonly there?: Promoted | undefined;
    }
  | { readonly state: 'skipped'; readonly failure: Failure }
);

/** The code of what a target is told in plan mode that a promotion would write: no problem. */
export const plannedCode = 'Planned';

/** The code of what a target is told that was not begun, because others failed the checks before the first write. */
export const notStartedCode = 'NotStarted';

/** The codes of what a target is told whose writes were undone, and whose writes could not all be. */
export const rolledBackCode = 'RolledBack';
export const notRolledBackCode = 'NotRolledBack';

/** Copied by this run, adopted while another run's copy was pending, or there already and mended. */
export type How = 'copied' | 'adopted' | 'mended';

/** An image as a read saw it: of what is promoted, available, under the right key, equal, tagged, shared. */
export interface Promoted {
  readonly id: string;
  /** The source image itself. */
  readonly inPlace: boolean;
  readonly snapshots: readonly Snapshot[];
  /** Who may launch it, wanted or not. */
  readonly sharedWith: readonly Principal[];
}

/** What a run opened on a source image for pulling, and what became of that. */
export interface Opened {
  readonly imageId: string;
  /** The image's snapshots, opened with it. */
  readonly snapshotIds: readonly string[];
  readonly region: string;
  readonly accounts: readonly string[];
  /** `kept`: `keep-source-access` asked for it; `open`: pulls may still need it, or it could not be closed. */
  readonly state: 'closed' | 'kept' | 'open';
  /** The tags of the run's note on the image, as it wrote it last. */
  readonly note: Tags;
  /** Accounts among them that notes of other runs list: whichever of those closes last takes them away. */
  readonly leftToOthers: readonly string[];
  /** Why it could not be closed. */
  readonly failure: Failure | undefined;
}

/** What became of undoing the writes of this run. */
export interface Rollback {
  readonly why: RollbackCause;
  /** A sentence for each thing that was undone. */
  readonly undone: readonly string[];
  readonly left: readonly Leftover[];
}

/** What `post` made of a step that never came to its end. */
export interface Finished {
  readonly opened: readonly Opened[];
  /** Undefined: the inputs ask for none. */
  readonly rollback: Rollback | undefined;
}

/** What could not be undone, why, and the commands that do it by hand; none where nothing can. */
export interface Leftover {
  /** The title of the target that it was written for. */
  readonly target: string;
  readonly what: string;
  /** Where it is, and where the commands are to be run. */
  readonly account: string;
  readonly failure: Failure;
  readonly commands: readonly string[];
}

/** Whether the target holds a verified image. */
export function isVerified(
  outcome: Outcome,
): outcome is Extract<Outcome, { readonly state: 'promoted' | 'unchanged' }> {
  return outcome.state === 'promoted' || outcome.state === 'unchanged';
}

/** What became of the whole step. */
export interface Result {
  /** One for every target that could be named; none when the source could not even be read. */
  readonly outcomes: readonly Outcome[];
  readonly opened: readonly Opened[];
  /** Why no target could be worked on, when that is so; the first is the one that ended the step. */
  readonly failures: readonly Failure[];
  /** What would be written, in plan mode. */
  readonly plan: Plan | undefined;
  /** Required targets failed the checks that come before the first write: nothing was written. */
  readonly stopped: boolean;
  /** Undefined: nothing was rolled back. */
  readonly rollback: Rollback | undefined;
  /** Why `post` is going to undo what this run did, where it is. */
  readonly undoing: RollbackCause | undefined;
  /** A signal ended the step before everything was decided. */
  readonly interrupted: boolean;
}

/** Of a step that did nothing yet. */
export const nothingYet: Result = {
  outcomes: [],
  opened: [],
  failures: [],
  plan: undefined,
  rollback: undefined,
  undoing: undefined,
  stopped: false,
  interrupted: false,
};
