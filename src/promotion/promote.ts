import { interrupted, isFailure } from '../model/failure.ts';
import type { Outcome, Result, Rollback } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import {
  type Promotion,
  type PullNote,
  placeOf,
  type RollbackCause,
  type SourceImage,
  type Target,
  titleOf,
} from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { readAll } from './accounts.ts';
import { Approval } from './approval.ts';
import { converge, endWith, look } from './converge.ts';
import { Doors } from './doors.ts';
import { heartbeat } from './heartbeat.ts';
import { nextStep } from './next-step.ts';
import { Observer } from './observe.ts';
import { Performer } from './performer.ts';
import { planOf } from './plan.ts';
import type { Ports, Step } from './ports.ts';
import { openingsOf, rehearse } from './preflight.ts';
import { rollback } from './rollback.ts';
import { sourceLine, stoppedLine, surveyLine, surveyWarnings } from './sentences.ts';
import type { Site } from './site.ts';
import { survey } from './survey.ts';
import { noteOf, targetsOf } from './targets.ts';
import { everyOne } from './together.ts';
import { Watches } from './watch.ts';
import { Work } from './work.ts';

/**
 * Makes a promotion true, or says what that would take: reads the sources, looks at every target, refuses what
 * cannot succeed before the first write, opens the source, and then lets each target converge on its own. Raises
 * `Failed` when no target could be named; everything else is in the outcomes.
 */
export class Promoter implements Step {
  readonly #promotion: Promotion;
  readonly #run: Run;
  readonly #note: PullNote;
  readonly #ports: Ports;
  readonly #performer: Performer;
  readonly #started: number;
  readonly #deadline: number;
  readonly #observer: Observer;
  readonly #approval: Approval;
  readonly #doors: Doors;
  readonly #watches: Watches;
  #works: readonly Work[] = [];
  #plan: Plan | undefined;
  #rollback: Rollback | undefined;
  #isRollingBack = false;
  #stopped = false;
  #ending: 'finished' | 'cancelled' | undefined;

  constructor(promotion: Promotion, run: Run, ports: Ports) {
    this.#promotion = promotion;
    this.#run = run;
    this.#ports = ports;
    this.#started = ports.clock.now();
    this.#deadline = this.#started + promotion.waitMinutes * 60_000;
    this.#observer = new Observer(ports.aws, ports.clock, promotion);
    this.#approval = new Approval(promotion.approvedPlan);
    this.#performer = new Performer(ports);
    this.#note = noteOf(promotion, run, this.#started);
    this.#watches = new Watches(ports, promotion.pollSeconds * 1000);
    this.#doors = new Doors(promotion, this.#note, this.#performer, ports);
  }

  async run(): Promise<void> {
    const stopBeating = heartbeat(() => this.#works, this.#ports);
    try {
      await this.#work(await readAll(this.#promotion, this.#observer, this.#ports, this.#deadline));
      if (!this.#ports.signal.aborted) {
        await this.#end('finished');
      }
    } finally {
      stopBeating();
    }
  }

  /** Notes that the step was cancelled: `post` goes on from here. */
  cancelled(): Promise<void> {
    return this.#end('cancelled');
  }

  /** Notes how the step ends, as it does first. */
  #end(how: 'finished' | 'cancelled'): Promise<void> {
    this.#ending ??= how;
    return this.#performer.end(this.#ending);
  }

