import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { Failed, interrupted } from '../../src/model/failure.ts';
import type { Clock } from '../../src/promotion/ports.ts';

const leapMs = 65_000;
const quietMs = 40;

interface Sleeper {
  readonly at: number;
  readonly owner: object | undefined;
  readonly wake: () => void;
}

/** Work that waits for its turn. */
interface Waiting {
  readonly owner: object | undefined;
  readonly begin: () => void;
}

/** Turns of the event loop in which nothing was begun: whoever had an answer has asked its next question by then. */
const settledTurns = 3;

/** Turns of the event loop without a sleeper: what the SDK reads from files once takes real time. */
const patience = 20_000;

/**
 * Time that only passes when nothing else happens: it jumps to the next sleeper once no request is under way.
 * The same object is the product's clock and the simulator's.
 */
export class VirtualTime implements Clock {
  #now: number;
  #busy = 0;
  #sleepers: readonly Sleeper[] = [];
  #waiting: readonly Waiting[] = [];
  #awaited = 0;
  #passing: Promise<void> | undefined;
  readonly #draw: (() => number) | undefined;

  /**
   * With `draw`, which gives numbers from 0 to below 1, works that time stands still for are done one at a time, in an
   * order that is drawn: so the same draws give the same history, whatever the machine is at.
   */
  constructor(start = Date.UTC(2026, 10, 21), draw?: () => number) {
    this.#now = start;
    this.#draw = draw;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal, owner?: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== mine);
        reject(new Failed(interrupted));
      };
      const mine: Sleeper = {
        at: this.#now + ms,
        owner,
        wake: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      if (signal.aborted) {
        reject(new Failed(interrupted));
        return;
      }
      signal.addEventListener('abort', stop, { once: true });
      this.#sleepers = [...this.#sleepers, mine];
    });
  }

  /** Whoever sleeps or waits for its owner's sake does so for ever. */
  forget(owner: object): void {
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.owner !== owner);
    this.#waiting = this.#waiting.filter((waiting) => waiting.owner !== owner);
  }

  /** Time stands still while this work goes on. */
  async during<T>(work: () => Promise<T>, owner?: object): Promise<T> {
    if (this.#draw === undefined) {
      this.#busy++;
    } else {
      await this.#turnOf(owner);
    }
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  /** Time passes while a request that is under way waits for it. */
  async apart(work: () => Promise<void>): Promise<void> {
    this.#busy--;
    try {
      await work();
    } finally {
      this.#busy++;
    }
  }

  /**
   * Lets time pass until the work is done; raises when nothing is left that could ever end it. Several works may
   * be awaited at once: one time passes for all of them.
   */
  async until<T>(work: Promise<T>): Promise<T> {
    const settle = () => {
      this.#awaited--;
    };
    this.#awaited++;
    work.then(settle, settle);
    this.#passing ??= this.#pass().finally(() => {
      this.#passing = undefined;
    });
    await Promise.race([work, this.#passing]);
    return work;
  }

  #turnOf(owner: object | undefined): Promise<void> {
    return new Promise((resolve) => {
      const begin = () => {
        this.#busy++;
        resolve();
      };
      this.#waiting = [...this.#waiting, { owner, begin }];
    });
  }

  #beginOne(draw: () => number): void {
    const chosen = this.#waiting[Math.floor(draw() * this.#waiting.length)];
    this.#waiting = this.#waiting.filter((waiting) => waiting !== chosen);
    chosen?.begin();
  }

  async #pass(): Promise<void> {
    for (let idle = 0; this.#awaited > 0; ) {
      await turn();
      idle = this.#busy > 0 ? 0 : idle + 1;
      if (idle <= settledTurns || this.#awaited === 0) {
        continue;
      }
      if (this.#draw !== undefined && this.#waiting.length > 0) {
        idle = 0;
        this.#beginOne(this.#draw);
      } else if (this.#sleepers.length > 0) {
        idle = 0;
        if (this.#draw !== undefined || (await this.#isQuiet())) {
          this.#wakeNext();
        }
      } else if (idle > patience) {
        throw new Error('everything waits, and nothing sleeps');
      }
    }
  }

  /**
   * Before a leap it takes a moment of real time to be sure that nothing is under way: the SDK loads some of its
   * modules when they are first needed, and the bound of a request must not pass meanwhile.
   */
  async #isQuiet(): Promise<boolean> {
    const before = this.#sleepers;
    if (Math.min(...before.map(({ at }) => at)) - this.#now < leapMs) {
      return true;
    }
    await pause(quietMs);
    return this.#busy === 0 && this.#sleepers === before;
  }

  #wakeNext(): void {
    const next = Math.min(...this.#sleepers.map(({ at }) => at));
    const due = this.#sleepers.filter(({ at }) => at <= next);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
    this.#now = Math.max(this.#now, next);
    for (const { wake } of due) {
      wake();
    }
  }
}
