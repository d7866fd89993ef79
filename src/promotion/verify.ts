import { compareAtGate } from '../aspects/gate.ts';
import { Failed, type Failure, interrupted } from '../model/failure.ts';
import { placeName } from '../model/image.ts';
import { nothingYet, type Outcome, type Result } from '../model/outcome.ts';
import { type Promotion, placeOf, titleOf } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { readAll } from './accounts.ts';
import { ConsumerObserver } from './consumer.ts';
import { isTrouble, mayPass, planned, reasonsOf } from './gate-reasons.ts';
import { heartbeat } from './heartbeat.ts';
import { merge, noAttempts, Observer } from './observe.ts';
import { planOf } from './plan.ts';
import type { Ports, Step } from './ports.ts';
import { checkRegions } from './regions.ts';
import { sourceLine } from './sentences.ts';
import { checkUnmoved } from './source-checks.ts';
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
  /** They remember what is read once for all: accounts' Regions, keys, and what was tried out. */
  #eyes: Eyes;
  /** Those that held at the last look that they had. */
  readonly #holding = new Set<Work>();
  #works: readonly Work[] = [];
  #sources: Awaited<ReturnType<typeof readAll>> = [];

  constructor(promotion: Promotion, run: Run, ports: Ports) {
    this.#promotion = promotion;
    this.#run = run;
    this.#ports = ports;
    this.#started = ports.clock.now();
    this.#deadline = this.#started + promotion.waitMinutes * 60_000;
    this.#eyes = this.#freshEyes();
  }

  #freshEyes(): Eyes {
    const { aws, clock, consumer: asConsumer } = this.#ports;
    const { consumer } = this.#promotion;
    return {
      owners: new Observer(aws, clock, this.#promotion),
      consumer: consumer && asConsumer && new ConsumerObserver(consumer, asConsumer, aws, this.#promotion),
    };
  }

  async run(): Promise<Result> {
    const stopBeating = heartbeat(() => this.#works, this.#ports, 'waiting');
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
      ...nothingYet,
      interrupted: this.#works.some(({ outcome }) => outcome === undefined) || this.#ports.signal.aborted,
      outcomes: this.#works.map((work) => work.outcome ?? work.ended(cutOff, now)),
      plan: this.#works.length === 0 ? undefined : planOf(this.#sources, this.#works.map(planned)),
    };
  }

  async #work(): Promise<void> {
    const { clock, reporter, signal } = this.#ports;
    const pause = () => clock.sleep(this.#promotion.pollSeconds * 1000, signal);
    this.#sources = await this.#readSources(pause);
    for (const source of this.#sources) {
      reporter.line(sourceLine(source));
    }
    const note = noteOf(this.#promotion, this.#run, this.#started);
    const targets = targetsOf(this.#promotion, this.#sources, this.#run, note);
    this.#works = targets.map((target) => new Work(target, this.#started));
    reporter.line(this.#beginning());
    const told = new Map<Work, string>();
    for (let looks = 1; ; looks++) {
      await this.#look();
      const isHopeless = this.#decide();
      const isOver = !this.#open().some(({ target }) => target.required) || clock.now() >= this.#deadline;
      // What was read a while ago is read once more, together with all else, before anybody relies on it.
      const isFresh = looks === 1 && clock.now() - this.#started < freshMs;
      if (isHopeless || (isOver && (isFresh || (await this.#holdsStill(pause))))) {
        this.#giveUp();
        return;
      }
      for (const work of this.#open()) {
        const why = reasonsOf(work)
          .map(({ meaning }) => meaning)
          .join(' ');
        if (told.get(work) !== why) {
          told.set(work, why);
          reporter.line(`${titleOf(work.target)}: waiting. ${why}`);
        }
      }
      await pause();
    }
  }

  /** The sources; what AWS does not answer now, it may answer later. */
  async #readSources(pause: () => Promise<void>): ReturnType<typeof readAll> {
    for (;;) {
      try {
        return await readAll(this.#promotion, this.#eyes.owners, this.#ports, this.#deadline);
      } catch (error) {
        const isPassing =
          error instanceof Failed && [error.failure, ...error.others].every((failure) => isTrouble(failure));
        if (!isPassing || this.#ports.clock.now() >= this.#deadline) {
          throw error;
        }
        const { meaning, code } = error.failure;
        this.#ports.reporter.line(`Waiting for an answer about the sources: ${meaning} (${code})`);
        this.#eyes = this.#freshEyes();
        await pause();
      }
    }
  }

  /** Looks at everything once more, from the sources on; false where something that held does not now, and still may. */
  async #holdsStill(pause: () => Promise<void>): Promise<boolean> {
    const held = [...this.#holding];
    this.#holding.clear();
    this.#eyes = this.#freshEyes();
    try {
      checkUnmoved(this.#sources, await this.#readSources(pause), this.#promotion);
    } catch (error) {
      const { failure, others } = failedIn(error);
      for (const work of this.#open()) {
        this.#land(work.failed(failure, this.#ports.clock.now(), others));
      }
      return true;
    }
    await this.#look();
    const isHopeless = this.#decide();
    return (
      isHopeless || held.every((work) => this.#holding.has(work)) || this.#ports.clock.now() >= this.#deadline
    );
  }

  #beginning(): string {
    const { length } = this.#works;
    const targets = `${length} ${length === 1 ? 'target' : 'targets'}`;
    const { consumer } = this.#promotion;
    return `Verifying ${targets} as their owners see them${consumer === undefined ? '' : `, and as ${consumer.roleArn} does`}.`;
  }

  /** One look at every place where something is not decided yet, then one as the consumer at what is there. */
  async #look(): Promise<void> {
    for (const work of this.#open()) {
      work.problems = [];
    }
    const places = Map.groupBy(this.#open(), ({ target }) => placeName(placeOf(target)));
    await Promise.all([...places.values()].map((here) => this.#attempt(here, () => this.#lookAt(here))));
    if (this.#eyes.consumer !== undefined) {
      const regions = Map.groupBy(this.#open().filter(isThere), ({ target }) => target.region);
      await Promise.all(
        [...regions].map(([region, some]) => this.#attempt(some, () => this.#lookAsConsumer(region, some))),
      );
    }
    for (const work of this.#open()) {
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
    checkRegions(first, undefined, await this.#eyes.owners.regions(first.owner.id));
    const findings = await this.#eyes.owners.find(place, targets);
    // A source image carries no tag of ours to be found by: in its own place it is read again by its id.
    const ids = here.flatMap(({ seen }) => (seen?.chosen?.inPlace === true ? [seen.chosen.image.id] : []));
    const again = ids.length === 0 ? [] : await this.#ports.aws.images(place, { by: 'id', ids });
    await Promise.all(
      here.map(async (work) => {
        const finding = findings.get(work.target) ?? work.finding;
        work.finding = { ...finding, images: merge(finding.images, again) };
        work.seen = await this.#eyes.owners.look(work.target, work.finding, noAttempts, undefined);
      }),
    );
  }

  async #lookAsConsumer(region: string, works: readonly Work[]): Promise<void> {
    const shown = works.flatMap(({ seen }) => seen?.chosen ?? []);
    const views = await this.#eyes.consumer?.look(region, shown);
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
      const { failure, others } = failedIn(error);
      this.#ports.reporter.trace(error);
      for (const work of works) {
        work.meets([failure, ...others]);
      }
    }
  }

  /** Decides what never will hold, and notes what does; true when a required target never will: waiting is in vain. */
  #decide(): boolean {
    const now = this.#ports.clock.now();
    for (const work of this.#open()) {
      const reasons = reasonsOf(work);
      const [first, ...others] = distinct([
        ...reasons.filter((reason) => !mayPass(work, reason)),
        ...reasons,
      ]);
      if (first === undefined) {
        this.#holding.add(work);
      } else if (!mayPass(work, first)) {
        this.#land(work.failed(first, now, others));
      }
    }
    if (this.#open().some((work) => reasonsOf(work).some(isTrouble))) {
      this.#eyes = this.#freshEyes();
    }
    return this.#works.some(({ outcome, target }) => outcome?.state === 'failed' && target.required);
  }

  /** The end: what held, holds; of everything else it is said why not. */
  #giveUp(): void {
    const now = this.#ports.clock.now();
    for (const work of this.#works.filter(({ outcome }) => outcome === undefined)) {
      const [first, ...others] = reasonsOf(work);
      if (first === undefined) {
        this.#land(work.promoted(now));
      } else {
        const isComing = first.code === 'StillCopying' && others.length === 0;
        this.#land(isComing ? work.ended(first, now) : work.failed(first, now, others));
      }
    }
  }

  #land(outcome: Outcome): void {
    this.#ports.reporter.landed(
      outcome,
      this.#works.flatMap((work) => work.outcome ?? []),
      [],
    );
  }

  /** What is neither decided nor held at its last look. */
  #open(): readonly Work[] {
    return this.#works.filter((work) => work.outcome === undefined && !this.#holding.has(work));
  }
}

/** What is older than this is read again before a gate opens, in milliseconds. */
const freshMs = 60_000;

/** Those who look: the owners' roles, and the consumer's where one is named. */
interface Eyes {
  readonly owners: Observer;
  readonly consumer: ConsumerObserver | undefined;
}

const cutOff: Failure = {
  ...interrupted,
  meaning: 'The step was cancelled before it was known whether this target holds.',
  cure: 'Run the step again.',
};

/** What failed; raises again what is no failure of AWS's, and an interruption. */
function failedIn(error: unknown): Failed {
  if (error instanceof Failed && error.failure.kind !== 'interrupted') {
    return error;
  }
  throw error;
}

function isThere({ seen, problems }: Work): boolean {
  return problems.length === 0 && seen?.chosen?.image.state === 'available';
}
