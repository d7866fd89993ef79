import type { Difference, Write } from '../model/difference.ts';
import type { Failure } from '../model/failure.ts';
import type { Attempts, Observation } from '../model/observation.ts';
import { type How, type Outcome, plannedCode } from '../model/outcome.ts';
import type { Target } from '../model/promotion.ts';
import { type Finding, noAttempts } from './observe.ts';
import { distinct } from './together.ts';

/** What a run knows about one target while it works on it; from this an outcome can be said at any moment. */
export class Work {
  readonly target: Target;
  readonly started: number;
  attempts: Attempts = noAttempts;
  finding: Finding = { images: [], namesakes: [], relatives: new Map() };
  seen: Observation | undefined;
  differences: readonly Difference[] = [];
  /** What is known to be in the way before anything was written. */
  problems: readonly Failure[] = [];
  /** Since when AWS no longer shows the image that is awaited, in epoch milliseconds. */
  missingSince: number | undefined;
  outcome: Outcome | undefined;
  #how: How | undefined;
  readonly #written = new Map<string, { readonly times: number; readonly at: number }>();

  constructor(target: Target, started: number) {
    this.target = target;
    this.started = started;
  }

  /** The image that the target holds or will hold, as far as it is known. */
  get imageId(): string | undefined {
    return this.seen?.chosen?.image.id ?? this.attempts.asked?.imageId;
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
      this.#written.set(JSON.stringify(write), { at, times: this.lastWritten(write).times + 1 });
    }
  }

  lastWritten(write: Write): { readonly times: number; readonly at: number } {
    return this.#written.get(JSON.stringify(write)) ?? { times: 0, at: Number.NEGATIVE_INFINITY };
  }

  /** Decides the outcome, once. */
  promoted(at: number): Outcome {
    const chosen = this.seen?.chosen;
    if (chosen === undefined) {
      throw new Error('a target without an image cannot be promoted');
    }
    const { inPlace, permissions = [], snapshots } = chosen;
    const image = { id: chosen.image.id, inPlace, snapshots, sharedWith: permissions };
    return this.#decide(
      this.#how === undefined
        ? { ...this.#facts(at), state: 'unchanged', image }
        : { ...this.#facts(at), state: 'promoted', how: this.#how, image },
    );
  }

  /** Adds to what is in the way. */
  meets(failures: readonly Failure[]): void {
    this.problems = distinct([...this.problems, ...failures]);
  }

  /** `others` are known to be in the way, too. */
  failed(failure: Failure, at: number, others: readonly Failure[] = []): Outcome {
    return this.#decide({ ...this.#facts(at), state: 'failed', imageId: this.imageId, failure, others });
  }

  /** Nothing is written in plan mode, so what differs stays as it is. */
  planned(at: number): Outcome {
    const state = this.seen?.chosen?.image.state;
    const isComing = state !== undefined && state !== 'available';
    const meaning = isComing
      ? 'A copy is on its way; a promotion would wait for it.'
      : 'A promotion would write here; the plan says what.';
    const failure: Failure = {
      where: `${this.target.owner.name}/${this.target.region}`,
      action: 'plan',
      code: plannedCode,
      requestId: undefined,
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
      code: 'NotStarted',
      requestId: undefined,
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
    const underWay = this.imageId !== undefined || this.attempts.asked !== undefined;
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

  #facts(ended: number): Pick<Outcome, 'target' | 'started' | 'ended' | 'differences'> {
    return { target: this.target, started: this.started, ended, differences: this.differences };
  }

  #decide(outcome: Outcome): Outcome {
    this.outcome ??= outcome;
    return this.outcome;
  }
}
