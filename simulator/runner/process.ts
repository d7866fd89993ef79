import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Launch {
  readonly node: string;
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long the runner waits after SIGINT, and after SIGTERM, when it cancels. */
  readonly cancelWaits: { readonly interruptMs: number; readonly terminateMs: number };
  onLine(line: string): void;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
}

export interface Running {
  /** Resolves once the process has ended and all its output is read; rejects if it cannot be started. */
  readonly ended: Promise<Ended>;
  /** SIGINT, then SIGTERM, then SIGKILL, with the runner's waits between them, until it has ended. */
  cancel(): void;
  /** SIGTERM alone. */
  terminate(): void;
  /** SIGKILL at once. */
  kill(): void;
}

/** Starts a script as the runner does: no flags, no arguments, nothing on standard input, both outputs read as one. */
export function launch(options: Launch): Running {
  const started = performance.now();
  const child = spawn(options.node, [options.script], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timers: NodeJS.Timeout[] = [];
  const ended = waitFor(child, [child.stdout, child.stderr], options.onLine)
    .then(([exitCode, signal]) => ({ exitCode, signal, durationMs: performance.now() - started }))
    .finally(() => timers.forEach(clearTimeout));
  return {
    ended,
    terminate: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    cancel: () => {
      const { interruptMs, terminateMs } = options.cancelWaits;
      child.kill('SIGINT');
      timers.push(setTimeout(() => child.kill('SIGTERM'), interruptMs));
      timers.push(setTimeout(() => child.kill('SIGKILL'), interruptMs + terminateMs));
    },
  };
}

async function waitFor(
  child: ChildProcess,
  streams: readonly Readable[],
  onLine: (line: string) => void,
): Promise<[number | null, NodeJS.Signals | null]> {
  const exit = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  const [result] = await Promise.all([exit, ...streams.map((stream) => readLines(stream, onLine))]);
  return result;
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    onLine(line);
  }
}
