import { expect } from '@jest/globals';
import { inspect, writeCount } from '../../e2e/step.ts';
import { type Inputs, startBundle } from '../../support/promotion.ts';
import type { StepRun } from './job.ts';
import type { Scene } from './stage.ts';

/**
 * A step that is our action: the bundle, run by the simulator's runner and seen to keep what every run must keep. Where
 * the workflow does not say how often AWS is asked, it is every second.
 */
export async function promote(
  inputs: Inputs,
  { world, github, permissions, workspace, hub, token, pullRequest }: Scene,
  { env, secrets }: { readonly env: Readonly<Record<string, string>>; readonly secrets: readonly string[] },
): Promise<StepRun> {
  const given = { 'poll-seconds': '1', ...inputs };
  const idToken = permissions['id-token'] === 'write';
  const event = pullRequest === undefined ? {} : { pull_request: pullRequest };
  const options = {
    job: github,
    permissions: { idToken },
    cwd: workspace,
    env,
    secrets,
    api: hub.url,
    event,
  };
  const earlier = writeCount(world);
  const { issuer, exited } = await startBundle(world, given, options);
  const step = await inspect(await exited, world, issuer, github, earlier);
  const texts = [step.log, step.summary, step.post?.log ?? '', ...Object.values(step.outputs)];
  expect(texts.filter((text) => text.includes(token))).toEqual([]);
  return {
    conclusion: step.conclusion === 'success' ? 'success' : 'failure',
    outputs: step.outputs,
    env: step.env,
    path: step.path,
    masks: step.masks,
    shown: step.shown,
    promotion: step,
  };
}
