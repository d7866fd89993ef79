import type { CallRecord } from '../../simulator/record.ts';
import type { ActionRun, StepResult } from '../../simulator/runner/run.ts';
import type { World } from '../../simulator/world.ts';
import type { BundleOptions, Inputs } from '../support/promotion.ts';
import { type Started, type Step, start, writeCount } from './step.ts';

export interface Interruption {
  readonly way: 'cancel' | 'terminate' | 'crash';
  readonly when: (call: CallRecord) => boolean;
  /** From that call to the signal: at once unless given. */
  readonly delayMs?: number;
  readonly options?: Omit<BundleOptions, 'onPost'>;
  /** Called when main has ended and post is about to start. */
  readonly onPost?: (main: StepResult, action: ActionRun) => void;
}

export interface Interrupted {
  readonly step: Step;
  /** How long main lived on after the signal. */
  readonly afterMs: number;
  /** What main had written when the signal came. */
  readonly writesBefore: number;
  /** What main wrote in all. */
  readonly writesOfMain: number;
  /** How many calls post made. */
  readonly callsOfPost: number;
  readonly postMs: number;
}

/** A run that gets a signal after a call, and then its `post`. */
export async function interrupted(
  world: World,
  given: Inputs,
  { way, when, delayMs, options = {}, onPost }: Interruption,
): Promise<Interrupted> {
  let started: Started | undefined;
  let [at, ended, writesBefore, writesOfMain, callsOfMain] = [0, 0, 0, 0, 0];
  const send = () => {
    at = performance.now();
    writesBefore = writeCount(world);
    started?.action[way]();
  };
  world.onCall = (call) => {
    if (when(call)) {
      world.onCall = () => undefined;
      if (delayMs === undefined) {
        send();
      } else {
        setTimeout(send, delayMs);
      }
    }
  };
  const between = (main: StepResult) => {
    ended = performance.now();
    writesOfMain = writeCount(world);
    callsOfMain = world.record.length;
    if (started !== undefined) {
      onPost?.(main, started.action);
    }
  };
  started = await start(world, given, { ...options, onPost: between });
  const step = await started.ended;
  if (at === 0) {
    throw new Error(`the call after which the step was to be interrupted never came:\n${step.shown}`);
  }
  return {
    step,
    afterMs: ended - at,
    writesBefore,
    writesOfMain,
    callsOfPost: world.record.length - callsOfMain,
    postMs: step.post?.durationMs ?? Number.NaN,
  };
}

/** Whether a call is the nth one in earnest of its action. */
export function nth(action: string, count: number): (call: CallRecord) => boolean {
  let seen = 0;
  return (call) =>
    call.action === action &&
    call.onBehalfOf === undefined &&
    call.params.DryRun !== true &&
    ++seen === count;
}
