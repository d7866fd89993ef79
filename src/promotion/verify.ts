import { compare } from '../aspects/compare.ts';
import { compareAtGate, shutBy } from '../aspects/gate.ts';
import { Failed, type Failure, interrupted } from '../model/failure.ts';
import type { Outcome, Result } from '../model/outcome.ts';
import { type Promotion, placeOf, titleOf } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { readAll } from './accounts.ts';
import { ConsumerObserver } from './consumer.ts';
import { heartbeat } from './heartbeat.ts';
import { merge, nameOf, noAttempts, Observer } from './observe.ts';
import { type Planned, planOf } from './plan.ts';
import type { Ports, Step } from './ports.ts';
import { checkRegions } from './regions.ts';
import { sourceLine } from './sentences.ts';
import { noteOf, targetsOf } from './targets.ts';
import { distinct } from './together.ts';
import { Work } from './work.ts';

/**
 * The gate: says whether a promotion holds, as the owners see it and, where one is named, as the consumer does. What may
 * come by itself is waited for, for `wait-minutes`; what nothing but a person can mend ends the waiting for everything.
 * Writes nothing. Raises `Failed` when no target could be named; everything else is in the outcomes.
 */
export class Verifier implements Step {
  readonly #promotion: Promotion;
  readonly #run: Run;
  readonly #ports: Ports;
  readonly #started: number;
  readonly #deadline: number;
  readonly #observer: Observer;
  readonly #consumer: ConsumerObserver | undefined;
  #works: readonly Work[] = [];
  #sources: Awaited<ReturnType<typeof readAll>> = [];

  constructor(promotion: Promotion, run: Run, ports: Ports) {
    this.#promotion = promotion;
    this.#run = run;
    this.#ports = ports;
    this.#started = ports.clock.now();
    this.#deadline = this.#started + promotion.waitMinutes * 60_000;
    this.#observer = new Observer(ports.aws, ports.clock, promotion);
    const { consumer } = promotion;
    this.#consumer =
      consumer && ports.consumer && new ConsumerObserver(consumer, ports.consumer, ports.aws, promotion);
  }

