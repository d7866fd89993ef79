import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findNode } from '../../simulator/runner/node.ts';
import { organization } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { run } from './step.ts';

const root = join(import.meta.dirname, '../..');
/** How much more CPU time the whole of a step without inputs may take than Node alone: about seven times is usual. */
const mostTimesNode = 8;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(root, 'action.yml'), join(folder, 'action.yml'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the bundle needs nothing beside itself and action.yml', async () => {
  expect((await readdir(folder)).sort()).toEqual(['action.yml', 'dist']);
  const world = organization({ copying: { seconds: 0.2 } });
  const step = await run(world, inputs(), { root: folder });
  expect(step).toMatchObject({ exitCode: 0, outputs: { status: 'success' } });
  expect(step.shown).not.toMatch(/warning/i);
});

it('the bundle is up soon after Node is', async () => {
  const empty = join(folder, 'empty.mjs');
  await writeFile(empty, '');
  await writeFile(
    join(folder, 'cpu.cjs'),
    `process.on('exit', () => {
      const { user, system } = process.cpuUsage();
      require('node:fs').writeSync(3, String(user + system));
    })`,
  );
  const [node, bundle]: [number[], number[]] = [[], []];
  for (let round = 0; round < 9; round++) {
    node.push(await cpuOf(empty, 0));
    bundle.push(await cpuOf(join(folder, 'dist/index.js'), 1));
  }
  expect(median(bundle) / median(node)).toBeLessThan(mostTimesNode);
});

it('the bundle outside a workflow ends with a reason', async () => {
  const child = spawn(await findNode(), [join(folder, 'dist/index.js')], {
    env: { RUNNER_TEMP: folder, ...inputVariables() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await once(child, 'close');
  expect(child.exitCode).toBe(1);
  expect(said).toMatch(/::error [^\n]*GITHUB_REPOSITORY/);
});

/** Microseconds of CPU time from start to end of a script without any variable, which must end with this code. */
async function cpuOf(script: string, code: number): Promise<number> {
  const child = spawn(await findNode(), ['--require', join(folder, 'cpu.cjs'), script], {
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stdio[3]?.on('data', (chunk) => {
    told += String(chunk);
  });
  await once(child, 'close');
  expect(child.exitCode).toBe(code);
  return Number(told);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function inputVariables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs()).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}