  async #work(sources: readonly SourceImage[]): Promise<void> {
    for (const source of sources) {
      this.#ports.reporter.line(sourceLine(source));
    }
    this.#approval.checkSources(sources);
    const targets = targetsOf(this.#promotion, sources, this.#run, this.#note);
    this.#works = targets.map((target) => new Work(target, this.#started));
    await survey(
      this.#works,
      this.#observer,
      (target) => this.#doors.of(target),
      (works, error) => this.#block(works, error),
    );
    this.#ports.reporter.line(surveyLine(this.#works));
    if (this.#promotion.mode === 'plan') {
      this.#plan = planOf(sources, this.#works);
      this.#landBlocked();
      this.#landRest((work, now) => work.planned(now));
      return;
    }
    await this.#preflight();
    this.#landBlocked();
    if (this.#works.some((work) => work.stopsAll(this.#promotion.preflightFailures))) {
      this.#skipTheRest();
      return;
    }
    await this.#openSources();
    await everyOne(sources.map((source) => this.#finishAll(source)));
    await this.#rollBack(sources);
    if (this.#rollback === undefined && this.#promotion.keepSourceAccess) {
      await everyOne(sources.map((source) => this.#doors.close(source, true)));
    }
  }

  /**
   * What became of everything so far; targets that are not decided are told as interrupted, and those that `post` is
   * going to roll back as rolled back.
   */
  result(): Result {
    const [now, undoing] = [this.#ports.clock.now(), this.#undoing()];
    const undone = undoing && this.#touched();
    return {
      interrupted: this.#undecided().length > 0 || this.#ports.signal.aborted,
      outcomes: this.#works.map((work) =>
        undone?.includes(work) ? work.undoneLater(now) : (work.outcome ?? work.ended(interrupted, now)),
      ),
      opened: this.#doors.opened(),
      failures: [],
      plan: this.#plan,
      rollback: this.#rollback,
      undoing,
      stopped: this.#stopped,
    };
  }

  /** Step 2: what is due is in the approved plan, and AWS would permit it. */
  async #preflight(): Promise<void> {
    if (this.#approval.checkWrites(this.#undecided()) && this.#promotion.approvedPlan !== undefined) {
      this.#ports.reporter.line('Every write that is due is in the approved plan.');
    }
    for (const warning of surveyWarnings(this.#undecided(), this.#ports.aws.credentialsEnd, this.#deadline)) {
      this.#ports.reporter.line(warning);
    }
    await rehearse(
      this.#undecided(),
      (source) => this.#doors.for(source),
      this.#ports,
      (work, error) => this.#block([work], error),
    );
  }

  #landBlocked(): void {
    for (const work of this.#undecided()) {
      const [failure, ...others] = work.problems;
      if (failure !== undefined) {
        this.#land(work.failed(failure, this.#ports.clock.now(), others));
      }
    }
  }

  /** What holds already is promoted without a write; of everything else it is told why nothing is written. */
  #landRest(leave: (work: Work, now: number) => Outcome): void {
    const now = this.#ports.clock.now();
    for (const work of this.#undecided()) {
      this.#land(holds(work) ? work.promoted(now) : leave(work, now));
    }
  }

  /** Step 3: each source is opened for all accounts that still have to pull it, together. */
  async #openSources(): Promise<void> {
    await Promise.all(
      openingsOf(this.#undecided()).map(async ({ source, works, accounts, note }) => {
        try {
          await this.#doors.for(source).open(accounts, note);
        } catch (error) {
          this.#landAll(works, error);
          return;
        }
        await everyOne(
          works.map((work) =>
            look(work, this.#siteOf(work.target)).catch((error) => this.#landAll([work], error)),
          ),
        );
      }),
    );
  }

  /** Step 4, for all targets of a source; it is closed once none of them may still be reading it. */
  async #finishAll(source: SourceImage): Promise<void> {
    const works = this.#works.filter(({ target }) => target.source === source);
    const open = works.filter(({ outcome }) => outcome === undefined);
    await everyOne(open.map(async (work) => this.#land(await converge(work, this.#siteOf(work.target)))));
    const at = this.#ports.clock.now();
    const isNeeded = works.some((work) => work.target.pull !== undefined && work.mayBeCopying(at));
    if (!isNeeded && !this.#promotion.keepSourceAccess) {
      await this.#doors.close(source, false);
    }
  }

  /** Undoes what this run did, where that is wanted and a required target is missing. */
  async #rollBack(sources: readonly SourceImage[]): Promise<void> {
    const { rollbackOn, waitMinutes } = this.#promotion;
    const { entries } = this.#performer;
    const isMissing = this.#works.some((work) => work.isMissing(waitMinutes));
    if (!rollbackOn.includes('failure') || !isMissing || entries.length === 0 || this.#ports.signal.aborted) {
      return;
    }
    this.#ports.reporter.line('Required targets are missing: rolling back what this run did.');
    this.#isRollingBack = true;
    await this.#performer.end('rollback');
    await everyOne(sources.map((source) => this.#doors.close(source, false)));
    this.#rollback = await rollback(entries, 'failure', this.#performer, this.#ports);
    for (const work of this.#touched()) {
      this.#land(work.rolledBack(this.#ports.clock.now(), this.#rollback));
    }
    this.#isRollingBack = false;
  }

  #undoing(): RollbackCause | undefined {
    const isCancelled = this.#ending === 'cancelled' && this.#promotion.rollbackOn.includes('cancel');
    return this.#isRollingBack ? 'failure' : isCancelled ? 'cancel' : undefined;
  }

  /** The targets that this run wrote something for. */
  #touched(): readonly Work[] {
    const { entries } = this.#performer;
    const titles = new Set(entries.map((entry) => (entry.phase === 'intent' ? entry.target : null)));
    return this.#works.filter(({ target }) => titles.has(titleOf(target)));
  }

  #skipTheRest(): void {
    const failed = this.#works.filter(({ outcome }) => outcome?.state === 'failed').length;
    this.#stopped = true;
    const idle = this.#undecided().filter((work) => !holds(work)).length;
    this.#ports.reporter.line(stoppedLine(failed, this.#works.length, idle));
    this.#landRest((work, now) => work.notStarted(failed, now));
  }

  /** Something that is in the way of targets; whatever else is, is still to be found out. */
  #block(works: readonly Work[], error: unknown): void {
    if (!isFailure(error)) {
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
    this.#ports.reporter.landed(outcome, outcomes, this.#doors.opened());
  }

  #undecided(): readonly Work[] {
    return this.#works.filter(({ outcome }) => outcome === undefined);
  }

  #siteOf(target: Target): Site {
    return {
      ports: this.#ports,
      performer: this.#performer,
      observer: this.#observer,
      watch: this.#watches.of(placeOf(target)),
      door: this.#doors.of(target),
      approval: this.#approval,
      deadline: this.#deadline,
    };
  }
}

function holds({ differences }: Work): boolean {
  return nextStep(differences).kind === 'done';
}
