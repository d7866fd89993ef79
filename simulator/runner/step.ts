import { type CommandFiles, makeCommandFiles, readCommandFiles } from './file-commands.ts';
import { type LogLine, type LogReader, readLog } from './log.ts';
import type { Masker } from './masks.ts';
import { type Ended, type Launch, launch } from './process.ts';

/** What became of one start of the action, `main` or `post`. */
export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** `cancelled` if it was cancelled or killed, else `failure` for an exit code other than 0 or any fault. */
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  /** All that it printed, as printed: commands, masks and masked values included. */
  readonly log: string;
  /** The log as the workflow shows it. */
  readonly lines: readonly LogLine[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the outputs that hold a masked value: other jobs of a workflow would not get them. */
  readonly droppedOutputs: readonly string[];
  readonly state: Readonly<Record<string, string>>;
  /** What it wrote to GITHUB_ENV and GITHUB_PATH for later steps. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  /** Markdown, with masked values replaced. */
  readonly summary: string;
  /** The values it asked to mask. */
  readonly masks: readonly string[];
  /** What the runner refuses: a malformed command file, a disabled command. Each fails the step. */
  readonly faults: readonly string[];
  readonly durationMs: number;
}

export interface StepOptions {
  readonly name: 'main' | 'post';
  readonly launch: Omit<Launch, 'onLine'>;
  readonly commandFolder: string;
  readonly masks: Masker;
  /** Warnings that the runner puts before the step's own output. */
  readonly warnings: readonly string[];
  readonly onLine?: (line: LogLine) => void;
}

export interface RunningStep {
  readonly ended: Promise<StepResult>;
  cancel(): void;
  terminate(): void;
  /** SIGKILL, which is nobody's wish: a failure, and no cancellation. */
  crash(): void;
  kill(): void;
}

/** Makes the command files, starts the script, and when it ends reads what it left, whatever way it ended. */
export async function startStep(options: StepOptions): Promise<RunningStep> {
  const files = await makeCommandFiles(options.commandFolder, options.name);
  const reader = readLog(options.masks, options.onLine);
  for (const warning of options.warnings) {
    reader.add('warning', warning);
  }
  const log: string[] = [];
  const running = launch({
    ...options.launch,
    env: { ...options.launch.env, ...files },
    onLine: (line) => {
      log.push(line);
      reader.read(line);
    },
  });
  let interrupted = false;
  return {
    ended: running.ended.then((ended) => collect(options.masks, files, reader, log, ended, interrupted)),
    cancel: () => {
      interrupted = true;
      running.cancel();
    },
    terminate: () => running.terminate(),
    crash: () => running.kill(),
    kill: () => {
      interrupted = true;
      running.kill();
    },
  };
}

async function collect(
  masks: Masker,
  files: CommandFiles,
  reader: LogReader,
  log: readonly string[],
  ended: Ended,
  interrupted: boolean,
): Promise<StepResult> {
  const { errors, faults: fileFaults, summary, ...left } = await readCommandFiles(files);
  const faults = [...reader.faults, ...fileFaults];
  for (const message of [...faults, ...errors]) {
    reader.add('error', message);
  }
  const failed = ended.exitCode !== 0 || faults.length > 0;
  return {
    ...ended,
    ...left,
    conclusion: interrupted ? 'cancelled' : failed ? 'failure' : 'success',
    log: log.map((line) => `${line}\n`).join(''),
    lines: reader.lines,
    droppedOutputs: Object.entries(left.outputs).flatMap(([name, value]) =>
      masks.touches(value) ? [name] : [],
    ),
    summary: masks.apply(summary),
    masks: [...masks.values],
    faults,
  };
}
