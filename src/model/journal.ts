import type { Write } from './difference.ts';
import type { Tags } from './image.ts';

/**
 * A line of the journal: a write of this run, its intent noted before the call and what became of it after. The lines
 * of one write share `seq`, which counts up from 1.
 */
export type JournalEntry = Intent | Done | NotDone | Ended;

export interface Intent {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly phase: 'intent';
  /** The title of the target; null for what opens or closes a source image, and for what undoes other writes. */
  readonly target: string | null;
  readonly kind: Write['kind'];
  readonly request: Write;
  /** What undoing it needs. */
  readonly before: Before;
}

/** What was there before a write: of `set-tags`, the tags that it replaces, by resource. */
export interface Before {
  readonly tags?: Readonly<Record<string, Tags>>;
}

export interface Done {
  readonly seq: number;
  readonly phase: 'done';
  readonly result: Performed;
  readonly requestId: string | null;
}

export interface NotDone {
  readonly seq: number;
  readonly phase: 'failed';
  /** `mayHaveHappened`: AWS never said whether it was done. */
  readonly result: { readonly code: string; readonly mayHaveHappened: boolean };
  readonly requestId: string | null;
}

/** The step came to its end, began to undo what it did because it failed, or was cancelled: then `post` goes on. */
export interface Ended {
  readonly seq: number;
  readonly phase: 'finished' | 'rollback' | 'cancelled';
}

/** What AWS answered to a write. */
export interface Performed {
  /** Of the image that was made. */
  readonly imageId: string | null;
  /** Snapshots that went with an image that was removed. */
  readonly deleted: readonly string[];
}
