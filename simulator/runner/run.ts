import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitHubJob } from '../oidc/job.ts';
import { type RunnerFolders, runnerEnvironment, runnerFolders } from './environment.ts';
import { inputVariables } from './inputs.ts';
import type { LogLine } from './log.ts';
import { type Masker, masker } from './masks.ts';
import { type ActionMetadata, readMetadata } from './metadata.ts';
import { findNode } from './node.ts';
import type { Launch } from './process.ts';
import { type RunningStep, type StepOptions, type StepResult, startStep } from './step.ts';

export type { GitHubJob } from '../oidc/job.ts';
export type { LogLine } from './log.ts';
export type { StepResult } from './step.ts';

export interface RunOptions {
  /** The folder of `action.yml`. */
  readonly root: string;
  /** The step's `with:`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The step's `env:`. Names with `GITHUB_` or `RUNNER_` are ignored, as by the runner. */
  readonly env?: Readonly<Record<string, string>>;
  readonly github: GitHubJob;
  /** Where ID tokens come from; needed with `idToken`. */
  readonly issuer?: { readonly url: string; readonly requestToken: string };
  /** For AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
  /** For GITHUB_API_URL. */
  readonly api?: string;
  /** What the event's payload holds beside the repository; the event's name is the job's. */
  readonly event?: object;
  /** `idToken` stands for `id-token: write`: without it the action gets no variables to ask for a token. */
  readonly permissions: { readonly idToken: boolean };
  /** The workflow's secrets, masked from the start. */
  readonly secrets?: readonly string[];
  /** GITHUB_WORKSPACE and working directory: an existing folder; a new empty one unless given. */
  readonly cwd?: string;
  /** RUNNER_DEBUG. */
  readonly debug?: boolean;
  /** The runner's waits when it cancels: 7,500 ms after SIGINT, 2,500 ms after SIGTERM unless given. */
  readonly cancelWaits?: { readonly interruptMs: number; readonly terminateMs: number };
  /** Each line as it is shown, while the action runs. */
  readonly onLine?: (line: LogLine) => void;
  /** Called with what `main` left when `post` is about to start: a job has other steps in between. */
  readonly onPost?: (main: StepResult) => void;
  /** What those other steps export (GITHUB_ENV). */
  readonly laterEnv?: Readonly<Record<string, string>>;
}

/** The result of `main`, with that of `post` where the action has one and its condition held. */
export interface RunResult extends StepResult {
  readonly post?: StepResult;
  readonly files: RunnerFolders;
}

export interface ActionRun {
  readonly files: RunnerFolders;
  /** Resolves however the action ends; rejects only if Node cannot be started or files cannot be read. */
  readonly exited: Promise<RunResult>;
  /** Cancels the job as GitHub does: SIGINT, SIGTERM, SIGKILL, with its waits; then `post` runs. */
  cancel(): void;
  /** Somebody else ends the process: SIGTERM alone. */
  terminate(): void;
  /** The process dies (SIGKILL, as of one that ran out of memory) and the runner lives: then `post` runs. */
  crash(): void;
  /** The machine dies: SIGKILL, and no `post`. */
  kill(): void;
  /** Removes the folders of the run; files named in outputs are gone then. */
  dispose(): Promise<void>;
}

/**
 * Starts an action's `main` as GitHub's runner does, with the defaults of `action.yml`, `INPUT_*`, command files, an
 * environment of its own and Node 24; then `post`, which gets the state that `main` saved as `STATE_*`.
 * Throws before anything is started if `action.yml`, Node or the options do not allow it.
 */