  async run(): Promise<Result> {
    const stopBeating = heartbeat(() => this.#works, this.#ports);
    try {
      await this.#work();
    } finally {
      stopBeating();
    }
    return this.result();
  }

  /** Nothing was written, so nothing is left to go on with. */
  async cancelled(): Promise<void> {}

  /** What is known so far; targets that are not decided are told as interrupted. */
  result(): Result {
    const now = this.#ports.clock.now();
    return {
      interrupted: this.#undecided().length > 0 || this.#ports.signal.aborted,
      outcomes: this.#works.map((work) => work.outcome ?? work.ended(interrupted, now)),
      opened: [],
      failures: [],
      plan: this.#works.length === 0 ? undefined : planOf(this.#sources, this.#works.map(planned)),
      rollback: undefined,
      undoing: undefined,
      stopped: false,
    };
  }

  async #work(): Promise<void> {
    const { clock, reporter, signal } = this.#ports;
    this.#sources = await readAll(this.#promotion, this.#observer, this.#ports, this.#deadline);
    for (const source of this.#sources) {
      reporter.line(sourceLine(source));
    }
    const note = noteOf(this.#promotion, this.#run, this.#started);
    const targets = targetsOf(this.#promotion, this.#sources, this.#run, note);
    this.#works = targets.map((target) => new Work(target, this.#started));
    reporter.line(this.#beginning());
    const told = new Map<Work, string>();
    for (;;) {
      await this.#look();
      const isHopeless = this.#decide();
      const waiting = this.#undecided();
      if (waiting.length === 0) {
        return;
      }
      if (isHopeless || clock.now() >= this.#deadline) {
        this.#giveUp(waiting);
        return;
      }
      for (const work of waiting) {
        const why = reasonsOf(work)
          .map(({ meaning }) => meaning)
          .join(' ');
        if (told.get(work) !== why) {
          told.set(work, why);
          reporter.line(`${titleOf(work.target)}: waiting. ${why}`);
        }
      }
      await clock.sleep(this.#promotion.pollSeconds * 1000, signal);
    }
  }

  #beginning(): string {
    const { length } = this.#works;
    const targets = `${length} ${length === 1 ? 'target' : 'targets'}`;
    const { consumer } = this.#promotion;
    return `Verifying ${targets} as their owners see them${consumer === undefined ? '' : `, and as ${consumer.roleArn} does`}.`;
  }

  /** One look at every place where something is not decided yet, then one as the consumer at what is there. */
  async #look(): Promise<void> {
    for (const work of this.#undecided()) {
      work.problems = [];
    }
    const places = Map.groupBy(this.#undecided(), ({ target }) => nameOf(placeOf(target)));
    await Promise.all([...places.values()].map((here) => this.#attempt(here, () => this.#lookAt(here))));
    if (this.#consumer !== undefined) {
      const regions = Map.groupBy(this.#undecided().filter(isThere), ({ target }) => target.region);
      await Promise.all(
        [...regions].map(([region, some]) => this.#attempt(some, () => this.#lookAsConsumer(region, some))),
      );
    }
    for (const work of this.#undecided()) {
      work.differences = work.seen === undefined ? [] : compareAtGate(work.target, work.seen);
    }
  }

  async #lookAt(here: readonly Work[]): Promise<void> {
    const targets = here.map(({ target }) => target);
    const [first] = targets;
    if (first === undefined) {
      return;
    }
    const place = placeOf(first);
    checkRegions(first, undefined, await this.#observer.regions(first.owner.id));
    const findings = await this.#observer.find(place, targets);
    // A source image carries no tag of ours to be found by: in its own place it is read again by its id.
    const ids = here.flatMap(({ seen }) => (seen?.chosen?.inPlace === true ? [seen.chosen.image.id] : []));
    const again = ids.length === 0 ? [] : await this.#ports.aws.images(place, { by: 'id', ids });
    await Promise.all(
      here.map(async (work) => {
        const finding = findings.get(work.target) ?? work.finding;
        work.finding = { ...finding, images: merge(finding.images, again) };
        work.seen = await this.#observer.look(work.target, work.finding, noAttempts, undefined);
      }),
    );
  }

  async #lookAsConsumer(region: string, works: readonly Work[]): Promise<void> {
    const shown = works.flatMap(({ seen }) => seen?.chosen ?? []);
    const views = await this.#consumer?.look(region, shown);
    for (const work of works) {
      const id = work.seen?.chosen?.image.id ?? '';
      work.seen = work.seen && { ...work.seen, consumer: views?.get(id) };
    }
  }

  /** What could not be read is in the way of all that it was read for. */
  async #attempt(works: readonly Work[], look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      if (!(error instanceof Failed) || error.failure.kind === 'interrupted') {
        throw error;
      }
      this.#ports.reporter.trace(error);
      for (const work of works) {
        work.meets([error.failure, ...error.others]);
      }
    }
  }

  /** Decides what holds and what never will; true when a required target never will, so that waiting is in vain. */
  #decide(): boolean {
    const now = this.#ports.clock.now();
    for (const work of this.#undecided()) {
      const reasons = reasonsOf(work);
      const [first, ...others] = distinct([
        ...reasons.filter((reason) => !mayPass(work, reason)),
        ...reasons,
      ]);
      if (first === undefined) {
        this.#land(work.promoted(now));
      } else if (!mayPass(work, first)) {
        this.#land(work.failed(first, now, others));
      }
    }
    return this.#works.some(({ outcome, target }) => outcome?.state === 'failed' && target.required);
  }

  #giveUp(works: readonly Work[]): void {
    const now = this.#ports.clock.now();
    for (const work of works) {
      const [first = interrupted, ...others] = reasonsOf(work);
      const isComing = first.code === 'StillCopying' && others.length === 0;
      this.#land(isComing ? work.ended(first, now) : work.failed(first, now, others));
    }
  }

  #land(outcome: Outcome): void {
    this.#ports.reporter.landed(
      outcome,
      this.#works.flatMap((work) => work.outcome ?? []),
      [],
    );
  }

  #undecided(): readonly Work[] {
    return this.#works.filter(({ outcome }) => outcome === undefined);
  }
}

/** What a promotion would write, whatever else keeps the gate shut. */
function planned({ target, seen, imageId }: Work): Planned {
  const differences = seen === undefined ? [] : compare(target, seen);
  const problems = differences.flatMap(({ mend }) => (mend.kind === 'never' ? [mend.failure] : []));
  return { target, seen, imageId, differences, problems };
}

/** Everything that keeps a target from holding, as of the last look. */
function reasonsOf({ target, differences, problems }: Work): readonly Failure[] {
  return [...problems, ...differences.flatMap((difference) => shutBy(target, difference) ?? [])];
}

/** Whether something may come by itself: a difference that a promotion mends, an answer that did not come. */
function mayPass({ problems, differences }: Work, reason: Failure): boolean {
  const isFinal = differences.some(({ mend }) => mend.kind === 'never' && mend.failure === reason);
  const isPassing = reason.kind === 'transient' || reason.kind === 'throttle';
  return !isFinal && (isPassing || !problems.includes(reason));
}

function isThere({ seen, problems }: Work): boolean {
  return problems.length === 0 && seen?.chosen?.image.state === 'available';
}
