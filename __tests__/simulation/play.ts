import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { pullTagsIn } from '../../src/aspects/pull-tags.ts';
import type { Run } from '../../src/model/run.ts';
import { organization } from '../support/organization.ts';
import { trust } from '../support/promotion.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { Draw } from './draw.ts';
import type { Act, History, Meanwhile, Meddling, Step } from './history.ts';
import {
  closedUnderAnother,
  everyPromise,
  landedUntrue,
  notPromoted,
  stillOpen,
  untold,
  writesAgain,
} from './invariants.ts';
import { type Made, removedAnothers } from './made.ts';
import { meddle } from './meddle.ts';
import { leftOf, playStep, type Stage, type Told } from './step.ts';
import { orphansIn, type Things, thingsIn } from './things.ts';
import { issuer } from './tokens.ts';

/** A history that was played. */
export interface Played {
  readonly history: History;
  readonly world: World;
  /** Sentences: what was promised and did not hold. */
  readonly violations: readonly string[];
  /** What happened, a line each, calls included. */
  readonly trace: readonly string[];
}

/** What happened between two moments. */
export interface Chapter {
  readonly before: Things;
  readonly after: Things;
  readonly told: readonly Told[];
  /** What a third party changed meanwhile. */
  readonly meddled: ReadonlySet<string>;
  /** The world as it was when the history began. */
  readonly beginning: Things;
  readonly history: History;
  readonly world: World;
}

/** Plays a history: its acts, then, with nothing going wrong any more, runs that must mend everything. */
export async function play(history: History): Promise<Played> {
  const theatre = new Theatre(history);
  for (const act of history.acts) {
    await theatre.play(act);
  }
  await theatre.end();
  return theatre.played;
}

/** Until every lag is over: what was done shows everywhere. */
const settling: Act = { kind: 'wait', seconds: 600 };

class Theatre {
  readonly #history: History;
  readonly #world: World;
  readonly #time: VirtualTime;
  readonly #violations = new Set<string>();
  readonly #trace: string[] = [];
  readonly #made: Made[] = [];
  readonly #told: Told[] = [];
  readonly #tokens: string[] = [];
  readonly #beginning: Things;
  readonly #known: Set<string>;
  readonly #makers = new Map<string, Run>();
  readonly #orphans = new Map<string, string>();
  #meddled = new Set<string>();
  #calling: Told | undefined;
  #meanwhile: Meanwhile | undefined;
  /** How many calls there were before this act. */
  #callsBefore = 0;

