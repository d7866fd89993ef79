import { setImmediate as turn } from 'node:timers/promises';
import { Failed, interrupted } from '../../src/model/failure.ts';
import type { Clock } from '../../src/promotion/ports.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that only passes when nothing else happens: it jumps to the next sleeper once no request is under way.
 * The same object is the product's clock and the simulator's.
 */
export class VirtualTime implements Clock {
  #now: number;
  #busy = 0;
  #sleepers: readonly Sleeper[] = [];

  constructor(start = Date.UTC(2026, 10, 21)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== mine);
        reject(new Failed(interrupted));
      };
      const mine: Sleeper = {
        at: this.#now + ms,
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

  /** Time stands still while this work goes on. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  /** Lets time pass until the work is done; raises when nothing is left that could ever end it. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settle = () => {
      done = true;
    };
    work.then(settle, settle);
    for (let idle = 0; !done; ) {
      await turn();
      idle = this.#busy > 0 ? 0 : idle + 1;
      if (idle > 3) {
        idle = 0;
        this.#wakeNext();
      }
    }
    return work;
  }

  #wakeNext(): void {
    if (this.#sleepers.length === 0) {
      throw new Error('everything waits, and nothing sleeps');
    }
    const next = Math.min(...this.#sleepers.map(({ at }) => at));
    const due = this.#sleepers.filter(({ at }) => at <= next);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
    this.#now = Math.max(this.#now, next);
    for (const { wake } of due) {
      wake();
    }
  }
}
