/** Aborted by the signals with which a runner cancels a job. */
export function abortedBySignals(): AbortController {
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => cancel.abort());
  }
  return cancel;
}