  constructor(history: History) {
    const draw = new Draw(history.seed);
    this.#history = history;
    this.#time = new VirtualTime(undefined, () => draw.number());
    this.#world = organization(history.world, this.#time);
    trust(this.#world, issuer);
    this.#world.onCall = (call) => this.#heard(call);
    this.#beginning = thingsIn(this.#world);
    this.#known = new Set(this.#beginning.images.keys());
  }

  get played(): Played {
    return {
      history: this.#history,
      world: this.#world,
      violations: [...this.#violations],
      trace: this.#trace,
    };
  }

  async play(act: Act): Promise<void> {
    this.#say(`— ${JSON.stringify(act)}`);
    switch (act.kind) {
      case 'wait':
        return this.#time.until(this.#time.sleep(act.seconds * 1000, new AbortController().signal));
      case 'meddle':
        this.#meddle(act.what);
        return;
      case 'run':
        this.#meanwhile = act.meanwhile;
        this.#callsBefore = this.#made.length;
        await this.#run(act.steps);
        this.#meanwhile = undefined;
    }
  }

  /** Nothing goes wrong any more: one run promotes what can be, and after one that may still have to close, none writes. */
  async end(): Promise<void> {
    const world = this.#world;
    world.faults.splice(0);
    for (const account of world.accounts.values()) {
      this.#meddle({ kind: 'restore-role', account: account.id });
      for (const [region, settings] of account.regions) {
        settings.enabled ||= region !== 'me-central-1';
      }
    }
    await this.play(settling);
    const first = await this.#run([this.#last('9001')]);
    this.#expect(notPromoted(first));
    const deadlines = [...world.images.values()]
      .flatMap((image) => pullTagsIn(Object.fromEntries(image.tags)))
      .map(({ deadline }) => Date.parse(deadline));
    if (deadlines.length > 0) {
      const seconds = (Math.max(...deadlines) - this.#time.now()) / 1000 + 2;
      await this.play({ kind: 'wait', seconds: Math.max(0, seconds) });
      this.#expect(notPromoted(await this.#run([this.#last('9002')])));
    }
    await this.play(settling);
    const before = this.#made.length;
    const last = await this.#run([this.#last('9003')]);
    this.#expect(notPromoted(last));
    this.#expect(writesAgain(this.#made.slice(before)));
    this.#expect(stillOpen(last, this.#told));
    this.#expect(untold(last, this.#orphans));
  }

  #last(runId: string): Step {
    return {
      given: this.#history.last,
      runId,
      runAttempt: '1',
      process: `0000${runId}`,
      startsAfterSeconds: 0,
      end: { kind: 'by-itself' },
      post: { afterSeconds: 1, end: { kind: 'by-itself' } },
    };
  }

  async #run(steps: readonly Step[]): Promise<Chapter> {
    this.#meddled = new Set();
    const before = thingsIn(this.#world);
    const stage: Stage = {
      world: this.#world,
      time: this.#time,
      tokens: this.#tokens,
      calls: (told) => {
        this.#calling = told;
      },
      landed: (told, outcome) => {
        this.#say(`  ${told.run.process} landed ${outcome.state}`);
        this.#expect(landedUntrue(this.#world, told, outcome, this.#made, this.#meddled));
      },
    };
    const told = await this.#time.until(Promise.all(steps.map((step) => playStep(stage, step))));
    this.#told.push(...told);
    for (const one of told) {
      this.#say(`  ${one.run.process} ended: ${summaryOf(one)}`);
    }
    const chapter: Chapter = {
      before,
      after: thingsIn(this.#world),
      told,
      meddled: this.#meddled,
      beginning: this.#beginning,
      history: this.#history,
      world: this.#world,
    };
    this.#expect(everyPromise(chapter, this.#tokens));
    this.#noteOrphans(chapter);
    return chapter;
  }

  #heard(call: CallRecord): void {
    const made: Made = { process: this.#calling?.run.process ?? '', call };
    this.#made.push(made);
    if (call.action === 'CopyImage') {
      this.#note();
    }
    this.#say(lineOf(made));
    this.#expect(closedUnderAnother(this.#world, this.#made));
    this.#expect(removedAnothers(this.#world, made, this.#calling?.run, this.#makers));
    const { when, what } = this.#meanwhile ?? {};
    const calls = this.#made.length - this.#callsBefore;
    const isTime = typeof when === 'number' ? calls >= when : call.action === when && call.mutating;
    if (what !== undefined && isTime) {
      this.#meanwhile = undefined;
      this.#meddle(what);
    }
  }

  /** What was told of snapshots since they have no image any more. */
  #noteOrphans({ after, told }: Chapter): void {
    for (const id of orphansIn(after)) {
      this.#orphans.set(id, [this.#orphans.get(id), ...told.map(leftOf)].join());
    }
  }

  /** Who made the newest image. */
  #note(): void {
    const newest = [...this.#world.images.keys()].at(-1);
    if (newest !== undefined && !this.#known.has(newest)) {
      this.#known.add(newest);
      this.#calling?.made.add(newest);
      if (this.#calling !== undefined) {
        this.#makers.set(newest, this.#calling.run);
      }
    }
  }

  #meddle(what: Meddling): void {
    const ids = meddle(this.#world, what);
    this.#say(`  somebody: ${JSON.stringify(what)} on ${ids.join(', ') || 'nothing'}`);
    for (const id of ids) {
      this.#meddled.add(id);
    }
  }

  #expect(violations: readonly string[]): void {
    for (const violation of violations) {
      this.#violations.add(violation);
      this.#say(`  !!! ${violation}`);
    }
  }

  #say(line: string): void {
    this.#trace.push(`${new Date(this.#time.now()).toISOString().slice(5, 23)} ${line}`);
  }
}

function lineOf({ process, call }: Made): string {
  const { service, action, account, region, code, answered, params, mutating } = call;
  const trial = params.DryRun === true ? ' (dry run)' : '';
  const heard = answered ? '' : ', never heard';
  const asked = mutating || code !== 'ok' ? JSON.stringify(params) : words(params).join(' ');
  return `    ${process} ${account}/${region} ${action}${trial} → ${code}${heard} ${service === 'ec2' ? asked : ''}`;
}

/** What a read asks for, without the rest. */
function words(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).flatMap(words);
  }
  return typeof value === 'string' ? [value] : [];
}

function summaryOf({ result, finished, isUnfinished }: Told): string {
  const states = result?.outcomes.map((outcome) =>
    'failure' in outcome ? `${outcome.state} ${outcome.failure.code}` : outcome.state,
  );
  const failures = result?.failures.map(({ code, action }) => `${code} (${action})`) ?? [];
  const post = finished === undefined ? '' : `; post ${JSON.stringify(finished)}`;
  const rollback = result?.rollback === undefined ? '' : `; rollback ${JSON.stringify(result.rollback)}`;
  return `${result === undefined ? 'killed' : [...(states ?? []), ...failures].join(', ')}${rollback}${post}${isUnfinished ? '; unfinished' : ''}`;
}
