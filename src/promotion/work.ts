import { pullTagsIn } from '../aspects/pull-tags.ts';
import type { Difference, Write } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import { isPending } from '../model/image.ts';
import { visibilityLagMs } from '../model/lags.ts';
import type { Attempts, Observation } from '../model/observation.ts';
import {
  type How,
  isVerified,
  notRolledBackCode,
  notStartedCode,
  type Outcome,
  type Promoted,
  plannedCode,
  type Rollback,
  rolledBackCode,
} from '../model/outcome.ts';
import { type Promotion, type Target, titleOf, whereOf } from '../model/promotion.ts';
import { type Finding, noAttempts } from './observe.ts';
import { distinctFailures } from './together.ts';

/** How often a write was made, and when first and last, in epoch milliseconds. */
interface Written {
  readonly times: number;
  readonly first: number;
  readonly at: number;
}

const never: Written = { times: 0, first: Number.POSITIVE_INFINITY, at: Number.NEGATIVE_INFINITY };

/** What a run knows about one target while it works on it; from this an outcome can be said at any moment. */
export class Work {
  readonly target: Target;
  readonly started: number;
  attempts: Attempts = noAttempts;
  finding: Finding = { images: [], namesakes: [], relatives: new Map(), snapshots: [] };
  seen: Observation | undefined;
  differences: readonly Difference[] = [];
  /** What is known to be in the way before anything was written. */
  problems: readonly Failure[] = [];
  /** Since when AWS no longer shows the image that is awaited, in epoch milliseconds. */
  missingSince: number | undefined;
  /** When AWS was asked for a copy and gave no answer, in epoch milliseconds. */
  unansweredSince: number | undefined;
  /** The attempt before which it was looked once more for the copies of earlier ones. */
  lookedBefore: number | undefined;
  /** Whether it was told that AWS takes no more copies at the moment. */
  isQueued = false;
  outcome: Outcome | undefined;
  #how: How | undefined;
  readonly #written = new Map<string, Written>();

  constructor(target: Target, started: number) {
    this.target = target;
    this.started = started;
  }

  /** The image that the target holds or will hold, as far as it is known. */
  get imageId(): string | undefined {
    return this.seen?.chosen?.image.id ?? this.attempts.asked?.imageId;
  }

  /** Whether a copy may be under way, which needs its source until it has ended: one may not be seen yet. */
  mayBeCopying(at: number): boolean {
    const image = this.seen?.chosen?.image;
    if (image !== undefined) {
      return isPending(image);
    }
    const asked = Math.max(this.attempts.asked?.since ?? 0, this.unansweredSince ?? 0);
    return at - asked < visibilityLagMs;
  }

  /** Whether a required target is decided, and not there: on its way is no failure where nobody waits for it. */
  isMissing(waitMinutes: number): boolean {
    const { outcome, target } = this;
    const isAwaited = outcome?.state === 'pending' && waitMinutes === 0;
    return target.required && outcome !== undefined && !isVerified(outcome) && !isAwaited;
  }

  /** A plan that does not cover the writes stops everything; other failures those of required targets do. */
  stopsAll(preflightFailures: Promotion['preflightFailures']): boolean {
    const { outcome, target } = this;
    return (
      outcome?.state === 'failed' &&
      ([outcome.failure, ...outcome.others].some(({ code }) => code === 'NotInPlan') ||
        (target.required && preflightFailures === 'stop'))
    );
  }

  /** The strongest thing that was done wins: a copy that was tagged afterwards is a copy. */
  did(how: How): void {
    const order: readonly How[] = ['mended', 'adopted', 'copied'];
    if (this.#how === undefined || order.indexOf(how) > order.indexOf(this.#how)) {
      this.#how = how;
    }
  }

  /** Counts how often each write was made, and when last: what AWS took may take a while to show. */
  wrote(writes: readonly Write[], at: number): void {
    for (const write of writes) {
      const { times, first } = this.lastWritten(write);
      this.#written.set(JSON.stringify(write), { at, times: times + 1, first: times === 0 ? at : first });
    }
  }

  /** How often exactly this write was made, and when; never, for one that was not. */
  lastWritten(write: Write): Written {
    return this.#written.get(JSON.stringify(write)) ?? never;
  }

