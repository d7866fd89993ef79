import { inspect } from 'node:util';
import type { GitHubJob } from '../../simulator/oidc/job.ts';
import type { World } from '../../simulator/world.ts';
import { SdkAws } from '../../src/aws/aws.ts';
import { claimsOf } from '../../src/github/claims.ts';
import { parseJournal } from '../../src/inputs/journal.ts';
import { parsePromotion } from '../../src/inputs/promotion.ts';
import type { Finished, Outcome, Result } from '../../src/model/outcome.ts';
import { type Promotion, regionsOf } from '../../src/model/promotion.ts';
import type { Run } from '../../src/model/run.ts';
import { finish, unfinished } from '../../src/promotion/finish.ts';
import type { Ports, Reporter } from '../../src/promotion/ports.ts';
import { Promoter } from '../../src/promotion/promote.ts';
import { toItsEnd } from '../../src/promotion/to-its-end.ts';
import { annotationsOf } from '../../src/report/annotations.ts';
import { finishedAnnotations, finishedLines, finishedSummary } from '../../src/report/finished.ts';
import { heartbeatLine, outcomeLine } from '../../src/report/lines.ts';
import { manifestOf } from '../../src/report/manifest.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { problemLines } from '../../src/report/problems.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { inputs, job, runOf } from '../support/promotion.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import { Draw } from './draw.ts';
import type { Step } from './history.ts';
import { clockOf, journalOf, Life, LifeHandler } from './life.ts';
import { issuer } from './tokens.ts';

/** As src/main.ts has it. */
const postMs = 4 * 60_000;

/** Where steps are played. */
export interface Stage {
  readonly world: World;
  readonly time: VirtualTime;
  /** Every ID token that was given. */
  readonly tokens: string[];
  /** A call of this process is about to be answered. */
  readonly calls: (told: Told) => void;
  /** An outcome was decided, at this moment. */
  readonly landed: (told: Told, outcome: Outcome) => void;
}

/** What a step told. */
export interface Told {
  readonly step: Step;
  readonly run: Run;
  readonly promotion: Promotion;
  /** Everything that it ever said, the journal and what outlives it among that. */
  readonly texts: string[];
  /** Undefined: it was killed. */
  result: Result | undefined;
  /** What `post` told; undefined where it had nothing to do, or never came to its end. */
  finished: Finished | undefined;
  /** The images that its processes made. */
  readonly made: Set<string>;
  /** It was killed, or what it left is unfinished. */
  isUnfinished: boolean;
  /** When each of its processes began and ended, in epoch milliseconds. */
  readonly spans: { readonly what: 'main' | 'post'; readonly from: number; readonly to: number }[];
}

/** Plays a step from its start to its end, `post` too. Raises for a defect of the action. */
export async function playStep(stage: Stage, step: Step): Promise<Told> {
  const parsed = parsePromotion(inputs(step.given), {
    readFile: () => ({ problem: 'does not exist', isMissing: true }),
    hasCredentials: false,
  });
  if (!parsed.ok) {
    throw new Error(`the history asks for what no input allows: ${JSON.stringify(parsed.faults)}`);
  }
  const { promotion } = parsed;
  const mine: GitHubJob = { ...job, runId: step.runId, runAttempt: step.runAttempt };
  const told: Told = {
    step,
    run: runOf(mine, step.process),
    promotion,
    texts: [],
    result: undefined,
    finished: undefined,
    made: new Set(),
    isUnfinished: false,
    spans: [],
  };
  await pass(stage, step.startsAfterSeconds);
  const file = { text: '' };
  await main(stage, told, mine, file);
  const entries = parseJournal(file.text);
  if (step.post !== undefined && unfinished(entries) !== undefined) {
    await pass(stage, step.post.afterSeconds);
    await post(stage, told, mine, file, step.post.end);
  }
  told.texts.push(file.text);
  told.isUnfinished = unfinished(parseJournal(file.text)) !== undefined;
  return told;
}

function pass({ time }: Stage, seconds: number): Promise<void> {
  return time.sleep(seconds * 1000, new AbortController().signal);
}

