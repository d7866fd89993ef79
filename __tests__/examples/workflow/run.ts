import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comment, Status } from '../../../simulator/github/repository.ts';
import { job as usual } from '../../support/promotion.ts';
import { textOf } from '../files.ts';
import { nameOf, ourReusable } from '../third-party.ts';
import { type Contexts, holds, render, renderAll } from './expressions.ts';
import { type JobFile, readWorkflow, type WorkflowFile } from './file.ts';
import { startHub } from './hub.ts';
import { type JobRun, runJob } from './job.ts';
import type { Stage, Start } from './stage.ts';

/** What became of a run: its jobs by name, those of a called workflow as `caller / called`. */
export interface WorkflowRun {
  /** What the log shows of the steps that failed; empty where all is well. */
  readonly failure: string;
  readonly jobs: Readonly<Record<string, JobRun>>;
  /** What GitHub was told beside it, and what was there before. */
  readonly statuses: readonly Status[];
  readonly comments: readonly Comment[];
}

type Permissions = Readonly<Record<string, string>>;
type Needs = Readonly<Record<string, ReturnType<typeof ended>>>;

/** Runs an example: its jobs one after the other, as they stand there, and those of the workflow that it calls. */
export function runExample(path: string, start: Start): Promise<WorkflowRun> {
  return runWorkflow(textOf(path), start);
}

/** The same of any workflow, by its text. */
export async function runWorkflow(text: string, start: Start): Promise<WorkflowRun> {
  const file = readWorkflow(text);
  const { event = 'workflow_dispatch', inputs = {} } = start;
  if (file.on[event] === undefined) {
    throw new Error(`it does not run on ${event}`);
  }
  checkInputs(file.on.workflow_dispatch?.inputs, inputs);
  const artifacts = await mkdtemp(join(tmpdir(), 'artifacts-'));
  const hub = await startHub(start);
  try {
    const jobs = await runJobs(file, { ...start, artifacts, hub }, inputs, undefined);
    const failure = Object.values(jobs)
      .flatMap(({ conclusion, steps }) =>
        conclusion === 'failure' ? (steps.at(-1)?.shown ?? 'not approved') : [],
      )
      .join('\n');
    return { failure, jobs, statuses: hub.statuses, comments: hub.comments };
  } finally {
    await hub.close();
    await rm(artifacts, { recursive: true });
  }
}

/** `granted` is what the job that calls a workflow may pass on. */
async function runJobs(
  file: WorkflowFile,
  stage: Stage,
  inputs: Readonly<Record<string, string>>,
  granted: Permissions | undefined,
): Promise<Readonly<Record<string, JobRun>>> {
  const jobs: Record<string, JobRun> = {};
  for (const [name, job] of Object.entries(file.jobs)) {
    const needs: Needs = Object.fromEntries(job.needs.map((need) => [need, ended(jobs, need)]));
    const token = stage.hub.tokenFor(job.permissions);
    const contexts = { ...contextsOf(stage, token), inputs, needs };
    const beyond = Object.entries(job.permissions).filter(([key, access]) => granted?.[key] !== access);
    if (granted !== undefined && beyond.length > 0) {
      throw new Error(`the job ${name} asks for more than its caller has`);
    }
    if (!isDue(job, contexts)) {
      jobs[name] = { conclusion: 'skipped', outputs: {}, steps: [] };
    } else if (job.uses === undefined) {
      jobs[name] = await runJob(file.name, name, job, { ...stage, token }, contexts);
    } else {
      Object.assign(jobs, await call(name, job, stage, contexts));
    }
  }
  return jobs;
}

function ended(jobs: Readonly<Record<string, JobRun>>, name: string) {
  const { conclusion, outputs } = jobs[name] ?? {};
  if (conclusion === undefined || outputs === undefined) {
    throw new Error(`the job ${name} does not stand before the one that needs it`);
  }
  return { result: conclusion, outputs };
}

function isDue({ if: condition }: JobFile, contexts: Contexts & { readonly needs: Needs }): boolean {
  const isReady = Object.values(contexts.needs).every(({ result }) => result === 'success');
  return isReady && (condition === undefined || holds(condition, contexts));
}

/** Runs a reusable workflow: its job's own entry, and one for each job of the workflow. */
async function call(
  name: string,
  { uses = '', with: given, permissions }: JobFile,
  stage: Stage,
  contexts: Contexts,
): Promise<Readonly<Record<string, JobRun>>> {
  if (nameOf(uses) !== ourReusable) {
    throw new Error(`there is no workflow ${uses}`);
  }
  const file = readWorkflow(textOf('examples/reusable/promote-ami.yml'));
  checkInputs(file.on.workflow_call?.inputs, given);
  const jobs = await runJobs(file, stage, renderAll(given, contexts), permissions);
  const isSuccess = Object.values(jobs).every(({ conclusion }) => conclusion === 'success');
  const outputs = Object.entries(file.on.workflow_call?.outputs ?? {}).map(([output, { value }]) => [
    output,
    isSuccess
      ? render(value, { jobs: Object.fromEntries(Object.keys(jobs).map((one) => [one, ended(jobs, one)])) })
      : '',
  ]);
  return {
    [name]: {
      conclusion: isSuccess ? 'success' : 'failure',
      outputs: Object.fromEntries(outputs),
      steps: [],
    },
    ...Object.fromEntries(Object.entries(jobs).map(([inner, run]) => [`${name} / ${inner}`, run])),
  };
}

/** All that are declared are required, and no other is known. */
function checkInputs(declared: object = {}, given: object): void {
  const names = [declared, given].map((one) => Object.keys(one).sort().join(', '));
  if (names[0] !== names[1]) {
    throw new Error(`its inputs are ${names[0]}, and it was given ${names[1]}`);
  }
}

function contextsOf({ pullRequest, secrets = {}, ref = usual.ref }: Stage, token: string): Contexts {
  const event = pullRequest === undefined ? {} : { pull_request: pullRequest };
  return { github: { event, repository: usual.repository, ref, token }, secrets };
}