  /** Decides the outcome, once. */
  promoted(at: number): Outcome {
    const image = imageIn(this.seen);
    if (image === undefined) {
      throw new Error('a target without an image cannot be promoted');
    }
    return this.#decide(
      this.#how === undefined
        ? { ...this.#facts(at), state: 'unchanged', image }
        : { ...this.#facts(at), state: 'promoted', how: this.#how, image },
    );
  }

  /** Adds to what is in the way. */
  meets(failures: readonly Failure[]): void {
    this.problems = distinctFailures([...this.problems, ...failures]);
  }

  /** `others` are known to be in the way, too. */
  failed(failure: Failure, at: number, others: readonly Failure[] = []): Outcome {
    const isThere = this.seen?.chosen?.image.state === 'available';
    const there = isThere ? imageIn(this.seen) : undefined;
    const { imageId } = this;
    return this.#decide({ ...this.#facts(at), state: 'failed', imageId, failure, others, there });
  }

  /** Nothing is written in plan mode, so what differs stays as it is. */
  planned(at: number): Outcome {
    const state = this.seen?.chosen?.image.state;
    const isComing = state !== undefined && state !== 'available';
    const meaning = isComing
      ? 'A copy is on its way; a promotion would wait for it.'
      : 'A promotion would write here; the plan says what.';
    const failure: Failure = {
      where: whereOf(this.target),
      action: 'plan',
      code: plannedCode,
      kind: 'precondition',
      meaning,
      cure: 'Promote with the same inputs, and with this plan as approved-plan if nothing but that shall be written.',
    };
    return this.#decide({ ...this.#facts(at), state: 'skipped', failure });
  }

  /** Left as it is, because so many other targets failed the checks that come before the first write. */
  notStarted(failed: number, at: number): Outcome {
    const failure: Failure = {
      where: '',
      action: 'check',
      code: notStartedCode,
      kind: 'precondition',
      meaning: `Nothing was written, because ${failed === 1 ? 'a target' : `${failed} targets`} failed the checks that come before the first write.`,
      cure: 'Mend what failed there, then run the step again.',
    };
    const isThere = this.seen?.chosen?.image.state === 'available';
    return isThere
      ? this.#decide({ ...this.#facts(at), state: 'skipped', failure })
      : this.ended(failure, at);
  }

  /** Ended before it was decided: pending if a copy is or may be under way, skipped if nothing was begun. */
  ended(failure: Failure, at: number): Outcome {
    const underWay =
      this.imageId !== undefined || this.attempts.asked !== undefined || this.unansweredSince !== undefined;
    return this.#decide(
      underWay
        ? {
            ...this.#facts(at),
            state: 'pending',
            how: this.#how ?? 'adopted',
            imageId: this.imageId,
            failure,
          }
        : { ...this.#facts(at), state: 'skipped', failure },
    );
  }

  /** What this run did here was undone, as far as that was possible; replaces the outcome, whatever it was. */
  rolledBack(at: number, { left }: Rollback): Outcome {
    const isLeft = left.some(({ target }) => target === titleOf(this.target));
    const meaning = isLeft
      ? 'Required targets failed, and what this run did here could not be undone whole.'
      : 'What this run did here was undone, because required targets failed.';
    const cure = 'Mend what failed, or give it more wait-minutes if time was up. Then run the step again.';
    return this.#replace(at, isLeft ? notRolledBackCode : rolledBackCode, meaning, cure, isLeft);
  }

  /** What this run did here is undone by `post`; replaces the outcome, whatever it was. */
  undoneLater(at: number): Outcome {
    const meaning = 'The step was cut off, and its post phase undoes what this run did here.';
    return this.#replace(at, rolledBackCode, meaning, 'Run the step again if it is wanted after all.', false);
  }

  #replace(at: number, code: string, meaning: string, cure: string, isThere: boolean): Outcome {
    const where = whereOf(this.target);
    const common = { where, action: 'rollback', kind: 'permanent' } as const;
    const failure: Failure = { ...common, code, meaning, cure };
    // That a copy goes on by itself is no longer true of it.
    const reason = this.outcome !== undefined && 'failure' in this.outcome ? this.outcome.failure : undefined;
    const isReason = reason !== undefined && reason.kind !== 'interrupted' && reason.action !== 'rollback';
    const imageId = isThere ? this.imageId : undefined;
    this.outcome = {
      ...this.#facts(at),
      state: 'failed',
      imageId,
      failure: isReason ? { ...reason, cure: reason.action === 'wait' ? cure : reason.cure } : failure,
      others: isReason ? [failure] : [],
    };
    return this.outcome;
  }

  #facts(ended: number): Pick<Outcome, 'target' | 'started' | 'ended' | 'differences'> {
    return { target: this.target, started: this.started, ended, differences: this.differences };
  }

  #decide(outcome: Outcome): Outcome {
    this.outcome ??= outcome;
    return this.outcome;
  }
}

function imageIn(seen: Observation | undefined): Promoted | undefined {
  if (seen?.chosen === undefined) {
    return undefined;
  }
  const { image, inPlace, permissions = [], snapshots } = seen.chosen;
  // Who may only pull it from here is told apart, and loses its access when the source is closed.
  const pulling = pullTagsIn(image.tags).flatMap(({ accounts }) => accounts);
  const sharedWith = permissions.filter(({ id }) => !pulling.includes(id));
  return { id: image.id, inPlace, snapshots, sharedWith };
}
