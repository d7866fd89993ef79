import { compare } from '../aspects/compare.ts';
import { opening } from '../aspects/plan.ts';
import type { Difference, Write } from '../model/difference.ts';
import { Failed, type Failure, interrupted } from '../model/failure.ts';
import { isPending } from '../model/image.ts';
import { visibilityLagMs, writeLagMs } from '../model/lags.ts';
import type { Outcome } from '../model/outcome.ts';
import { titleOf, whereOf } from '../model/promotion.ts';
import { beforeOf } from './before.ts';
import { makeCopy } from './copying.ts';
import { lookForCopies, news, readAgain } from './news.ts';
import { nextStep } from './next-step.ts';
import { sentenceOfWrite } from './sentences.ts';
import type { Site } from './site.ts';
import { tidyUp } from './tidy.ts';
import { distinctFailures, together } from './together.ts';
import type { Work } from './work.ts';

const lookAgainMs = 2_000;
const maxTries = 3;
const tryAgainMs = 10_000;

/**
 * Makes a target true, starting from what was seen already. What may pass by itself is tried again, the whole target
 * with a new look, a few times and not after `deadline`; every reason is kept. Every way to end is an outcome; only a
 * defect of ours is raised.
 */
export async function converge(work: Work, site: Site): Promise<Outcome> {
  const { clock, reporter, signal } = site.ports;
  const reasons: Failure[] = [];
  for (let tries = 1; ; tries++) {
    try {
      if (tries > 1) {
        await clock.sleep(tryAgainMs, signal);
        await look(work, site);
        refuseAgain(reasons.at(-1), work);
      }
      return await untilNothingDiffers(work, site);
    } catch (error) {
      reporter.trace(error);
      const isFinal =
        tries === maxTries ||
        !(error instanceof Failed) ||
        reasons.includes(error.failure) ||
        !mayPass(error.failure, work, site);
      if (isFinal) {
        return endWith(error, work, clock.now(), reasons);
      }
      const { meaning, code } = error.failure;
      reasons.push(error.failure);
      reporter.line(
        `${titleOf(work.target)}: ${meaning} (${code}) Trying this target again, ${tries + 1} of ${maxTries}.`,
      );
    }
  }
}

/** What AWS answers to a copy whose source another run has just closed; it is opened again, and asked for again. */
const sourceLost = ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidRequest'];

/** Of a refusal that has other causes too, only a source that is no longer open is worth another try. */
function refuseAgain(reason: Failure | undefined, { target, seen }: Work): void {
  const isOpen = seen !== undefined && !compare(target, seen).some(({ aspect }) => aspect === 'open');
  if (reason?.code === 'InvalidRequest' && isOpen) {
    throw new Failed(reason);
  }
}

function mayPass(
  { kind, action, code }: Failure,
  { target }: Work,
  { door, deadline, ports }: Site,
): boolean {
  if (action === 'ec2:CopyImage' && sourceLost.includes(code)) {
    return door?.forget(target.owner.id) ?? false;
  }
  return kind === 'transient' && ports.clock.now() < deadline;
}

/** Observe → compare → perform, until nothing differs, it cannot, or time is up. */
async function untilNothingDiffers(work: Work, site: Site): Promise<Outcome> {
  const { clock } = site.ports;
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
    } else if (step.kind === 'tidy') {
      await tidyUp(work, site, step.writes);
    } else if (mustEnd(work, site)) {
      return work.ended(timeUp(work, site), clock.now());
    } else {
      await news(work, site);
    }
    await look(work, site);
  }
}

/** Observes a target on the images that are known of it. */
export async function look(work: Work, site: Pick<Site, 'observer' | 'door'>): Promise<void> {
  work.seen = await site.observer.look(work.target, work.finding, work.attempts, site.door);
  const image = work.seen.chosen?.image;
  if (image !== undefined && isPending(image)) {
    work.attempts = { ...work.attempts, watched: image.id };
  }
}

/** The outcome of whatever was raised; what is not a failure of ours is a defect, and raised on. */
export function endWith(error: unknown, work: Work, at: number, reasons: readonly Failure[] = []): Outcome {
  if (!(error instanceof Failed)) {
    throw error;
  }
  return error.failure.kind === 'interrupted'
    ? work.ended(interrupted, at)
    : work.failed(error.failure, at, distinctFailures([...error.others, ...reasons]));
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
  const { clock, signal } = site.ports;
  site.approval.permit(work.target, writes);
  const [copy] = writes.filter((one) => one.kind === 'copy-image');
  if (copy !== undefined) {
    // Whoever asked for a copy before looks for it once more: it may have come while something else was waited for.
    if (work.attempts.asked !== undefined && work.lookedBefore !== copy.attempt) {
      work.lookedBefore = copy.attempt;
      await lookForCopies(work, site);
    } else {
      await makeCopy(work, site, copy);
    }
    return;
  }
  const due = writes.filter((one) => clock.now() - work.lastWritten(one).at >= writeLagMs);
  const unseen = due.filter((one) => clock.now() - work.lastWritten(one).first >= visibilityLagMs);
  if (unseen.length > 0) {
    throw new Failed(notSeen(work, unseen));
  }
  if (due.length === 0) {
    await clock.sleep(lookAgainMs, signal);
  } else {
    await performAll(work, site, due);
    work.did('mended');
  }
  await readAgain(work, site);
}

async function performAll(work: Work, site: Site, due: readonly Write[]): Promise<void> {
  const { clock, reporter } = site.ports;
  const target = titleOf(work.target);
  const patience = { deniedUntil: 0, staleUntil: clock.now() + writeLagMs };
  work.wrote(due, clock.now());
  // What is taken away makes room under AWS's limits for what is added.
  const takes = ({ kind }: Write) => kind === 'unshare-image' || kind === 'unshare-snapshot';
  for (const some of [due.filter(takes), due.filter((one) => !takes(one))]) {
    await together(
      some.map((one) => {
        const before = beforeOf(one, work.seen?.chosen);
        return site.performer.perform(one, { target, before }, patience);
      }),
    );
  }
  reporter.line(`${target}: ${due.map(sentenceOfWrite).join('; ')}.`);
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

function timeUp(work: Work, site: Site): Failure {
  const started = site.deadline <= work.started;
  return {
    where: whereOf(work.target),
    action: 'wait',
    code: started ? 'StillCopying' : 'TimeIsUp',
    kind: 'transient',
    meaning: started
      ? 'The copy is under way; with wait-minutes: 0 the step does not wait for it.'
      : 'wait-minutes is over and the copy is still under way.',
    cure: 'The copy goes on by itself. Run the step again: it finds the copy, makes no second one, and then proves and shares it.',
  };
}

function notSeen(work: Work, writes: readonly Write[]): Failure {
  const times = Math.max(...writes.map((one) => work.lastWritten(one).times));
  return {
    where: whereOf(work.target),
    action: 'verify',
    code: 'WriteNotSeen',
    kind: 'permanent',
    meaning: `AWS accepted this ${times} times within ${visibilityLagMs / 60_000} minutes and does not show it: ${writes.map(sentenceOfWrite).join('; ')}.`,
    cure: 'Look for something that takes it back, such as another automation that owns these tags or permissions.',
  };
}
