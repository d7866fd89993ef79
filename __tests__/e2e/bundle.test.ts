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
/** How much longer the whole of a step without inputs may take than Node alone: about six times is usual. */
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
  const [node, bundle]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round++) {
    node.push(await timeOf(empty, 0));
    bundle.push(await timeOf(join(folder, 'dist/index.js'), 1));
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

/** Milliseconds from start to end of a script without any variable, which must end with this code. */
async function timeOf(script: string, code: number): Promise<number> {
  const node = await findNode();
  const started = performance.now();
  const child = spawn(node, [script], { env: {}, stdio: 'ignore' });
  await once(child, 'exit');
  expect(child.exitCode).toBe(code);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function inputVariables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs()).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}
