import { plannedWrites } from '../aspects/plan.ts';
import { Failed, interrupted } from '../model/failure.ts';
import type { Opened, Outcome, Result } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { type Promotion, placeOf, type SourceImage, type Target } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { accountFailures, checkHome } from './accounts.ts';
import { Approval } from './approval.ts';
import { converge, endWith, look, type Site } from './converge.ts';
import { Door } from './door.ts';
import { heartbeat } from './heartbeat.ts';
import { nextStep } from './next-step.ts';
import { nameOf, Observer } from './observe.ts';
import { planOf } from './plan.ts';
import type { Ports } from './ports.ts';
import { openingsOf, rehearse } from './preflight.ts';
import { sourceLine, surveyLine, surveyWarnings } from './sentences.ts';
import { readSources } from './sources.ts';
import { survey } from './survey.ts';
import { targetsOf } from './targets.ts';
import { distinct, everyOne, together } from './together.ts';
import { Watch } from './watch.ts';
import { Work } from './work.ts';

/**
 * Makes a promotion true, or says what that would take: reads the sources, looks at every target, refuses what
 * cannot succeed before the first write, opens the source, and then lets each target converge on its own. Raises
 * `Failed` when no target could be named; everything else is in the outcomes, which can be asked for at any moment.
 */
export class Promoter {
  readonly #promotion: Promotion;
  readonly #run: Run;
  readonly #ports: Ports;
  readonly #started: number;
  readonly #deadline: number;
  readonly #observer: Observer;
  readonly #approval: Approval;
  readonly #doors = new Map<SourceImage, Door>();
  readonly #watches = new Map<string, Watch>();
  #works: readonly Work[] = [];
  #plan: Plan | undefined;
  #stopped = false;

  constructor(promotion: Promotion, run: Run, ports: Ports) {
    this.#promotion = promotion;
    this.#run = run;
    this.#ports = ports;
    this.#started = ports.clock.now();
    this.#deadline = this.#started + promotion.waitMinutes * 60_000;
    this.#observer = new Observer(ports.aws, ports.clock, promotion);
    this.#approval = new Approval(promotion.approvedPlan);
  }

