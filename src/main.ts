import { ambientKeys, ambientProblem } from './aws/ambient.ts';
import { SdkAws } from './aws/aws.ts';
import { networkHandler } from './aws/clients.ts';
import { SdkConsumer } from './aws/consumer.ts';
import { checkEndpoints } from './aws/endpoints.ts';
import type { AmbientKeys } from './aws/sessions.ts';
import { claimsOf } from './github/claims.ts';
import { fileReader } from './github/files.ts';
import { readInputs } from './github/inputs.ts';
import { type JournalFile, journalAt, journalIn, newStep, readJournal, stepOf } from './github/journal.ts';
import { log } from './github/log.ts';
import { type ManifestWriter, manifestsOfOthers, manifestWriter, writePlan } from './github/manifest.ts';
import type { Notices } from './github/notices.ts';
import { annotate, orWarn, writeOutputs, writeSummary } from './github/outputs.ts';
import { currentRun } from './github/run.ts';
import { abortedBySignals } from './github/signals.ts';
import { journalPath, saveJournalPath, wasConcluded } from './github/state.ts';
import { fetchIdToken, idTokenAvailable, missingIdTokenFailure } from './github/token.ts';
import { parseJournal } from './inputs/journal.ts';
import { type Parsing, parsePromotion } from './inputs/promotion.ts';
import { publishedIn } from './inputs/published.ts';
import { Failed, failuresIn } from './model/failure.ts';
import type { JournalEntry } from './model/journal.ts';
import { nothingYet, type Result } from './model/outcome.ts';
import { type Promotion, type RollbackCause, regionsOf } from './model/promotion.ts';
import type { Run } from './model/run.ts';
import { realClock } from './promotion/clock.ts';
import { finish, unfinished } from './promotion/finish.ts';
import type { Ports, Reporter, Step } from './promotion/ports.ts';
import { Promoter } from './promotion/promote.ts';
import { toItsEnd } from './promotion/to-its-end.ts';
import { Verifier } from './promotion/verify.ts';
import { annotationsOf } from './report/annotations.ts';
import { runningStatus } from './report/commit-status.ts';
import { endingNote } from './report/ending.ts';
import { faultAnnotations, faultsSummary } from './report/faults.ts';
import {
  finishedAnnotations,
  finishedLines,
  finishedSummary,
  unfinishedAnnotations,
  unreadAnnotations,
  unreadSummary,
} from './report/finished.ts';
import { leftLines } from './report/left.ts';
import { heartbeatLine, outcomeLine } from './report/lines.ts';
import { manifestOf } from './report/manifest.ts';
import { initialOutputs, outputsOf } from './report/outputs.ts';
import { planLines, planText } from './report/plan.ts';
import { problemLines, problemsTitle } from './report/problems.ts';
import { statusOf } from './report/status.ts';
import { summaryOf } from './report/summary.ts';
import { noticesOf, tellAbandoned, tellFaults, tellResult } from './telling.ts';

/** A cancelled job is ended by force five minutes after the signal. */
const postMs = 4 * 60_000;
const exitCodes = { success: 0, failure: 1, cancelled: 130 } as const;

try {
  const journal = journalPath(process.env);
  process.exit(await (journal === undefined ? main() : post(journal)));
} catch (error) {
  annotate([
    { level: 'error', title: 'promote-ami', text: error instanceof Error ? error.message : String(error) },
  ]);
  process.exit(exitCodes.failure);
}

/** The step from its inputs to its exit code. */
async function main(): Promise<number> {
  const cancel = abortedBySignals();
  const step = newStep();
  const journal = journalIn(folder(), step);
  saveJournalPath(journal.path);
  writeOutputs(initialOutputs());
  const ambient = ambientKeys(process.env);
  const given = parsed(ambient, step);
  if (!given.ok) {
    annotate(faultAnnotations(given.faults));
    await writeSummary(faultsSummary(given.faults));
    await tellFaults(given, cancel.signal);
    return exitCodes.failure;
  }
  const { promotion, notifying } = given;
  const run = await currentRun();
  const notices = noticesOf(notifying, run, cancel.signal);
  const manifest = manifestWriter(folder(), step);
  const result = await promote(promotion, run, ambient, manifest, notices, journal, cancel.signal);
  await report(result, promotion, run, manifest);
  await tellResult(result, promotion, run, notices);
  if (cancel.signal.aborted) {
    return exitCodes.cancelled;
  }
  return statusOf(result, promotion) === 'failure' ? exitCodes.failure : exitCodes.success;
}

/** Finishes what a signal or a crash kept the step from finishing; mostly there is nothing to do. */
async function post(path: string): Promise<number> {
  const entries = parseJournal(await readJournal(path));
  const why = unfinished(entries);
  const isAbandoned = !wasConcluded(process.env);
  if (why === undefined && !isAbandoned) {
    return exitCodes.success;
  }
  const ambient = ambientKeys(process.env);
  const given = parsed(ambient, stepOf(path));
  const { signal } = abortedBySignals();
  if (why !== undefined) {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(postMs)]);
    try {
      await finishFrom(path, entries, why, given, ambient, inTime);
    } catch (error) {
      log.trace(error);
      annotate(unfinishedAnnotations(failuresIn(error)));
    }
  }
  if (isAbandoned) {
    await tellAbandoned(given, signal);
  }
  return exitCodes.success;
}

