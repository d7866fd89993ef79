/** Aborted by the signals with which a runner cancels a job. */
export function abortedBySignals(): AbortController {
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => cancel.abort());
  }
  return cancel;
}

/** Resolves when a signal is aborted; never where none is. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const aborted = () => resolve();
    if (signal.aborted) {
      aborted();
    }
    signal.addEventListener('abort', aborted);
  });
}
