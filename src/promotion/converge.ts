import { compare } from '../aspects/compare.ts';
import { opening } from '../aspects/plan.ts';
import { visibilityLagMs } from '../aspects/present.ts';
import type { CopyImage, Difference, Write } from '../model/difference.ts';
import { Failed, type Failure, interrupted } from '../model/failure.ts';
import type { Image } from '../model/image.ts';
import type { Outcome } from '../model/outcome.ts';
import { titleOf } from '../model/promotion.ts';
import type { Approval } from './approval.ts';
import type { Door } from './door.ts';
import { nextStep } from './next-step.ts';
import { merge, type Observer } from './observe.ts';
import type { Ports } from './ports.ts';
import { sentenceOf } from './sentences.ts';
import type { Watch } from './watch.ts';
import type { Work } from './work.ts';

/** What one target works with. */
export interface Site {
  readonly ports: Ports;
  readonly observer: Observer;
  readonly watch: Watch;
  /** Of the source, for a pull. */
  readonly door: Door | undefined;
  readonly approval: Approval;
  /** Epoch milliseconds at which waiting for copies ends. */
  readonly deadline: number;
}

/** How long a write may take to show in what AWS answers, before it is made again. */
const writeLagMs = 60_000;
const maxSameWrites = 3;
const lookAgainMs = 2_000;
const queueMs = 30_000;
/** A pending image that AWS stops showing for this long is gone, not late. */
const goneMs = 60_000;

/**
 * Observe → compare → perform, until nothing differs, it fails, or time is up. Starts from what was seen
 * already. Every way to end is an outcome; only a defect of ours is raised.
 */
export async function converge(work: Work, site: Site): Promise<Outcome> {
  const { clock } = site.ports;
  try {
    for (;;) {
      work.differences = work.seen === undefined ? [] : compare(work.target, work.seen);
      const step = nextStep(work.differences);
      if (step.kind === 'done') {
        return work.promoted(clock.now());
      }
      if (step.kind === 'never') {
        return work.failed(step.failure, clock.now(), step.others);
      }
      const underWay = work.seen?.chosen !== undefined;
      if (step.kind === 'open' && !(underWay && mustEnd(work, site))) {
        await reachSource(work, site, step.differences);
      } else if (step.kind === 'write') {
        await write(work, site, step.writes);
      } else if (mustEnd(work, site)) {
        return work.ended(timeUp(work, site), clock.now());
      } else {
        await news(work, site);
      }
      await look(work, site);
    }
  } catch (error) {
    site.ports.reporter.trace(error);
    return endWith(error, work, clock.now());
  }
}

/** Observes a target on the images that are known of it. */
export async function look(work: Work, site: Pick<Site, 'observer' | 'door'>): Promise<void> {
  work.seen = await site.observer.look(work.target, work.finding, work.attempts, site.door);
  const image = work.seen.chosen?.image;
  if (image?.state === 'pending' || image?.state === 'transient') {
    work.attempts = { ...work.attempts, watched: image.id };
  }
}

/** The outcome of whatever was raised; what is not a failure of ours is a defect, and raised on. */
export function endWith(error: unknown, work: Work, at: number): Outcome {
  if (!(error instanceof Failed)) {
    throw error;
  }
  return error.failure.kind === 'interrupted'
    ? work.ended(interrupted, at)
    : work.failed(error.failure, at, error.others);
}

/** Gives access to the source again if it was taken away, and waits: for the source to be seen, or for its copy. */
async function reachSource(work: Work, site: Site, differences: readonly Difference[]): Promise<void> {
  const { target, seen } = work;
  if (site.door === undefined || target.pull === undefined) {
    throw new Error('only a pull opens its source');
  }
  const shut = differences.some(({ mend }) => mend.kind === 'write');
  const unapproved = shut ? site.approval.refusalOf(target, [opening(target)]) : undefined;
  if (unapproved !== undefined) {
    throw new Failed(unapproved);
  }
  if (shut && (await site.door.open([target.owner.id], target.pull))) {
    return;
  }
  if (seen?.chosen === undefined) {
    await site.door.pause(target.owner.id);
  } else {
    await news(work, site);
  }
}

async function write(work: Work, site: Site, writes: readonly Write[]): Promise<void> {
  const { aws, clock, reporter, signal } = site.ports;
  site.approval.permit(work.target, writes);
  const [copy] = writes.filter((one) => one.kind === 'copy-image');
  if (copy !== undefined) {
    await makeCopy(work, site, copy);
    return;
  }
  const due = writes.filter((one) => clock.now() - work.lastWritten(one).at >= writeLagMs);
  const unseen = due.filter((one) => work.lastWritten(one).times >= maxSameWrites);
  if (unseen.length > 0) {
    throw new Failed(notSeen(work, unseen, maxSameWrites));
  }
  if (due.length === 0) {
    await clock.sleep(lookAgainMs, signal);
  } else {
    const patience = { deniedUntil: 0, staleUntil: clock.now() + writeLagMs };
    await Promise.all(due.map((one) => aws.perform(one, patience)));
    work.did('mended');
    work.wrote(due, clock.now());
    reporter.line(`${titleOf(work.target)}: ${due.map(sentenceOf).join('; ')}.`);
  }
  await readAgain(work, site);
}

