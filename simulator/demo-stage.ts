import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../src/model/plan.ts';
import { type Finding, findings } from './demo-ending.ts';
import type { Scenario, Step } from './demo-scenarios.ts';
import { type Served, serve } from './http.ts';
import { writesIn } from './look.ts';
import { type Issuer, startIssuer } from './oidc/issuer.ts';
import { githubClaims } from './oidc/job.ts';
import { planFor } from './plan-check.ts';
import { type GitHubJob, type RunResult, runAction } from './runner/run.ts';
import { logWriter, showSummary } from './runner/show.ts';
import type { World } from './world.ts';
import { openWorld } from './world-file.ts';
import { stateOf } from './world-state.ts';

const root = join(import.meta.dirname, '..');

const job: GitHubJob = {
  repository: 'example/images',
  repositoryId: '812345678',
  ownerId: '424242',
  runId: '16180339887',
  runAttempt: '1',
  sha: '4f2a9c1d0b3e5f67890a1b2c3d4e5f6789012345',
  ref: 'refs/heads/main',
  workflow: 'Release',
  job: 'promote',
  actor: 'octocat',
  environment: 'production',
};

type Inputs = Step['inputs'];

/** Runs the steps of a scenario one after the other and shows each; false as soon as one does not end as it should. */
export async function perform({ world: file, steps }: Scenario): Promise<boolean> {
  const world = openWorld(join(import.meta.dirname, file));
  const issuer = await startIssuer({ claims: githubClaims(job) });
  for (const account of world.accounts.values()) {
    for (const provider of account.providers) {
      provider.jwks = issuer.jwks;
    }
  }
  const aws = await serve(world);
  try {
    const outputs: RunResult['outputs'][] = [];
    for (const [index, { title, inputs, takes = {}, cancelled, ends }] of steps.entries()) {
      heading(`Step ${index + 1} of ${steps.length}. ${title}`);
      const taken = Object.entries(takes).map(([input, text]) => [input, filled(text, outputs)]);
      const given: Inputs = { ...inputs, ...Object.fromEntries(taken) };
      const earlier = writesIn(world).length;
      const state = JSON.stringify(stateOf(world));
      const result = await run(given, issuer, aws, (cancel) => cancelLater(world, cancelled, cancel));
      show(result);
      const calls = writesIn(world).slice(earlier);
      const plan = planIn(given['approved-plan'] ?? '');
      const isAsBefore = JSON.stringify(stateOf(world)) === state;
      if (!judge(findings(ends, { result, calls, complaints: world.complaints, plan, isAsBefore }))) {
        return false;
      }
      outputs.push(result.outputs);
    }
    return true;
  } finally {
    await aws.close();
    await issuer.close();
  }
}

/** A text with outputs of earlier steps in it, which count from 1. */
function filled(text: string, outputs: readonly RunResult['outputs'][]): string {
  return text.replace(
    /\{(\d+)\.([a-z-]+)\}/g,
    (_, step: string, name: string) => outputs[Number(step) - 1]?.[name] ?? '',
  );
}

/** Cancels the job where its scenario says so. */
function cancelLater(world: World, when: Step['cancelled'], cancel: () => void): void {
  let asked = 0;
  world.onCall = ({ action, params }) => {
    if (action === 'CopyImage' && params.DryRun !== true && ++asked === when?.afterCopies) {
      setTimeout(() => {
        console.log('\n✋ Somebody cancels the job.\n');
        cancel();
      }, when.seconds * 1000);
    }
  };
}

async function run(
  inputs: Inputs,
  issuer: Issuer,
  aws: Served,
  begun: (cancel: () => void) => void,
): Promise<RunResult> {
  const action = await runAction({
    root,
    cwd: root,
    inputs,
    github: job,
    issuer,
    endpoint: aws.url,
    permissions: { idToken: true },
    onLine: logWriter((text) => console.log(text)),
    onPost: ({ conclusion }) =>
      conclusion === 'cancelled' ? heading('Post, at the end of the job') : undefined,
  });
  begun(() => action.cancel());
  return action.exited;
}

/** The plan that a step was held to; undefined where it was given none. */
function planIn(path: string): Plan | undefined {
  return path === '' ? undefined : planFor(readFileSync(path, 'utf8'), job);
}

function show(result: RunResult): void {
  heading('Outputs');
  for (const [name, value] of Object.entries(result.outputs)) {
    console.log(`${name} = ${value}`);
  }
  heading('Summary');
  console.log(showSummary(result.summary));
  if (result.post !== undefined && result.post.summary !== '') {
    heading('Summary of post');
    console.log(showSummary(result.post.summary));
  }
  heading('Files');
  console.log(`manifest: ${result.outputs['manifest-file']}`);
  console.log(`all of the runner's: ${result.files.base}`);
  console.log(`exit code ${result.exitCode}, after ${(result.durationMs / 1000).toFixed(1)} s`);
}

/** Shows whether a step ended as it should, and tells it. */
function judge(findings: readonly Finding[]): boolean {
  heading('As it should be?');
  for (const { what, wrong } of findings) {
    console.log([`${wrong.length === 0 ? '✔' : '✘'} ${what}`, ...wrong].join('\n    '));
  }
  return findings.every(({ wrong }) => wrong.length === 0);
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}\n`);
}