  async promote(): Promise<Result> {
    const stopBeating = heartbeat(() => this.#works, this.#ports);
    try {
      await this.#work(await this.#readSources());
    } finally {
      stopBeating();
    }
    return this.result();
  }

  async #work(sources: readonly SourceImage[]): Promise<void> {
    for (const source of sources) {
      this.#ports.reporter.line(sourceLine(source));
    }
    this.#approval.checkSources(sources);
    const targets = targetsOf(this.#promotion, sources, this.#run, this.#started);
    this.#works = targets.map((target) => new Work(target, this.#started));
    await survey(
      this.#works,
      this.#observer,
      (target) => this.#doorOf(target),
      (works, error) => this.#block(works, error),
    );
    this.#ports.reporter.line(surveyLine(this.#works));
    if (this.#promotion.mode === 'plan') {
      this.#plan = planOf(sources, this.#works);
      this.#landBlocked();
      this.#landPlanned();
      return;
    }
    await this.#preflight();
    this.#landBlocked();
    if (this.#mustStop()) {
      this.#skipTheRest();
      return;
    }
    await this.#openSources();
    await everyOne(this.#undecided().map((work) => this.#finish(work)));
  }

  /** What became of everything so far; targets that are not decided are told as interrupted. */
  result(): Result {
    const now = this.#ports.clock.now();
    const cut = this.#undecided().length > 0 || this.#ports.signal.aborted;
    return {
      outcomes: this.#works.map((work) => work.outcome ?? work.ended(interrupted, now)),
      opened: this.#opened(),
      failures: [],
      plan: this.#plan,
      stopped: this.#stopped,
      interrupted: cut,
    };
  }

  /** The sources; where they cannot be read, what is wrong in the owners' accounts is raised along with that. */
  async #readSources(): Promise<readonly SourceImage[]> {
    const accounts = accountFailures(this.#promotion, this.#observer);
    try {
      const [, sources] = await together([
        checkHome(this.#promotion, this.#observer),
        readSources(this.#promotion, this.#ports, this.#deadline),
      ]);
      return sources;
    } catch (error) {
      if (error instanceof Failed && error.failure.kind !== 'interrupted') {
        const others = distinct([error.failure, ...error.others, ...(await accounts)]).slice(1);
        throw new Failed(error.failure, { cause: error, others });
      }
      throw error;
    }
  }

  /** Step 2: what is due is in the approved plan, and AWS would permit it. */
  async #preflight(): Promise<void> {
    const clear = this.#undecided().filter(({ problems }) => problems.length === 0);
    const refusals = clear.flatMap((work) => {
      const { target, seen, differences } = work;
      const writes = seen === undefined ? [] : plannedWrites(target, seen, differences);
      const refusal = this.#approval.refusalOf(target, writes);
      work.meets(refusal === undefined ? [] : [refusal]);
      return refusal ?? [];
    });
    if (this.#promotion.approvedPlan !== undefined && refusals.length === 0) {
      this.#ports.reporter.line('Every write that is due is in the approved plan.');
    }
    for (const warning of surveyWarnings(this.#undecided(), this.#ports.aws.credentialsEnd, this.#deadline)) {
      this.#ports.reporter.line(warning);
    }
    await rehearse(
      this.#undecided(),
      (source) => this.#doors.get(source),
      this.#ports,
      (work, error) => this.#block([work], error),
    );
  }

  /** A plan that does not cover the writes stops everything; other failures those of required targets do. */
  #mustStop(): boolean {
    return this.#works.some(
      ({ outcome, target }) =>
        outcome?.state === 'failed' &&
        ([outcome.failure, ...outcome.others].some(({ code }) => code === 'NotInPlan') ||
          (target.required && this.#promotion.preflightFailures === 'stop')),
    );
  }

  /** Decides what was found to be in the way of which targets. */
  #landBlocked(): void {
    for (const work of this.#undecided()) {
      const [failure, ...others] = work.problems;
      if (failure !== undefined) {
        this.#land(work.failed(failure, this.#ports.clock.now(), others));
      }
    }
  }

  #landPlanned(): void {
    const now = this.#ports.clock.now();
    for (const work of this.#undecided()) {
      const holds = nextStep(work.differences).kind === 'done';
      this.#land(holds ? work.promoted(now) : work.planned(now));
    }
  }

  /** Step 3: each source is opened for all accounts that still have to pull it, together. */
  async #openSources(): Promise<void> {
    await Promise.all(
      openingsOf(this.#undecided()).map(async ({ source, works, accounts, note }) => {
        try {
          await this.#doors.get(source)?.open(accounts, note);
        } catch (error) {
          this.#landAll(works, error);
          return;
        }
        await everyOne(works.map((work) => this.#lookAgain(work)));
      }),
    );
  }

  async #lookAgain(work: Work): Promise<void> {
    try {
      await look(work, this.#siteOf(work.target));
    } catch (error) {
      this.#landAll([work], error);
    }
  }

  /** Step 4, for one target. */
  async #finish(work: Work): Promise<void> {
    this.#land(await converge(work, this.#siteOf(work.target)));
  }

  #skipTheRest(): void {
    const failed = this.#works.filter(({ outcome }) => outcome?.state === 'failed').length;
    this.#stopped = true;
    this.#ports.reporter.line(
      `Nothing was written: ${failed} of ${this.#works.length} targets failed the checks that come before the first write.`,
    );
    const now = this.#ports.clock.now();
    for (const work of this.#undecided()) {
      const holds = nextStep(work.differences).kind === 'done';
      this.#land(holds ? work.promoted(now) : work.notStarted(failed, now));
    }
  }

  /** Something that is in the way of targets; whatever else is, is still to be found out. */
  #block(works: readonly Work[], error: unknown): void {
    if (!(error instanceof Failed) || error.failure.kind === 'interrupted') {
      this.#landAll(works, error);
      return;
    }
    this.#ports.reporter.trace(error);
    for (const work of works) {
      work.meets([error.failure, ...error.others]);
    }
  }

  #landAll(works: readonly Work[], error: unknown): void {
    this.#ports.reporter.trace(error);
    for (const work of works.filter(({ outcome }) => outcome === undefined)) {
      this.#land(endWith(error, work, this.#ports.clock.now()));
    }
  }

  #land(outcome: Outcome): void {
    const outcomes = this.#works.flatMap((work) => work.outcome ?? []);
    this.#ports.reporter.landed(outcome, outcomes, this.#opened());
  }

  #undecided(): readonly Work[] {
    return this.#works.filter(({ outcome }) => outcome === undefined);
  }

  #opened(): readonly Opened[] {
    return [...this.#doors.values()].flatMap((door) => door.opened() ?? []);
  }

  #siteOf(target: Target): Site {
    const place = placeOf(target);
    const intervalMs = this.#promotion.pollSeconds * 1000;
    const watch = this.#watches.get(nameOf(place)) ?? new Watch(place, this.#ports, intervalMs);
    this.#watches.set(nameOf(place), watch);
    return {
      ports: this.#ports,
      observer: this.#observer,
      watch,
      door: this.#doorOf(target),
      approval: this.#approval,
      deadline: this.#deadline,
    };
  }

  #doorOf(target: Target): Door | undefined {
    if (target.pull === undefined) {
      return undefined;
    }
    const door =
      this.#doors.get(target.source) ??
      new Door(target.source, this.#ports, this.#promotion.pollSeconds * 1000);
    this.#doors.set(target.source, door);
    return door;
  }
}
