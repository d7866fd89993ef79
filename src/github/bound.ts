/** How long something may take, and until when there is time. */
export interface Bound {
  /** Aborted once the time is over. */
  readonly signal: AbortSignal;
  readonly leftMs: () => number;
}

/** There was no more time. Under this name Octokit knows what was ended on purpose, and does not repeat it. */
class TimeOver extends Error {
  override readonly name = 'AbortError';
}

/**
 * The result of the work, if it comes within so long, and within the grace once the step is cancelled; else raises
 * `TimeOver`, and the work is told by the signal of its bound.
 */
export async function bounded<T>(
  ms: number,
  graceMs: number,
  cancelled: AbortSignal,
  work: (bound: Bound) => Promise<T>,
): Promise<T> {
  const over = Promise.withResolvers<never>();
  const stop = new AbortController();
  const end = () => {
    const reason = new TimeOver();
    stop.abort(reason);
    over.reject(reason);
  };
  let until = performance.now() + ms;
  let timer = setTimeout(end, ms);
  const hurry = () => {
    clearTimeout(timer);
    until = Math.min(until, performance.now() + graceMs);
    timer = setTimeout(end, until - performance.now());
  };
  if (cancelled.aborted) {
    hurry();
  }
  cancelled.addEventListener('abort', hurry);
  try {
    return await Promise.race([
      work({ signal: stop.signal, leftMs: () => until - performance.now() }),
      over.promise,
    ]);
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener('abort', hurry);
  }
}
