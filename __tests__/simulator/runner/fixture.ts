import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActionRun, type RunOptions, type RunResult, runAction } from '../../../simulator/runner/run.ts';
import { JOB } from '../oidc/jobs.ts';

export const RUNS = 'runs: { using: node24, main: dist/index.js }';

/** What a test made and must take away again. */
export interface Workbench {
  /** A folder with `action.yml` and `dist/index.js`. */
  action(yaml: string, script: string): Promise<string>;
  start(root: string, options?: Partial<RunOptions>): Promise<ActionRun>;
  /** An action of this script, run to its end. */
  run(script: string, options?: Partial<RunOptions>, yaml?: string): Promise<RunResult>;
  clear(): Promise<void>;
}

export function workbench(): Workbench {
  const undo: (() => Promise<void>)[] = [];

  async function action(yaml: string, script: string): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), 'fixture-action-'));
    undo.push(() => rm(root, { recursive: true, force: true }));
    await mkdir(join(root, 'dist'));
    await writeFile(join(root, 'action.yml'), yaml);
    await writeFile(join(root, 'dist', 'index.js'), script);
    await writeFile(join(root, 'dist', 'package.json'), '{"type":"module"}');
    return root;
  }

  async function start(root: string, options: Partial<RunOptions> = {}): Promise<ActionRun> {
    const defaults = { root, inputs: {}, github: JOB, permissions: { idToken: false } };
    const run = await runAction({ ...defaults, ...options });
    undo.push(() => run.dispose());
    return run;
  }

  return {
    action,
    start,
    run: async (script, options, yaml = RUNS) => (await start(await action(yaml, script), options)).exited,
    clear: async () => {
      await Promise.all(undo.splice(0).map((step) => step()));
    },
  };
}

/** A script that prints its environment as JSON. */
export const PRINT_ENVIRONMENT = 'console.log(JSON.stringify(process.env))';

/** The environment that such a script printed. */
export function printed(result: RunResult['post'] & object): Readonly<Record<string, unknown>> {
  const found: unknown = JSON.parse(result.log.split('\n').find((line) => line.startsWith('{')) ?? '');
  return typeof found === 'object' && found !== null ? Object.fromEntries(Object.entries(found)) : {};
}
