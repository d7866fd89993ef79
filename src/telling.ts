import { type Notices, noticesTo } from './github/notices.ts';
import { annotate } from './github/outputs.ts';
import { currentRun } from './github/run.ts';
import { saveConcluded } from './github/state.ts';
import type { Notifying } from './inputs/notices.ts';
import type { Parsing } from './inputs/promotion.ts';
import type { Result } from './model/outcome.ts';
import type { Promotion } from './model/promotion.ts';
import type { Run } from './model/run.ts';
import { abandonedStatus, faultsStatus, finalStatus } from './report/commit-status.ts';
import { faultsComment, planComment } from './report/plan-comment.ts';

/** What GitHub is told of a run, if it is to be told. */
export function noticesOf(
  notifying: Notifying | undefined,
  run: Run,
  signal: AbortSignal,
): Notices | undefined {
  const warn = (title: string, text: string) => annotate([{ level: 'warning', title, text }]);
  return notifying && noticesTo({ ...notifying, run, env: process.env, signal, warn });
}

/** What GitHub shows beside the step: the plan on the pull request, or what became of the promotion on its commit. */
export async function tellResult(
  result: Result,
  promotion: Promotion,
  run: Run,
  notices: Notices | undefined,
): Promise<void> {
  if (notices === undefined) {
    return;
  }
  if (promotion.mode === 'plan') {
    await notices.comment(planComment(result, promotion, run));
  } else {
    await notices.conclude(finalStatus(result, promotion));
    saveConcluded();
  }
}

/** Of faults in the inputs: what an earlier run said of this commit, or planned for it, no longer counts. */
export async function tellFaults(
  { faults, mode, notifying }: Extract<Parsing, { ok: false }>,
  signal: AbortSignal,
): Promise<void> {
  if (notifying === undefined) {
    return;
  }
  const notices = noticesOf(notifying, await currentRun(), signal);
  if (mode === 'plan') {
    await notices?.comment(faultsComment(faults));
  } else {
    await notices?.conclude(faultsStatus(faults.length));
    saveConcluded();
  }
}

/** Of a step that died: it told GitHub that it was running, and would tell it for ever. */
export async function tellAbandoned({ mode, notifying }: Parsing, signal: AbortSignal): Promise<void> {
  if (notifying !== undefined && mode !== 'plan') {
    await noticesOf(notifying, await currentRun(), signal)?.conclude(abandonedStatus);
  }
}
