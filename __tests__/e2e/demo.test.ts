import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { findNode } from '../../simulator/runner/node.ts';

const root = join(import.meta.dirname, '../..');
const longestMs = 45_000;

it('the demo promotes by push and by pull, shows both summaries and ends well, within its time', async () => {
  const started = performance.now();
  const child = spawn(await findNode(), [join(root, 'simulator/demo.ts')], {
    cwd: root,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  });
  let [shown, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    shown += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  await once(child, 'close');
  const folders = shown.match(/(?<=all of the runner's: ).+/g) ?? [];
  await Promise.all(
    folders
      .filter((folder) => folder.startsWith(tmpdir()))
      .map((folder) => rm(folder, { recursive: true, force: true })),
  );
  expect({ code: child.exitCode, errors }).toEqual({ code: 0, errors: '' });
  expect(performance.now() - started).toBeLessThan(longestMs);
  expect(folders).toHaveLength(2);
  expect(shown).toContain('Promote AMI: ✅ success – 6 of 6 promoted');
  expect(shown).toContain('Promote AMI: ✅ success – 4 of 4 promoted');
  expect(shown.match(/^status = success$/gm)).toHaveLength(2);
});
