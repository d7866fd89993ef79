import { setTimeout as delay } from 'node:timers/promises';

export interface Newest<T> {
  /** Hands over what is soon to be sent, unless something newer comes before that. */
  offer(item: T): void;
  /** Drops what waits; resolves once nothing is under way any more, and nothing ever will be. */
  stop(): Promise<void>;
}

/** Sends the newest of what is offered, one at a time with a pause after each, until one `send` says false. */
export function newest<T>(send: (item: T) => Promise<boolean>, pauseMs: number): Newest<T> {
  const stopped = new AbortController();
  let next: { readonly item: T } | undefined;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (next !== undefined && !stopped.signal.aborted) {
      const { item } = next;
      next = undefined;
      if (!(await send(item))) {
        stopped.abort();
      }
      await delay(pauseMs, undefined, { ref: false, signal: stopped.signal }).catch(() => undefined);
    }
    running = undefined;
  };
  return {
    offer(item) {
      next = { item };
      running ??= run();
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
