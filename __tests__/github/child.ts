import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a process wrote, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a module's text in a Node of its own, as the runner would: only the given environment, standard output
 * as the log. `@actions/core` reads the environment and writes commands there, so this is its real edge.
 * Imports are relative to the repository.
 */
export async function inChild(text: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...env },
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