export async function runAction(options: RunOptions): Promise<ActionRun> {
  const metadata = await readMetadata(options.root);
  const tokens = idTokenVariables(options);
  const { variables, warnings } = inputVariables(metadata, options.inputs);
  const node = await findNode();
  const folders = await makeFolders(options);
  const env = {
    ...runnerEnvironment(options.github, folders),
    ...(options.api === undefined ? {} : { GITHUB_API_URL: options.api }),
    ...ownVariables(options.env ?? {}),
    ...(options.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: options.endpoint }),
    ...(options.debug ? { RUNNER_DEBUG: '1' } : {}),
    ...tokens,
    ...variables,
  };
  const secrets = [...(options.secrets ?? []), ...(options.issuer ? [options.issuer.requestToken] : [])];
  const start: StepStart = (name, script, extra, masks) =>
    startStep({
      name,
      launch: launchOf(node, join(options.root, script), folders, { ...env, ...extra }, options),
      commandFolder: join(folders.temp, '_runner_file_commands'),
      masks,
      warnings: name === 'main' ? warnings : [],
      ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
    });
  return follow(metadata, start, masker(secrets), folders, options);
}

type StepStart = (
  name: StepOptions['name'],
  script: string,
  extra: Readonly<Record<string, string>>,
  masks: Masker,
) => Promise<RunningStep>;

/** Runs `main`, then `post`; cancel and kill go to whichever is running. */
async function follow(
  metadata: ActionMetadata,
  start: StepStart,
  masks: Masker,
  files: RunnerFolders,
  { onPost, laterEnv }: Pick<RunOptions, 'onPost' | 'laterEnv'>,
): Promise<ActionRun> {
  const main = await start('main', metadata.main, {}, masks);
  let current = main;
  let killed = false;

  async function finish(): Promise<RunResult> {
    const result = await main.ended;
    if (metadata.post === undefined || killed || !postRuns(metadata, result)) {
      return { ...result, files };
    }
    onPost?.(result);
    const search = [...result.path].reverse().join(':');
    const path = search === '' ? {} : { PATH: `${search}:${process.env.PATH ?? ''}` };
    current = await start(
      'post',
      metadata.post,
      { ...result.env, ...laterEnv, ...path, ...stateOf(result) },
      masks,
    );
    if (killed) {
      current.kill();
    }
    return { ...result, post: await current.ended, files };
  }

  return {
    files,
    exited: finish(),
    cancel: () => current.cancel(),
    terminate: () => current.terminate(),
    crash: () => current.crash(),
    kill: () => {
      killed = true;
      current.kill();
    },
    dispose: () => rm(files.base, { recursive: true, force: true }),
  };
}

function postRuns(metadata: ActionMetadata, main: StepResult): boolean {
  switch (metadata.postIf) {
    case 'always()':
      return true;
    case 'success()':
      return main.conclusion === 'success';
    case 'failure()':
      return main.conclusion === 'failure';
    case 'cancelled()':
      return main.conclusion === 'cancelled';
  }
}

function stateOf(main: StepResult): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]));
}

function ownVariables(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(GITHUB|RUNNER)_/.test(name)));
}

function idTokenVariables(options: RunOptions): Readonly<Record<string, string>> {
  if (!options.permissions.idToken) {
    return {};
  }
  if (options.issuer === undefined) {
    throw new Error('the permission for ID tokens needs an issuer');
  }
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: options.issuer.url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: options.issuer.requestToken,
  };
}

function launchOf(
  node: string,
  script: string,
  folders: RunnerFolders,
  env: Readonly<Record<string, string>>,
  options: RunOptions,
): Omit<Launch, 'onLine'> {
  const cancelWaits = options.cancelWaits ?? { interruptMs: 7_500, terminateMs: 2_500 };
  return { node, script, cwd: folders.workspace, env, cancelWaits };
}

async function makeFolders(options: RunOptions): Promise<RunnerFolders> {
  const base = await mkdtemp(join(tmpdir(), 'simulated-runner-'));
  const folders = runnerFolders(base, options.github, options.cwd);
  const event = join(folders.temp, '_github_workflow');
  const own = options.cwd === undefined ? [folders.workspace] : [];
  await Promise.all(
    [folders.home, folders.tools, event, ...own].map((path) => mkdir(path, { recursive: true })),
  );
  const repository = { full_name: options.github.repository, id: Number(options.github.repositoryId) };
  await writeFile(join(event, 'event.json'), JSON.stringify({ repository, ...options.event }));
  return folders;
}
