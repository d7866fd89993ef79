import { Failed, type Failure, interrupted } from '../model/failure.ts';
import { nothingYet, type Outcome, type Result } from '../model/outcome.ts';
import { type Promotion, titleOf } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { readAll } from './accounts.ts';
import { Eyes, failedIn } from './eyes.ts';
import { asPlanned, holds, isTrouble, mayPass, reasonsOf } from './gate-reasons.ts';
import { heartbeat } from './heartbeat.ts';
import { planOf } from './plan.ts';
import type { Ports, Step } from './ports.ts';
import { sourceLine } from './sentences.ts';
import { checkUnmoved } from './source-checks.ts';
import { noteOf, targetsOf } from './targets.ts';
import { distinctFailures } from './together.ts';
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
  #eyes: Eyes;
  #works: readonly Work[] = [];
  #sources: Awaited<ReturnType<typeof readAll>> = [];

  constructor(promotion: Promotion, run: Run, ports: Ports) {
    this.#promotion = promotion;
    this.#run = run;
    this.#ports = ports;
    this.#started = ports.clock.now();
    this.#deadline = this.#started + promotion.waitMinutes * 60_000;
    this.#eyes = new Eyes(promotion, ports);
  }

  async run(): Promise<void> {
    const stopBeating = heartbeat(() => this.#works, this.#ports, 'waiting');
    try {
      await this.#work();
    } finally {
      stopBeating();
    }
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
      plan: this.#works.length === 0 ? undefined : planOf(this.#sources, this.#works.map(asPlanned)),
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
      await this.#eyes.look(this.#open());
      const isHopeless = this.#decide();
      const isOver = !this.#open().some(({ target }) => target.required) || clock.now() >= this.#deadline;
      // What was read a while ago is read once more, together with all else, before anybody relies on it.
      const isFresh = looks === 1 && clock.now() - this.#started < freshMs;
      if (isHopeless && !isFresh) {
        this.#eyes = new Eyes(this.#promotion, this.#ports);
        await this.#eyes.look(this.#undecided().filter(holds));
        this.#decide();
      }
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
        this.#eyes = new Eyes(this.#promotion, this.#ports);
        await pause();
      }
    }
  }

  /** Looks at everything once more, from the sources on; false where something that held does not now, and still may. */
  async #holdsStill(pause: () => Promise<void>): Promise<boolean> {
    const held = this.#undecided().filter(holds);
    this.#eyes = new Eyes(this.#promotion, this.#ports);
    try {
      checkUnmoved(this.#sources, await this.#readSources(pause), this.#promotion);
    } catch (error) {
      const { failure, others } = failedIn(error);
      for (const work of this.#undecided()) {
        this.#land(work.failed(failure, this.#ports.clock.now(), others));
      }
      return true;
    }
    await this.#eyes.look(this.#undecided());
    const isHopeless = this.#decide();
    return isHopeless || held.every(holds) || this.#ports.clock.now() >= this.#deadline;
  }

  #beginning(): string {
    const { length } = this.#works;
    const targets = `${length} ${length === 1 ? 'target' : 'targets'}`;
    const { consumer } = this.#promotion;
    return `Verifying ${targets} as their owners see them${consumer === undefined ? '' : `, and as ${consumer.roleArn} does`}.`;
  }

  /** Decides what never will hold; true when a required target never will: waiting is in vain. */
  #decide(): boolean {
    const now = this.#ports.clock.now();
    for (const work of this.#open()) {
      const reasons = reasonsOf(work);
      const [first, ...others] = distinctFailures([
        ...reasons.filter((reason) => !mayPass(work, reason)),
        ...reasons,
      ]);
      if (first !== undefined && !mayPass(work, first)) {
        this.#land(work.failed(first, now, others));
      }
    }
    if (this.#open().some((work) => reasonsOf(work).some(isTrouble))) {
      this.#eyes = new Eyes(this.#promotion, this.#ports);
    }
    return this.#works.some(({ outcome, target }) => outcome?.state === 'failed' && target.required);
  }

  /** The end: what held, holds; of everything else it is said why not. */
  #giveUp(): void {
    const now = this.#ports.clock.now();
    for (const work of this.#undecided()) {
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

  #undecided(): readonly Work[] {
    return this.#works.filter(({ outcome }) => outcome === undefined);
  }

  /** What is neither decided nor held at its last look. */
  #open(): readonly Work[] {
    return this.#undecided().filter((work) => !holds(work));
  }
}

/** What is older than this is read again before a gate opens, in milliseconds. */
const freshMs = 60_000;

const cutOff: Failure = {
  ...interrupted,
  meaning: 'The step was cancelled before it was known whether this target holds.',
  cure: 'Run the step again.',
};