async function finishFrom(
  path: string,
  entries: readonly JournalEntry[],
  why: RollbackCause,
  given: Parsing,
  ambient: AmbientKeys | undefined,
  signal: AbortSignal,
): Promise<void> {
  log.info('The step did not come to its end: finishing what it left.');
  checkEndpoints(process.env);
  if (!given.ok) {
    annotate(unreadAnnotations(given.faults));
    await writeSummary(unreadSummary(given.faults));
    return;
  }
  const { promotion } = given;
  const reporter: Reporter = {
    line: log.info,
    trace: log.trace,
    beat: () => undefined,
    landed: () => undefined,
  };
  const ports = portsOf(promotion, await currentRun(), ambient, reporter, journalAt(path), signal);
  const manifests = await manifestsOfOthers(folder(), stepOf(path));
  const finished = await finish(entries, why, promotion, ports, new Set(manifests.flatMap(publishedIn)));
  for (const line of finishedLines(finished, promotion)) {
    log.info(line);
  }
  annotate(finishedAnnotations(finished, promotion));
  await writeSummary(finishedSummary(finished, promotion));
}

function parsed(ambient: AmbientKeys | undefined, step: string): Parsing {
  return parsePromotion(readInputs(process.env), {
    readFile: fileReader(folder(), step, log.info),
    hasCredentials: ambient !== undefined,
    credentialsProblem: ambientProblem(process.env),
  });
}

async function promote(
  promotion: Promotion,
  run: Run,
  ambient: AmbientKeys | undefined,
  manifest: ManifestWriter,
  notices: Notices | undefined,
  journal: JournalFile,
  signal: AbortSignal,
): Promise<Result> {
  const reporter: Reporter = {
    line: log.info,
    trace: log.trace,
    beat: (standing) => log.info(heartbeatLine(standing)),
    landed: (outcome, outcomes, opened) => {
      if (promotion.mode !== 'plan') {
        const line = outcomeLine(outcome, promotion.mode);
        if (line !== undefined) {
          log.info(line);
        }
        notices?.progress(runningStatus(outcomes, promotion));
      }
      manifest
        .offer(() => manifestOf({ ...nothingYet, outcomes, opened }, promotion, run))
        .catch((error: unknown) => log.info(`The manifest could not be written: ${error}`));
    },
  };
  if (promotion.mode !== 'plan') {
    notices?.progress(runningStatus([], promotion));
  }
  const ports = portsOf(promotion, run, ambient, reporter, journal, signal);
  const step: Step =
    promotion.mode === 'verify' ? new Verifier(promotion, run, ports) : new Promoter(promotion, run, ports);
  try {
    checkEndpoints(process.env);
    if (promotion.credentials.kind === 'oidc' && !idTokenAvailable(process.env)) {
      throw new Failed(missingIdTokenFailure());
    }
  } catch (error) {
    log.trace(error);
    return { ...step.result(), failures: failuresIn(error) };
  }
  return toItsEnd(step, ports);
}

function portsOf(
  promotion: Promotion,
  run: Run,
  ambient: AmbientKeys | undefined,
  reporter: Reporter,
  journal: JournalFile,
  signal: AbortSignal,
): Ports {
  const clock = realClock;
  const { consumer, home, owners } = promotion;
  const config = {
    credentials: promotion.credentials,
    ambient,
    sessionName: `promote-ami-${run.runId}-${run.attempt}`.slice(0, 64),
    regions: [promotion.sourceRegion, ...regionsOf(promotion.placements)],
    tokens: { fetch: fetchIdToken, claims: claimsOf },
    handler: networkHandler(process.env),
    clock,
    signal,
    notice: log.info,
    random: Math.random,
  };
  return {
    aws: new SdkAws({ ...config, accounts: [home, ...owners] }),
    consumer: consumer && new SdkConsumer(config, consumer),
    clock,
    reporter,
    journal,
    signal,
  };
}

/** Everything that outlives the step, true at its end. */
async function report(
  result: Result,
  promotion: Promotion,
  run: Run,
  manifest: ManifestWriter,
): Promise<void> {
  const written = await orWarn('manifest', async () => ({
    sha256: await manifest.write(manifestOf(result, promotion, run)),
    file: manifest.path,
  }));
  const { plan } = result;
  const isPlan = promotion.mode === 'plan';
  const planFile = isPlan && plan && (await orWarn('plan', () => writePlan(folder(), planText(plan))));
  writeOutputs(outputsOf(result, promotion, written ?? { file: '', sha256: '' }, planFile || ''));
  log.group(problemsTitle(result, promotion), problemLines(result, promotion));
  const note = endingNote(result, promotion);
  const ending = [...leftLines(result, promotion, result.interrupted), ...(note === undefined ? [] : [note])];
  for (const line of isPlan && plan !== undefined ? planLines(plan) : ending) {
    log.info(line);
  }
  annotate(annotationsOf(result, promotion));
  await writeSummary(summaryOf(result, promotion, run));
}

function folder(): string {
  return process.env.RUNNER_TEMP ?? process.cwd();
}
