import { endCopies } from '../../simulator/copying.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { ActionRun, LogLine, StepResult } from '../../simulator/runner/run.ts';
import type { World } from '../../simulator/world.ts';
import type { BundleOptions, Inputs } from '../support/promotion.ts';
import { type Started, type Step, start, writeCount } from './step.ts';

export interface Interruption {
  readonly way: 'cancel' | 'terminate' | 'crash';
  /** The call with which the signal is sent, before its answer is; or the line of the log after which it is. */
  readonly when: ((call: CallRecord) => boolean) | RegExp;
  readonly options?: Omit<BundleOptions, 'onPost' | 'onLine'>;
  /** Called when main has ended and post is about to start. */
  readonly onPost?: (main: StepResult, action: ActionRun) => void;
}

export interface Interrupted {
  readonly step: Step;
  /** How long main lived on after the signal. */
  readonly afterMs: number;
  /** The longest that a step, or its post, may live on after a signal on a machine that is as busy as this one. */
  readonly soonMs: number;
  /** What main had written when the signal came. */
  readonly writesBefore: number;
  /** What main wrote in all. */
  readonly writesOfMain: number;
  /** How many calls post made. */
  readonly callsOfPost: number;
  readonly postMs: number;
}

/** How long a call that is under way may go on after a signal. */
const graceMs = 3_000;
/** What is left to be told then takes less than this many starts, from the process to its first call to AWS. */
const timesStart = 2;

/** A run that gets a signal, and then its `post`. */
export async function interrupted(
  world: World,
  given: Inputs,
  { way, when, options = {}, onPost }: Interruption,
): Promise<Interrupted> {
  let started: Started | undefined;
  let [began, up, at, ended, writesBefore, writesOfMain, callsOfMain] = [0, 0, 0, 0, 0, 0, 0];
  const send = () => {
    world.onCall = () => undefined;
    at = performance.now();
    writesBefore = writeCount(world);
    started?.action[way]();
  };
  world.onCall = (call) => {
    up ||= performance.now();
    if (typeof when === 'function' && when(call)) {
      send();
    }
  };
  const onLine = ({ text }: LogLine) => {
    if (at === 0 && when instanceof RegExp && when.test(text)) {
      send();
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
  began = performance.now();
  started = await start(world, given, { ...options, onLine, onPost: between });
  const step = await started.ended;
  if (at === 0) {
    throw new Error(`that with which the step was to be interrupted never came:\n${step.shown}`);
  }
  return {
    step,
    afterMs: ended - at,
    soonMs: graceMs + timesStart * (up - began),
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

/** Whether a call is the one with which each of so many copies was looked for since it was asked for. */
export function polled(copies: number): (call: CallRecord) => boolean {
  const asked = new Set<string>();
  const seen = new Set<string>();
  return ({ action, account, region, params }) => {
    const place = `${account}/${region}`;
    if (action === 'CopyImage' && params.DryRun !== true) {
      asked.add(place);
    }
    if (action === 'DescribeImages' && asked.has(place)) {
      seen.add(place);
    }
    return seen.size === copies;
  };
}

/** Every copy of a Region ends once it was looked for there: it was found pending, however slow the machine is. */
export function endCopiesWhenSeen(world: World): void {
  world.onCall = ({ action, region }) => {
    if (action === 'DescribeImages') {
      endCopies(world, region);
    }
  };
}