/** The one call that makes an image. Its token makes a repetition harmless; a mismatch means: look again. */
async function makeCopy(work: Work, site: Site, copy: CopyImage): Promise<void> {
  const { aws, clock, reporter, signal } = site.ports;
  const title = titleOf(work.target);
  try {
    const { imageId } = await aws.perform(copy, site.door?.patience(work.target.owner.id));
    asked(work, copy, imageId, clock.now());
    reporter.line(`${title}: copying as ${imageId}${copy.attempt > 1 ? ` (attempt ${copy.attempt})` : ''}.`);
  } catch (error) {
    if (!(error instanceof Failed)) {
      throw error;
    }
    if (error.failure.code === 'IdempotentParameterMismatch') {
      asked(work, copy, undefined, clock.now());
      reporter.line(
        `${title}: attempt ${copy.attempt} was asked for before, with other parameters: looking for it, up to five minutes.`,
      );
    } else if (error.failure.kind === 'quota' && clock.now() < site.deadline) {
      reporter.line(
        `${title}: AWS allows no more copies at the moment; asking again in ${queueMs / 1000} s.`,
      );
      await clock.sleep(queueMs, signal);
    } else {
      throw error;
    }
  }
}

function asked(work: Work, { attempt }: CopyImage, imageId: string | undefined, since: number): void {
  work.attempts = { ...work.attempts, made: work.attempts.made + 1, asked: { imageId, attempt, since } };
  if (imageId !== undefined) {
    work.did('copied');
  }
}

/** Waiting for a copy ends with the step's time; looking for one that was asked for has its own bound. */
function mustEnd(work: Work, site: Site): boolean {
  const { attempts, seen } = work;
  const searching = seen?.chosen === undefined && attempts.asked?.imageId === undefined;
  const bound = searching
    ? Math.max(site.deadline, (attempts.asked?.since ?? 0) + visibilityLagMs)
    : site.deadline;
  return site.ports.clock.now() >= bound;
}

/** The next news of the place about this target's image. */
async function news(work: Work, site: Site): Promise<void> {
  const chosen = work.seen?.chosen?.image;
  const { clock } = site.ports;
  const asking = clock.now();
  const images = await nextImages(work, site);
  if (images === undefined) {
    const { asked } = work.attempts;
    // Only looks that were answered count against a copy that is not seen yet.
    const since = (asked?.since ?? 0) + clock.now() - asking;
    work.attempts = { ...work.attempts, asked: asked && { ...asked, since } };
    return;
  }
  if (chosen === undefined) {
    remember(work, images);
    const found = images.find((image) => image.id !== work.attempts.asked?.imageId);
    if (found !== undefined && work.attempts.asked?.imageId === undefined) {
      work.did('adopted');
    }
  } else if (images.some((image) => image.id === chosen.id)) {
    work.missingSince = undefined;
    remember(work, images);
  } else {
    const now = site.ports.clock.now();
    work.missingSince ??= now;
    if (now - work.missingSince > goneMs) {
      remember(work, [{ ...chosen, state: 'deregistered', stateReason: 'AWS no longer shows it' }]);
    }
  }
}

/** Undefined when AWS did not answer for minutes: the copy goes on meanwhile, and so does the waiting. */
async function nextImages(work: Work, { watch }: Site): Promise<readonly Image[] | undefined> {
  const chosen = work.seen?.chosen?.image;
  const wish = {
    imageId: chosen?.id ?? work.attempts.asked?.imageId,
    origin: chosen === undefined ? work.target.source.origin : undefined,
  };
  try {
    return await watch.next(wish);
  } catch (error) {
    const passing = error instanceof Failed && ['transient', 'throttle'].includes(error.failure.kind);
    if (passing) {
      return undefined;
    }
    throw error;
  }
}

async function readAgain(work: Work, { ports }: Site): Promise<void> {
  const image = work.seen?.chosen?.image;
  if (image !== undefined) {
    remember(work, await ports.aws.images(image, { by: 'id', ids: [image.id] }));
  }
}

function remember(work: Work, images: readonly Image[]): void {
  work.finding = { ...work.finding, images: merge(work.finding.images, images) };
}

function timeUp(work: Work, site: Site): Failure {
  const started = site.deadline <= work.started;
  return {
    where: `${work.target.owner.name}/${work.target.region}`,
    action: 'wait',
    code: started ? 'StillCopying' : 'TimeIsUp',
    requestId: undefined,
    kind: 'transient',
    meaning: started
      ? 'The copy is under way; with wait-minutes: 0 the step does not wait for it.'
      : 'wait-minutes is over and the copy is still under way.',
    cure: 'The copy goes on by itself. Run the step again: it finds the copy, makes no second one, and then proves and shares it.',
  };
}

function notSeen(work: Work, writes: readonly Write[], times: number): Failure {
  return {
    where: `${work.target.owner.name}/${work.target.region}`,
    action: 'verify',
    code: 'WriteNotSeen',
    requestId: undefined,
    kind: 'permanent',
    meaning: `AWS accepted this ${times} times and does not show it: ${writes.map(sentenceOf).join('; ')}.`,
    cure: 'Look for something that takes it back, such as another automation that owns these tags or permissions.',
  };
}