async function main(stage: Stage, told: Told, mine: GitHubJob, file: { text: string }): Promise<void> {
  const { promotion, run, step } = told;
  const from = stage.time.now();
  const life = new Life(stage.time, step.end);
  const ports = portsOf(stage, told, mine, life, file);
  const promoter = new Promoter(promotion, run, ports);
  const traced: unknown[] = [];
  const reporter = { ...ports.reporter, trace: (error: unknown) => traced.push(error) };
  const result = await Promise.race([toItsEnd(promoter, { ...ports, reporter }), life.killed]);
  life.exit();
  told.spans.push({ what: 'main', from, to: stage.time.now() });
  if (result !== undefined) {
    if (result.failures.some(({ code }) => code === 'Defect')) {
      throw traced.at(-1);
    }
    told.result = result;
    told.texts.push(...result.failures.map(() => inspect(traced.at(-1))));
    told.texts.push(...textsOf(result, promotion, run));
  }
}

/** As `post` of src/main.ts. */
async function post(
  stage: Stage,
  told: Told,
  mine: GitHubJob,
  file: { text: string },
  end: Step['end'],
): Promise<void> {
  const entries = parseJournal(file.text);
  const why = unfinished(entries);
  if (why === undefined) {
    return;
  }
  const from = stage.time.now();
  const life = new Life(stage.time, end);
  const bound = life.sleep(postMs).then(() => life.cancel());
  bound.catch(() => undefined);
  const work = finish(entries, why, told.promotion, portsOf(stage, told, mine, life, file));
  const finished = await Promise.race([work, life.killed]);
  life.exit();
  told.spans.push({ what: 'post', from, to: stage.time.now() });
  if (finished !== undefined) {
    told.finished = finished;
    told.texts.push(
      finishedSummary(finished, told.promotion),
      ...finishedLines(finished, told.promotion),
      JSON.stringify([finishedAnnotations(finished, told.promotion), finished]),
    );
  }
}

function portsOf(stage: Stage, told: Told, mine: GitHubJob, life: Life, file: { text: string }): Ports {
  const { world, time } = stage;
  const { promotion, run, texts } = told;
  const clock = clockOf(time, life);
  const draw = new Draw(Number.parseInt(run.process, 16));
  const line = (text: string) => {
    texts.push(text);
  };
  const reporter: Reporter = {
    line,
    trace: () => undefined,
    beat: (standing) => line(heartbeatLine(standing)),
    landed: (outcome) => {
      if (!life.isOver) {
        stage.landed(told, outcome);
        line(outcomeLine(outcome) ?? '');
      }
    },
  };
  const aws = new SdkAws({
    accounts: [promotion.home, ...promotion.owners],
    credentials: promotion.credentials,
    ambient: undefined,
    sessionName: `promote-ami-${run.runId}-${run.attempt}`,
    regions: [promotion.sourceRegion, ...regionsOf(promotion.placements)],
    tokens: {
      fetch: (audience) =>
        time.during(async () => {
          const token = await issuer.token(mine, audience, time.now());
          stage.tokens.push(token);
          return token;
        }, life),
      claims: claimsOf,
    },
    handler: new LifeHandler(world, time, life, () => stage.calls(told)),
    clock,
    signal: life.signal,
    notice: line,
    random: () => draw.number(),
  });
  const journal = journalOf(life, (text) => {
    file.text += text;
  });
  return { aws, clock, reporter, journal, signal: life.signal };
}

/** Everything that outlives a step. */
function textsOf(result: Result, promotion: Promotion, run: Run): readonly string[] {
  const file = { file: '/tmp/manifest.json', sha256: '' };
  return [
    manifestOf(result, promotion, run),
    JSON.stringify(outputsOf(result, promotion, file, '')),
    ...problemLines(result, promotion),
    JSON.stringify(annotationsOf(result, promotion)),
    summaryOf(result, promotion, run),
    JSON.stringify(result.rollback ?? {}),
    JSON.stringify(result.outcomes.map(({ differences }) => differences)),
  ];
}

/** What a step told of things that somebody has to look after: warnings, and what could not be undone. */
export function leftOf({ result, finished }: Told): string {
  const outcomes = result?.outcomes ?? [];
  return JSON.stringify([
    outcomes.map(({ differences }) => differences),
    outcomes.map((outcome) => ('failure' in outcome ? outcome.failure : undefined)),
    result?.rollback?.left,
    finished?.rollback?.left,
  ]);
}
