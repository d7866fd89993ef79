import { Failed, type Failure, type FailureKind, interrupted } from '../model/failure.ts';
import type { Clock, Patience } from '../promotion/ports.ts';
import type { Attempted } from './error-row.ts';
import { failureOf } from './errors.ts';

/** The one retry policy: what is tried again, for how long, with which pauses. All else is final at once. */
const retries: Partial<Record<FailureKind, { withinMs: number; firstMs: number; mostMs: number }>> = {
  throttle: { withinMs: 15 * 60_000, firstMs: 1_000, mostMs: 30_000 },
  transient: { withinMs: 5 * 60_000, firstMs: 500, mostMs: 20_000 },
};
/** A place that has not answered in this run is given up sooner: nothing was begun there. */
const unansweredMs = 100_000;
/** After so long a throttled call is told of. */
const throttledMs = 30_000;
/** How long one request may take, its answer read to the end. */
const answerMs = 90_000;
/** And how long once a signal came: less than a runner waits. */
const graceMs = 3_000;
/** The pause between calls whose answer may be old news. */
const oldNewsMs = 2_000;
/** What AWS answers about something that it showed elsewhere moments ago, or that was given up moments ago. */
const stale = new Set([
  'InvalidAMIID.NotFound',
  'InvalidAMIID.Unavailable',
  'InvalidSnapshot.NotFound',
  'InvalidSnapshot.InUse',
]);
/** How far apart the calls of a throttled bucket are kept, at least and at most. */
const gapMs = { least: 200, most: 10_000 };

/** One call to AWS: what it is, and how patient to be beyond the policy. */
export interface Call extends Attempted {
  /** What AWS's throttling counts by: account, Region and action. */
  readonly bucket: string;
  readonly patience?: Patience | undefined;
  /** Called when AWS says that the session has expired: forget it, then the call is made once more. */
  readonly renew?: (() => void) | undefined;
  /** What must be there before the request is sent, such as a session: waited for under bounds of its own. */
  readonly prepare?: (() => Promise<unknown>) | undefined;
}

/**
 * Makes calls under the retry policy, with a pace for each throttling bucket: a throttled bucket is slowed
 * down for everyone, and speeds up again with each success.
 */
export class Caller {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #notice: (text: string) => void;
  readonly #random: () => number;
  readonly #answered = new Set<string>();
  /** Places that do not answer and buckets that are throttled, as far as that was told. */
  readonly #told = new Set<string>();
  readonly #paces = new Map<string, { gap: number; nextSlot: number; slowedAt: number }>();

  /** `notice` is told of places that do not answer, each once. */
  constructor(clock: Clock, signal: AbortSignal, notice: (text: string) => void, random: () => number) {
    this.#clock = clock;
    this.#signal = signal;
    this.#notice = notice;
    this.#random = random;
  }

  /** The answer of `send`; raises `Failed` once the policy is exhausted or the failure is final, with all tries. */
  async make<T>(call: Call, send: () => Promise<T>): Promise<T> {
    const tried: Failure[] = [];
    try {
      return await this.#try(call, send, tried);
    } catch (error) {
      if (error instanceof Failed) {
        const { failure, cause, others } = error;
        throw new Failed(failure, { cause, others, tries: tried });
      }
      throw error;
    }
  }

