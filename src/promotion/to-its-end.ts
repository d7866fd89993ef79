import { type Failure, failuresIn } from '../model/failure.ts';
import type { Result } from '../model/outcome.ts';
import type { Clock, Ports, Step } from './ports.ts';
import { distinctFailures } from './together.ts';

/** After a signal, what is under way gets this long to say what it made: a runner goes on to force after 7.5 s. */
const graceMs = 2_500;

/**
 * What becomes of a step: at its end or, once it is cancelled, when its grace is over. That it was cancelled is on the disk
 * before this resolves, because `post` goes on from there. Never raises: what failed beyond all targets is in the result.
 */
export async function toItsEnd(
  step: Step,
  { clock, reporter, signal }: Pick<Ports, 'clock' | 'reporter' | 'signal'>,
): Promise<Result> {
  const over = new AbortController();
  const failuresOf = async (work: Promise<void>): Promise<readonly Failure[]> => {
    try {
      await work;
      return [];
    } catch (error) {
      reporter.trace(error);
      return failuresIn(error);
    }
  };
  const failures = await failuresOf(Promise.race([step.run(), graceOver(step, signal, clock, over.signal)]));
  const unnoted = signal.aborted ? await failuresOf(step.cancelled()) : [];
  over.abort();
  return { ...step.result(), failures: distinctFailures([...failures, ...unnoted]) };
}

/** Resolves when a signal came and the grace after it is over; never where none comes. */
async function graceOver(step: Step, cancelled: AbortSignal, clock: Clock, over: AbortSignal): Promise<void> {
  await aborted(cancelled);
  await step.cancelled();
  await clock.sleep(graceMs, over);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
