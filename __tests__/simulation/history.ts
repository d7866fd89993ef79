import type { Changes } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';

/** What is going to happen, as plain data: a world, and what is done in it one after the other. */
export interface History {
  readonly seed: number;
  readonly world: Changes;
  readonly acts: readonly Act[];
  /** What the last runs ask for, once nothing goes wrong any more. */
  readonly last: Inputs;
  /** Targets that this world never allows, as `ami-… account region`. */
  readonly impossible: readonly string[];
}

export type Act =
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'meddle'; readonly what: Meddling }
  | {
      readonly kind: 'run';
      /** Side by side. */
      readonly steps: readonly Step[];
      /** What somebody else does once so many calls were made, or the first of an action. */
      readonly meanwhile?: Meanwhile;
    };

export interface Meanwhile {
  readonly when: number | string;
  readonly what: Meddling;
}

/** A step of a job. */
export interface Step {
  readonly given: Inputs;
  readonly runId: string;
  readonly runAttempt: string;
  /** 8 hexadecimal digits. */
  readonly process: string;
  readonly startsAfterSeconds: number;
  readonly end: End;
  /** What becomes of `post`: it comes after so many seconds and has an end of its own, or the runner is gone. */
  readonly post: { readonly afterSeconds: number; readonly end: End } | undefined;
}

/** How a process ends: by itself, or at its nth call or line of the journal, counted from 1. */
export type End =
  | { readonly kind: 'by-itself' }
  | { readonly kind: 'killed'; readonly atCall: number; readonly when: 'before' | 'after' }
  | { readonly kind: 'killed-writing'; readonly atLine: number }
  | { readonly kind: 'cancelled'; readonly atCall: number };

/** What a third party does: to the nth of our copies that are there, to the source, to a role or a Region. */
export type Meddling =
  | {
      readonly kind:
        | 'tag-copy'
        | 'untag-copy'
        | 'strip-copy'
        | 'share-copy'
        | 'unshare-copy'
        | 'deregister-copy';
      readonly nth: number;
    }
  | { readonly kind: 'tag-source' | 'describe-source'; readonly value: string }
  | { readonly kind: 'close-source'; readonly account: string }
  | { readonly kind: 'revoke-role' | 'restore-role'; readonly account: string }
  | {
      readonly kind: 'disable-region' | 'enable-region';
      readonly account: string;
      readonly region: string;
    };
