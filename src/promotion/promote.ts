import { compare } from '../aspects/compare.ts';
import { type Failure, interrupted } from '../model/failure.ts';
import type { Opened, Outcome, Result } from '../model/outcome.ts';
import { type Promotion, placeOf, type SourceImage, type Target } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { converge, endWith, look, type Site } from './converge.ts';
import { Door } from './door.ts';
import { heartbeat } from './heartbeat.ts';
import { nextStep } from './next-step.ts';
import { nameOf, Observer } from './observe.ts';
import type { Ports } from './ports.ts';
import { checkRegions } from './regions.ts';
import { sourceLine, surveyLine } from './sentences.ts';
import { readSources } from './sources.ts';
import { targetsOf } from './targets.ts';
import { Watch } from './watch.ts';
import { Work } from './work.ts';

/**
 * Makes a promotion true: reads the sources, looks at every target, refuses what cannot succeed before the
 * first write, opens the source, and then lets each target converge on its own. Raises `Failed` when no
 * target could be named; everything else is in the outcomes, which can be asked for at any moment.
 */
export class Promoter {
  readonly #promotion: Promotion;
  readonly #run: Run;
  readonly #ports: Ports;
  readonly #started: number;
  readonly #deadline: number;
  readonly #observer: Observer;
  readonly #doors = new Map<SourceImage, Door>();
  readonly #watches = new Map<string, Watch>();
  #works: readonly Work[] = [];

  constructor(promotion: Promotion, run: Run, ports: Ports) {
    this.#promotion = promotion;
    this.#run = run;
    this.#ports = ports;
    this.#started = ports.clock.now();
    this.#deadline = this.#started + promotion.waitMinutes * 60_000;
    this.#observer = new Observer(ports.aws, ports.clock, promotion.home);
  }

  async promote(): Promise<Result> {
    const sources = await readSources(this.#promotion, this.#ports, this.#deadline);
    for (const source of sources) {
      this.#ports.reporter.line(sourceLine(source));
    }
    const targets = targetsOf(this.#promotion, sources, this.#run, this.#started);
    this.#works = targets.map((target) => new Work(target, this.#started));
    await this.#survey();
    this.#ports.reporter.line(surveyLine(this.#works));
    if (this.#works.some(({ outcome, target }) => outcome?.state === 'failed' && target.required)) {
      this.#skipTheRest();
      return this.result();
    }
    const stopBeating = heartbeat(this.#works, this.#ports);
    try {
      await this.#openSources();
      await Promise.all(this.#undecided().map((work) => this.#finish(work)));
    } finally {
      stopBeating();
    }
    return this.result();
  }

  /** What became of everything so far; targets that are not decided are told as interrupted. */
  result(): Result {
    const now = this.#ports.clock.now();
    const cut = this.#undecided().length > 0 || this.#ports.signal.aborted;
    return {
      outcomes: this.#works.map((work) => work.outcome ?? work.ended(interrupted, now)),
      opened: this.#opened(),
      failure: undefined,
      interrupted: cut,
    };
  }

  /** Step 1 and 2: observe and compare every target; whatever can be known to fail fails here. */
  async #survey(): Promise<void> {
    const places = Map.groupBy(this.#works, ({ target }) => nameOf(placeOf(target)));
    await Promise.all([...places.values()].map((works) => this.#surveyPlace(works)));
  }

  async #surveyPlace(works: readonly Work[]): Promise<void> {
    const targets = works.map(({ target }) => target);
    const [first] = targets;
    if (first === undefined) {
      return;
    }
    try {
      checkRegions(first, await this.#observer.regions(first.owner.id));
      const findings = await this.#observer.find(placeOf(first), targets);
      await Promise.all(works.map((work) => this.#firstLook(work, findings.get(work.target))));
    } catch (error) {
      this.#landAll(works, error);
    }
  }

  async #firstLook(work: Work, finding: Work['finding'] | undefined): Promise<void> {
    work.finding = finding ?? work.finding;
    try {
      await look(work, { observer: this.#observer, door: this.#doorOf(work.target) });
    } catch (error) {
      this.#landAll([work], error);
      return;
    }
    work.differences = work.seen === undefined ? [] : compare(work.target, work.seen);
    const image = work.seen?.chosen?.image;
    if (image !== undefined && image.state !== 'available') {
      work.did('adopted');
    }
    const step = nextStep(work.differences);
    if (step.kind === 'never') {
      this.#land(work.failed(step.failure, this.#ports.clock.now()));
    }
  }

  /** Step 3: each source is opened for all accounts that still have to pull it, together. */
  async #openSources(): Promise<void> {
    const bySource = Map.groupBy(
      this.#undecided().filter(({ differences }) => differences.some(({ aspect }) => aspect === 'open')),
      ({ target }) => target.source,
    );
    await Promise.all(
      [...bySource].map(async ([source, works]) => {
        const accounts = [...new Set(works.map(({ target }) => target.owner.id))];
        const note = works[0]?.target.pull;
        try {
          if (note !== undefined) {
            await this.#doors.get(source)?.open(accounts, note);
          }
          await Promise.all(works.map((work) => look(work, this.#siteOf(work.target))));
        } catch (error) {
          this.#landAll(works, error);
        }
      }),
    );
  }

  /** Step 4, for one target. */
  async #finish(work: Work): Promise<void> {
    this.#land(await converge(work, this.#siteOf(work.target)));
  }

  #skipTheRest(): void {
    const failed = this.#works.filter(({ outcome }) => outcome?.state === 'failed').length;
    const now = this.#ports.clock.now();
    for (const work of this.#undecided()) {
      const holds = nextStep(work.differences).kind === 'done';
      this.#land(holds ? work.promoted(now) : work.ended(skipped(failed), now));
    }
  }

  #landAll(works: readonly Work[], error: unknown): void {
    for (const work of works) {
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

function skipped(failed: number): Failure {
  return {
    where: '',
    action: 'check',
    code: 'NotStarted',
    requestId: undefined,
    kind: 'precondition',
    meaning: `Nothing was written, because ${failed === 1 ? 'a target' : `${failed} targets`} failed the checks that come before the first write.`,
    cure: 'Mend what failed there, then run the step again.',
  };
}
