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
}

/** Something that had to be so, and what there is instead: nothing if it is so. */
export interface Finding {
  readonly what: string;
  readonly wrong: readonly string[];
}

/** Everything that a step's ending promises, each with what came of it. Pure. */
export function findings(
  { conclusion, outputs, tells = [], writes }: Ending,
  { result, calls, complaints, plan }: Facts,
): readonly Finding[] {
  return [
    equal('the step is a', conclusion, result.conclusion),
    ...Object.entries(outputs).map(([name, value]) => equal(`${name} is`, value, result.outputs[name])),
    told(tells, result.summary),
    written(writes, calls, plan),
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
    what: codes.length === 0 ? 'nothing is in the way' : `${codes.length} different faults are told`,
    wrong: [
      ...codes.filter((code) => !found.includes(code)).map((code) => `not told: ${code}`),
      ...found
        .filter((code, index) => !codes.includes(code) || found.indexOf(code) < index)
        .map((code) => `told too: ${code}`),
    ],
  };
}

function written(writes: Ending['writes'], calls: readonly CallRecord[], plan: Plan | undefined): Finding {
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
