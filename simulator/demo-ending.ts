import type { Plan } from '../src/model/plan.ts';
import type { Ending } from './demo-scenarios.ts';
import { againstPlan } from './plan-check.ts';
import type { CallRecord } from './record.ts';
import type { RunResult } from './runner/run.ts';

/** What a step left behind. */
export interface Facts {
  readonly result: RunResult;
  /** Its calls that changed something in AWS. */
  readonly calls: readonly CallRecord[];
  /** What the simulator was asked and does not know. */
  readonly complaints: readonly string[];
  /** What the step was held to, if anything. */
  readonly plan: Plan | undefined;
  /** Whether every image, snapshot, tag and permission is as it was before the step. */
  readonly isAsBefore: boolean;
}

/** Something that had to be so, and what there is instead: nothing if it is so. */
export interface Finding {
  readonly what: string;
  readonly wrong: readonly string[];
}

/** Everything that a step's ending promises, each with what came of it. Pure. */
export function findings(
  { conclusion, outputs, tells = [], writes, copies }: Ending,
  { result, calls, complaints, plan, isAsBefore }: Facts,
): readonly Finding[] {
  return [
    equal('the conclusion of the step is', conclusion, result.conclusion),
    ...Object.entries(outputs).map(([name, value]) => equal(`${name} is`, value, result.outputs[name])),
    told(tells, result.summary),
    ...(copies === undefined ? [] : [copied(copies, calls)]),
    written(writes, calls, plan, isAsBefore),
    { what: 'the simulator knew everything that it was asked', wrong: complaints },
  ];
}

function equal(what: string, wanted: string, found: string | undefined): Finding {
  return { what: `${what} ${wanted}`, wrong: wanted === found ? [] : [`but ${found}`] };
}

/** The summary tells each cause once, with its code. */
function told(codes: readonly string[], summary: string): Finding {
  const found = [...summary.matchAll(/^- Code: <code>(\w+)/gm)].map(([, code = '']) => code);
  return {
    what:
      codes.length === 0
        ? 'nothing is in the way'
        : codes.length === 1
          ? 'one fault is told'
          : `${codes.length} different faults are told`,
    wrong: [
      ...codes.filter((code) => !found.includes(code)).map((code) => `not told: ${code}`),
      ...found
        .filter((code, index) => !codes.includes(code) || found.indexOf(code) < index)
        .map((code) => `told too: ${code}`),
    ],
  };
}

function copied(copies: number, calls: readonly CallRecord[]): Finding {
  const made = calls.filter(({ action }) => action === 'CopyImage').length;
  return {
    what: `${copies === 0 ? 'no' : copies} ${copies === 1 ? 'copy was' : 'copies were'} asked for`,
    wrong: made === copies ? [] : [`but ${made}`],
  };
}

function written(
  writes: Ending['writes'],
  calls: readonly CallRecord[],
  plan: Plan | undefined,
  isAsBefore: boolean,
): Finding {
  if (writes === 'undone') {
    return {
      what: `AWS was written to by ${calls.length} calls, and is as it was: every image, snapshot, tag and permission`,
      wrong: calls.length > 0 && isAsBefore ? [] : ['but it is not'],
    };
  }
  if (writes === 'some') {
    return { what: 'AWS was written to', wrong: calls.length > 0 ? [] : ['not by one call'] };
  }
  if (writes === 'none' || plan === undefined) {
    const wrong = calls.map(({ action, account, region }) => `${action} in ${account}/${region}`);
    return { what: 'nothing was written to AWS', wrong };
  }
  const { agreed, missing, surplus } = againstPlan(plan, calls);
  return {
    what: `AWS was written to by ${calls.length} calls, and they changed exactly what the approved plan says: ${agreed.length} changes`,
    wrong: [
      ...missing.map((change) => `planned, but not made: ${change}`),
      ...surplus.map((change) => `made, but not planned: ${change}`),
    ],
  };
}
