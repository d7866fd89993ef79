import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The Node 24 that runs actions: the one among this project's packages, else the one running now if it is new enough.
 * Throws if neither is Node 24 or newer.
 */
export async function findNode(): Promise<string> {
  const packaged = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'node');
  const tried: string[] = [];
  for (const path of [packaged, process.execPath]) {
    const version = await versionOf(path);
    if (majorOf(version) >= 24) {
      return path;
    }
    tried.push(`${path} (${version || 'does not start'})`);
  }
  throw new Error(`actions need Node 24 or newer; found ${tried.join(' and ')}`);
}

async function versionOf(path: string): Promise<string> {
  try {
    return (await promisify(execFile)(path, ['--version'])).stdout.trim();
  } catch {
    return '';
  }
}

function majorOf(version: string): number {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}
