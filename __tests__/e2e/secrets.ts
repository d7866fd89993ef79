import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Issuer } from '../../simulator/oidc/issuer.ts';
import type { World } from '../../simulator/world.ts';
import type { Step } from './step.ts';

/** Rule 11: no byte that a run writes holds a secret; a mask, which must name its secret, is no such byte. */
export async function checkSecrets(step: Step, world: World, issuer: Issuer): Promise<void> {
  const files = await filesBelow(step.files.base);
  const texts = new Map([
    ['the log', unmasked(step.log)],
    ['the shown log', step.shown],
    ['the log of post', unmasked(step.post?.log ?? '')],
    ['the shown log of post', step.shownByPost],
    ['the summary of post', step.post?.summary ?? ''],
    ...files,
  ]);
  const secrets = [...world.secrets, ...issuer.tokens, issuer.requestToken];
  const leaks = [...texts].flatMap(([name, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [name] : [],
  );
  expect(leaks).toEqual([]);
  expect(files.size).toBeGreaterThan(0);
  if (step.journal.length > 0) {
    expect([...files.keys()]).toContain(step.state.journal);
  }
  if (step.signal === null && step.exitCode !== 130) {
    const masked = [...step.masks, ...(step.post?.masks ?? [])];
    expect(issuer.tokens.filter((token) => !masked.includes(token))).toEqual([]);
  }
}

function unmasked(log: string): string {
  return log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'latin1')));
  return new Map(paths.map((path, index) => [path, texts[index] ?? '']));
}