  async #try<T>(call: Call, send: () => Promise<T>, tried: Failure[]): Promise<T> {
    const started = this.#clock.now();
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      await this.#slot(call.bucket);
      const sentAt = this.#clock.now();
      try {
        await call.prepare?.();
        const answer = await this.#bounded(send);
        this.#quicken(call.bucket);
        this.#answered.add(call.where);
        return answer;
      } catch (error) {
        const failure = failureOf(error, call);
        if (failure === undefined) {
          throw error;
        }
        tried.push(failure);
        const mine = failure.action === call.action;
        this.#hear(failure, mine);
        if (failure.kind === 'expired' && mine && call.renew !== undefined && !renewed) {
          renewed = true;
          call.renew();
          continue;
        }
        if (failure.kind === 'throttle') {
          this.#slow(call.bucket, sentAt);
          this.#tellThrottled(call, started);
        }
        const pause = this.#pauseFor(failure, call, attempt, started);
        if (pause === undefined) {
          throw new Failed(failure, { cause: error });
        }
        await this.#clock.sleep(pause, this.#signal);
      }
    }
  }

  /**
   * An answer that stops halfway ends no wait of the SDK's: this does, and sooner after a signal. Nothing is sent after
   * one, and a write that was sent before has a moment to say what it made.
   */
  async #bounded<T>(send: () => Promise<T>): Promise<T> {
    if (this.#signal.aborted) {
      throw new Failed(interrupted);
    }
    const answered = new AbortController();
    const lateAfter = async (ms: number): Promise<never> => {
      await this.#clock.sleep(ms, answered.signal);
      throw Object.assign(new Error(`no answer within ${ms / 1000} s`), { name: 'TimeoutError' });
    };
    const cut = new Promise<never>((_, reject) => {
      const stop = () => lateAfter(graceMs).catch(reject);
      this.#signal.addEventListener('abort', stop, { once: true, signal: answered.signal });
    });
    try {
      return await Promise.race([send(), lateAfter(answerMs), cut]);
    } finally {
      answered.abort();
    }
  }

  /** How long to pause before the next try; undefined when there is none. */
  #pauseFor(failure: Failure, call: Call, attempt: number, started: number): number | undefined {
    const now = this.#clock.now();
    const { deniedUntil = 0, staleUntil = 0 } = call.patience ?? {};
    const until = failure.kind === 'permission' ? deniedUntil : stale.has(failure.code) ? staleUntil : 0;
    if (now + oldNewsMs < until) {
      return oldNewsMs;
    }
    const rule = retries[failure.kind];
    if (rule === undefined) {
      return undefined;
    }
    const most = Math.min(rule.mostMs, rule.firstMs * 2 ** (attempt - 1));
    const pause = most * (0.5 + this.#random() / 2);
    const within = this.#answered.has(failure.where) ? rule.withinMs : Math.min(rule.withinMs, unansweredMs);
    const withinMs = failure.requestId === undefined && failure.kind === 'transient' ? within : rule.withinMs;
    return now + pause - started > withinMs ? undefined : pause;
  }

  /** Being slowed down is usual; for long it is worth a line. */
  #tellThrottled({ action, where, bucket }: Call, started: number): void {
    if (this.#clock.now() - started > throttledMs && !this.#told.has(bucket)) {
      this.#told.add(bucket);
      this.#notice(`AWS goes on throttling ${action} in ${where}: trying again, more slowly.`);
    }
  }

  /** An answer with a request id comes from the place, whatever it says; without one nothing was heard from there. */
  #hear({ where, code, kind, requestId }: Failure, isMine: boolean): void {
    if (requestId !== undefined) {
      this.#answered.add(where);
    } else if (kind === 'transient' && isMine && !this.#told.has(where)) {
      this.#told.add(where);
      this.#notice(`No answer from ${where} (${code}): trying again.`);
    }
  }

  async #slot(bucket: string): Promise<void> {
    if (this.#signal.aborted) {
      throw new Failed(interrupted);
    }
    const pace = this.#paces.get(bucket);
    if (pace === undefined) {
      return;
    }
    const now = this.#clock.now();
    const slot = Math.max(now, pace.nextSlot);
    pace.nextSlot = slot + pace.gap;
    if (slot > now) {
      await this.#clock.sleep(slot - now, this.#signal);
    }
  }

  /** Calls that were sent together are refused together: one reason to slow down, not many. */
  #slow(bucket: string, sentAt: number): void {
    const now = this.#clock.now();
    const pace = this.#paces.get(bucket);
    if (pace === undefined || sentAt > pace.slowedAt) {
      const gap = Math.min(gapMs.most, (pace?.gap ?? gapMs.least / 2) * 2);
      this.#paces.set(bucket, { gap, slowedAt: now, nextSlot: Math.max(pace?.nextSlot ?? 0, now + gap) });
    }
  }

  #quicken(bucket: string): void {
    const pace = this.#paces.get(bucket);
    if (pace !== undefined) {
      pace.gap /= 2;
      if (pace.gap < gapMs.least / 2) {
        this.#paces.delete(bucket);
      }
    }
  }
}
