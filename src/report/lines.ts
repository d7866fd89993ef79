import { isVerified, notStartedCode, type Outcome, plannedCode } from '../model/outcome.ts';
import { type Promotion, titleOf } from '../model/promotion.ts';
import type { Standing } from '../model/standing.ts';
import { rollbackCodes, rollbackWords } from './rows.ts';
import { cut, oneLine, plural } from './text.ts';

/**
 * The log line for an outcome that has just landed: what became of the target, and if it is missing, why. What to
 * do about that is in the report of problems, once for all targets that it hits. Undefined of a target that was not
 * begun: how many those are is told where the step stops.
 */
export function outcomeLine(outcome: Outcome, mode: Promotion['mode'] = 'promote'): string | undefined {
  const title = `${mark(outcome)} ${titleOf(outcome.target)}:`;
  const took = `in ${duration(outcome.ended - outcome.started)}`;
  if (isVerified(outcome)) {
    if (mode === 'verify') {
      return oneLine(`${title} ${outcome.image.id} holds${warnings(outcome)}`);
    }
    const place = outcome.image.inPlace ? ' in place' : '';
    const words = outcome.state === 'promoted' ? `promoted${place} (${outcome.how})` : `unchanged${place}`;
    return oneLine(`${title} ${outcome.image.id} ${words} ${took}${warnings(outcome)}`);
  }
  const { action, code, requestId } = outcome.failure;
  if (code === notStartedCode) {
    return undefined;
  }
  const undone = rollbackWords(outcome);
  if (undone !== undefined) {
    const reason = rollbackCodes.includes(code) ? '' : ` (${code})`;
    return oneLine(`${title} ${undone}${reason}`);
  }
  const id = 'imageId' in outcome && outcome.imageId !== undefined ? `${outcome.imageId} ` : '';
  if (outcome.state === 'failed' && (id === '' || mode === 'verify')) {
    const words = mode === 'verify' ? `${id}does not hold` : 'cannot be promoted';
    return oneLine(`${title} ${words}: ${code}${besides(outcome)}`);
  }
  const meaning = cut(oneLine(outcome.failure.meaning), 300);
  if (code === plannedCode) {
    return oneLine(`${title} ${meaning}`);
  }
  const request = requestId === undefined ? '' : `, request ${requestId}`;
  return oneLine(
    `${title} ${id}${outcome.state} ${took}: ${meaning} (${code} from ${action}${request})${besides(outcome)}`,
  );
}

/** The log line that says now and then that the step is alive: `… 5 promoted, 12 pending of 18, copies at 43 %, after 10m 0s`. */
export function heartbeatLine({ total, byState, meanProgressPercent, elapsedMs }: Standing): string {
  const counts = Object.entries(byState)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  const progress =
    meanProgressPercent === undefined ? '' : `, copies at ${Math.floor(meanProgressPercent)} %`;
  const standing =
    total === 0
      ? 'reading the source'
      : counts.length === 0
        ? `0 of ${total} done`
        : `${counts.join(', ')} of ${total}`;
  return `… ${standing}${progress}, after ${duration(elapsedMs)}`;
}

/** A time span in words, to the second: `45s`, `12m 5s`, `1h 0m 3s`. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const seconds = total % 60;
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  if (hours > 0) {
    return `${hours}h ${minutes}m ${seconds}s`;
  }
  return minutes > 0 ? `${minutes}m ${seconds}s` : `${seconds}s`;
}

function mark(outcome: Outcome): string {
  if (isVerified(outcome)) {
    return '✔';
  }
  if (outcome.state === 'pending') {
    return '…';
  }
  if (outcome.failure.code === plannedCode) {
    return '→';
  }
  return outcome.target.required ? '✘' : '⚠';
}

function besides(outcome: Outcome): string {
  const count = outcome.state === 'failed' ? outcome.others.length : 0;
  return count === 0 ? '' : `, and ${plural(count, 'other problem')}`;
}

function warnings({ differences }: Outcome): string {
  const count = differences.filter(({ mend }) => mend.kind === 'warning').length;
  return count === 0 ? '' : `, ${plural(count, 'warning')}`;
}
