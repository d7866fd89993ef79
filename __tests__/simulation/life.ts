import type { HttpHandlerOptions } from '@smithy/types';
import { SimulatorHandler } from '../../simulator/handler.ts';
import type { World } from '../../simulator/world.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { Clock, Journal } from '../../src/promotion/ports.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import type { End } from './history.ts';

/** The life of a process: it ends by itself, or at its nth call or line. From then on nothing of it reaches the world. */
export class Life {
  readonly #time: VirtualTime;
  readonly #end: End;
  readonly #signal = new AbortController();
  #calls = 0;
  #lines = 0;
  #isOver = false;
  #tellOver: () => void = () => undefined;
  /** Resolves when it was killed. */
  readonly killed: Promise<void>;
  wasKilled = false;

  constructor(time: VirtualTime, end: End) {
    this.#time = time;
    this.#end = end;
    this.killed = new Promise((resolve) => {
      this.#tellOver = resolve;
    });
  }

  get signal(): AbortSignal {
    return this.#signal.signal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The process has exited. */
  exit(): void {
    this.#isOver = true;
    this.#time.forget(this);
  }

  /** Sleeps on the process's own account, whatever its signal says. */
  sleep(ms: number): Promise<void> {
    return this.#time.sleep(ms, new AbortController().signal, this);
  }

  cancel(): void {
    this.#signal.abort();
  }

  /** A call is about to reach the world; its number, from 1. */
  async calls(): Promise<number> {
    this.#calls += 1;
    const call = this.#calls;
    this.#endAt(call, 'before');
    if (this.#end.kind === 'cancelled' && this.#end.atCall === call) {
      this.cancel();
    }
    await this.orNever();
    return call;
  }

  /** A call had its effect, and its answer is about to be heard. */
  async hears(call: number): Promise<void> {
    this.#endAt(call, 'after');
    await this.orNever();
  }

  /** Whether the line that is written now is the last thing it does, half of it. */
  async writes(line: string, write: (text: string) => void): Promise<void> {
    await this.orNever();
    this.#lines += 1;
    if (this.#end.kind === 'killed-writing' && this.#end.atLine === this.#lines) {
      write(line.slice(0, line.length / 2));
      this.#kill();
      await this.orNever();
    }
    write(line);
  }

  /** What a process that is over waits for never comes. */
  orNever(): Promise<void> {
    return this.#isOver ? new Promise<never>(() => undefined) : Promise.resolve();
  }

  #endAt(call: number, when: 'before' | 'after'): void {
    if (this.#end.kind === 'killed' && this.#end.when === when && this.#end.atCall === call) {
      this.#kill();
    }
  }

  #kill(): void {
    this.wasKilled = true;
    this.exit();
    this.#tellOver();
  }
}

/** Time as a process knows it. */
export function clockOf(time: VirtualTime, life: Life): Clock {
  return {
    now: () => time.now(),
    sleep: async (ms, signal) => {
      await life.orNever();
      await time.sleep(ms, signal, life);
    },
  };
}

/** The journal of a process, in the text of its file. */
export function journalOf(life: Life, write: (text: string) => void): Journal {
  return { append: (entry: JournalEntry) => life.writes(`${JSON.stringify(entry)}\n`, write) };
}

/** How long the client waits for an answer. */
const patienceMs = 60_000;

/**
 * The way of a process's calls to the world: each has its effect at one moment and is heard at another, and whatever
 * others do may come between.
 */
export class LifeHandler extends SimulatorHandler {
  readonly #time: VirtualTime;
  readonly #life: Life;
  readonly #begins: () => void;

  /** `begins` is told when a call is about to be answered. */
  constructor(world: World, time: VirtualTime, life: Life, begins: () => void) {
    super(world, (ms, signal) => time.apart(() => time.sleep(ms, signal, life)), patienceMs);
    this.#time = time;
    this.#life = life;
    this.#begins = begins;
  }

  override async handle(
    ...[request, options]: Parameters<SimulatorHandler['handle']>
  ): ReturnType<SimulatorHandler['handle']> {
    const life = this.#life;
    const call = await life.calls();
    const [answer] = await Promise.allSettled([
      this.#time.during(() => {
        this.#begins();
        return super.handle(request, options);
      }, life),
    ]);
    await life.hears(call);
    await this.#time.during(async () => undefined, life);
    await life.orNever();
    throwIfAborted(options);
    if (answer.status === 'rejected') {
      throw answer.reason;
    }
    return answer.value;
  }
}

function throwIfAborted(options: HttpHandlerOptions | undefined): void {
  if (options?.abortSignal?.aborted === true) {
    throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
  }
}
