import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runnerEnvironment, runnerFolders } from '../../../simulator/runner/environment.ts';
import { masker } from '../../../simulator/runner/masks.ts';
import { startStep } from '../../../simulator/runner/step.ts';
import type { StepRun } from './job.ts';
import type { Scene } from './stage.ts';

/** A `run:` step, as the runner does it: a file for bash, which ends at the first command that fails. */
export async function runScript(
  script: string,
  { base, github, workspace }: Scene,
  given: {
    readonly env: Readonly<Record<string, string>>;
    readonly path: readonly string[];
    readonly secrets: readonly string[];
    readonly number: number;
  },
): Promise<StepRun> {
  const file = join(base, `script-${given.number}.sh`);
  await writeFile(file, `set -e\n${script}`);
  const environment = runnerEnvironment(github, runnerFolders(base, github, workspace));
  const path = [...given.path.toReversed(), environment.PATH].join(delimiter);
  const masks = masker(given.secrets);
  const running = await startStep({
    name: 'main',
    launch: {
      node: 'bash',
      script: file,
      cwd: workspace,
      env: { ...environment, ...given.env, PATH: path },
      cancelWaits: { interruptMs: 7_500, terminateMs: 2_500 },
    },
    commandFolder: join(base, `commands-${given.number}`),
    masks,
    warnings: [],
  });
  const ended = await running.ended;
  return {
    conclusion: ended.conclusion === 'success' ? 'success' : 'failure',
    outputs: ended.outputs,
    env: ended.env,
    path: ended.path,
    masks: ended.masks,
    shown: ended.lines.map(({ text }) => text).join('\n'),
  };
}
