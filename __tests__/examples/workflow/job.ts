import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { masker } from '../../../simulator/runner/masks.ts';
import type { Step } from '../../e2e/step.ts';
import { job as usual } from '../../support/promotion.ts';
import { nameOf, ourAction } from '../third-party.ts';
import { promote } from './action.ts';
import { type Contexts, holds, renderAll } from './expressions.ts';
import type { JobFile, StepFile } from './file.ts';
import { runScript } from './script.ts';
import type { Scene, Stage } from './stage.ts';
import { standIn } from './stand-ins.ts';

/** What became of a job. */
export interface JobRun {
  readonly conclusion: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  /** Those that ran; after a failure no more did. */
  readonly steps: readonly StepRun[];
}

/** What a step leaves to those after it. */
export interface StepRun {
  readonly conclusion: 'success' | 'failure';
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly masks: readonly string[];
  /** All that the workflow's log shows of it. */
  readonly shown: string;
  /** Of a step that is our action. */
  readonly promotion?: Step;
}

/** Runs a job on a machine of its own, unless its environment is not approved. */
export async function runJob(
  workflow: string,
  name: string,
  job: JobFile,
  stage: Stage & { readonly token: string },
  contexts: Contexts,
): Promise<JobRun> {
  const { environment, permissions } = job;
  if (environment !== undefined && stage.approve?.(environment) === false) {
    return { conclusion: 'failure', outputs: {}, steps: [] };
  }
  const base = await mkdtemp(join(tmpdir(), 'job-'));
  const workspace = join(base, 'workspace');
  await mkdir(workspace);
  const { event: eventName = 'workflow_dispatch', ref = usual.ref, runId = usual.runId } = stage;
  const github = { ...usual, workflow, job: name, eventName, ref, runId };
  const { environment: _, ...without } = github;
  const scene: Scene = {
    ...stage,
    github: environment === undefined ? without : { ...github, environment },
    permissions,
    base,
    workspace,
  };
  try {
    return await runSteps(job, scene, contexts);
  } finally {
    await rm(base, { recursive: true });
  }
}

async function runSteps({ steps = [], outputs }: JobFile, scene: Scene, contexts: Contexts): Promise<JobRun> {
  const done: StepRun[] = [];
  const byId: Record<string, { readonly outputs: Readonly<Record<string, string>> }> = {};
  for (const step of steps) {
    const known = { ...contexts, steps: byId };
    if (step.if !== undefined && !holds(step.if, known)) {
      continue;
    }
    const ran = await runStep(step, scene, known, done);
    done.push(ran);
    if (step.id !== undefined) {
      byId[step.id] = { outputs: ran.outputs };
    }
    if (ran.conclusion === 'failure') {
      return { conclusion: 'failure', outputs: {}, steps: done };
    }
  }
  const all = renderAll(outputs, { ...contexts, steps: byId });
  const masks = masker(secretsOf(scene, done));
  const passed = Object.entries(all).filter(([, value]) => !masks.touches(value));
  return { conclusion: 'success', outputs: Object.fromEntries(passed), steps: done };
}

async function runStep(
  { uses, run, with: given, env: own }: StepFile,
  scene: Scene,
  contexts: Contexts,
  before: readonly StepRun[],
): Promise<StepRun> {
  const path = before.flatMap((step) => step.path);
  const env = Object.assign({}, ...before.map((step) => step.env), renderAll(own, contexts));
  const secrets = secretsOf(scene, before);
  const inputs = renderAll(given, contexts);
  if (run !== undefined) {
    return runScript(run, scene, { env, path, secrets, number: before.length });
  }
  if (uses === undefined) {
    throw new Error('a step that neither runs nor uses anything');
  }
  return nameOf(uses) === ourAction
    ? promote(inputs, scene, { env, secrets })
    : {
        conclusion: 'success',
        outputs: {},
        env: {},
        path: [],
        masks: [],
        shown: '',
        ...(await standIn(uses, inputs, scene)),
      };
}

/** What no log may show: the secrets, the job's token, and what steps asked to mask. */
function secretsOf({ secrets = {}, token }: Scene, before: readonly StepRun[]): readonly string[] {
  return [...Object.values(secrets), token, ...before.flatMap(({ masks }) => masks)];
}
