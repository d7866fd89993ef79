import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findNode } from '../../simulator/runner/node.ts';

const root = join(import.meta.dirname, '../..');
const longestMs = 45_000;

interface Shown {
  readonly code: number | null;
  readonly text: string;
  readonly errors: string;
  /** How many steps it showed to their end. */
  readonly steps: number;
}

/** Runs the demo, within its time, and takes away what its steps left behind. */
async function demo(...flags: readonly string[]): Promise<Shown> {
  const started = performance.now();
  const child = spawn(await findNode(), [join(root, 'simulator/demo.ts'), ...flags], {
    cwd: root,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  });
  let [text, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  await once(child, 'close');
  const folders = text.match(/(?<=all of the runner's: ).+/g) ?? [];
  await Promise.all(
    folders
      .filter((folder) => folder.startsWith(tmpdir()))
      .map((folder) => rm(folder, { recursive: true, force: true })),
  );
  expect(performance.now() - started).toBeLessThan(longestMs);
  return { code: child.exitCode, text, errors, steps: folders.length };
}

describe('the demo', () => {
  it('promotes by push and by pull, shows both summaries and ends well', async () => {
    const { text, ...rest } = await demo();
    expect(rest).toEqual({ code: 0, errors: '', steps: 2 });
    expect(text).toContain('Promote AMI: ✅ success – 6 of 6 promoted');
    expect(text).toContain('Promote AMI: ✅ success – 4 of 4 promoted');
    expect(text.match(/^status = success$/gm)).toHaveLength(2);
  });

  it("with --pipeline goes from Packer's manifest through the gate into production, in one go", async () => {
    const { text, ...rest } = await demo('--pipeline');
    expect(rest).toEqual({ code: 0, errors: '', steps: 3 });
    expect(text).toContain('Promote AMI: ✅ success – 4 of 4 promoted');
    expect(text).toContain('Promote AMI: ✅ verified – 4 of 4 hold');
    expect(text).toContain('Promote AMI: ✅ success – 6 of 6 promoted');
    expect(text).toContain('and as arn:aws:iam::777788889999:role/ami-consumer does');
    expect(text).toMatch(/444455556666 +eu-west-1 +web-amd64-4f2a9c1/);
  });

  it('with --broken tells ten different faults over twelve targets, and nothing is written', async () => {
    const { text, ...rest } = await demo('--broken');
    expect(rest).toEqual({ code: 0, errors: '', steps: 1 });
    expect(text).toContain('Promote AMI: ❌ failure – 0 of 12 promoted, 12 failed');
    const codes = [...text.matchAll(/^• Code: (\w+)/gm)].map(([, code]) => code);
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    expect(text).toMatch(/^exit code 1, /m);
    expect(text).toContain('✔ nothing was written to AWS');
  });

  it('with --plan shows a plan, promotes exactly that, and then has nothing left to do', async () => {
    const { text, ...rest } = await demo('--plan');
    expect(rest).toEqual({ code: 0, errors: '', steps: 3 });
    expect(text).toContain('Plan: 3 targets to copy (144 GiB), 1 to change, 2 unchanged');
    expect(text).toContain('they changed exactly what the approved plan says: 15 changes');
    expect(text).toContain('Plan: nothing to do, 6 targets unchanged');
    expect(text.match(/^✔ nothing was written to AWS$/gm)).toHaveLength(2);
  });

  it('with --cancel shows a cancelled promotion that is run again, and one that is rolled back', async () => {
    const { text, ...rest } = await demo('--cancel');
    expect(rest).toEqual({ code: 0, errors: '', steps: 3 });
    expect(text.match(/Somebody cancels the job/g)).toHaveLength(2);
    expect(text).toContain('Promote AMI: ✅ success – 3 of 3 promoted');
    expect(text).toContain('✔ no copies were asked for');
    expect(text).toMatch(/✔ AWS was written to by \d+ calls, and is as it was/);
    expect(text).toContain('Summary of post');
  });

  it.each([[['--brokn']], [['--plan', '--broken']]])('refuses %j and says what it takes', async (flags) => {
    expect(await demo(...flags)).toEqual({
      code: 2,
      text: '',
      errors: `there is no such demo: ${flags.join(' ')}\nusage: npm run demo [-- --broken | --plan | --cancel | --pipeline]\n`,
      steps: 0,
    });
  });
});
