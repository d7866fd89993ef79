import type { CopyImage } from '../model/difference.ts';
import { Failed } from '../model/failure.ts';
import { titleOf } from '../model/promotion.ts';
import type { Site } from './site.ts';
import type { Work } from './work.ts';

const queueMs = 30_000;

/** The one call that makes an image. Its token makes a repetition harmless; a mismatch means: look again. */
export async function makeCopy(work: Work, site: Site, copy: CopyImage): Promise<void> {
  const { clock, reporter, signal } = site.ports;
  const title = titleOf(work.target);
  const unanswered = work.unansweredSince;
  work.unansweredSince = clock.now();
  try {
    const patience = site.door?.patience(work.target.owner.id);
    const { imageId } = await site.performer.perform(copy, { target: title }, patience);
    work.unansweredSince = undefined;
    asked(work, copy, imageId ?? undefined, clock.now());
    reporter.line(`${title}: copying as ${imageId}${copy.attempt > 1 ? ` (attempt ${copy.attempt})` : ''}.`);
  } catch (error) {
    if (!(error instanceof Failed)) {
      throw error;
    }
    work.unansweredSince = error.mayHaveHappened ? clock.now() : unanswered;
    if (error.failure.code === 'IdempotentParameterMismatch') {
      asked(work, copy, undefined, clock.now());
      reporter.line(
        `${title}: attempt ${copy.attempt} was asked for before, with other parameters: looking for it, up to five minutes.`,
      );
    } else if (error.failure.kind === 'quota' && clock.now() < site.deadline) {
      if (!work.isQueued) {
        work.isQueued = true;
        reporter.line(
          `${title}: AWS allows no more copies at the moment; asking again every ${queueMs / 1000} s.`,
        );
      }
      await clock.sleep(queueMs, signal);
    } else {
      throw error;
    }
  }
}

function asked(work: Work, { attempt }: CopyImage, imageId: string | undefined, since: number): void {
  const { made, asks } = work.attempts;
  work.attempts = {
    ...work.attempts,
    made: imageId === undefined ? made : made + 1,
    asks: asks + 1,
    asked: { imageId, attempt, since },
  };
  if (imageId !== undefined) {
    work.did('copied');
  }
}
