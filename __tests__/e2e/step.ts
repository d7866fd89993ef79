import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { imagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { Issuer } from '../../simulator/oidc/issuer.ts';
import type { ActionRun, LogLine, RunResult } from '../../simulator/runner/run.ts';
import type { SimulatedImage, World } from '../../simulator/world.ts';
import type { Manifest } from '../../src/report/manifest.ts';
import { misfits, type Schema } from '../report/schema.ts';
import { type BundleOptions, type Inputs, startBundle } from '../support/promotion.ts';

const root = join(import.meta.dirname, '../..');
const schema: Schema = JSON.parse(readFileSync(join(root, 'schemas/manifest.v1.json'), 'utf8'));

/** What a run of the bundle left behind, read before its folders are taken away. */
export interface Step extends RunResult {
  /** Undefined when the run ended before it had one to write. */
  readonly manifest: Manifest | undefined;
  /** Everything that the workflow's log shows, in one text. */
  readonly shown: string;
  /** What GitHub shows at the top of the run. */
  readonly annotations: readonly LogLine[];
}

export interface Started {
  readonly action: ActionRun;
  readonly issuer: Issuer;
  /** Resolves once the run has ended and all that must hold of every run was seen to hold. */
  readonly ended: Promise<Step>;
}

/** The eight outputs that a workflow always gets. */
export const outputNames = [
  'ami-ids',
  'amis',
  'converged',
  'manifest-file',
  'manifest-sha256',
  'missing',
  'plan-file',
  'status',
] as const;

const started = new Set<ActionRun>();

afterAll(async () => {
  for (const action of started) {
    action.kill();
    await action.dispose();
  }
});

/** Starts the bundle as a step of a workflow. However it ends, it is checked for what must hold of every run. */
export async function start(world: World, given: Inputs, options: BundleOptions = {}): Promise<Started> {
  const { action, issuer, exited } = await startBundle(world, given, options);
  started.add(action);
  const ended = exited.then(async (result) => {
    const step = await read(result);
    await checkSecrets(step, world, issuer);
    checkRunner(step, world);
    checkReports(step);
    checkClaims(step, world);
    await action.dispose();
    started.delete(action);
    return step;
  });
  return { action, issuer, ended };
}

/** The same, to its end. */
export async function run(world: World, given: Inputs, options: BundleOptions = {}): Promise<Step> {
  return (await start(world, given, options)).ended;
}

/** How many calls have changed something, or tried to. */
export function writeCount(world: World): number {
  return writesIn(world).length;
}

/** The copies at a place, which carry our tag. */
export function copiesIn(world: World, account: string, region: string): readonly SimulatedImage[] {
  return imagesIn(world, account, region).filter((image) => image.tags.has('promote-ami:source'));
}

async function read(result: RunResult): Promise<Step> {
  const file = result.outputs['manifest-file'] ?? '';
  const text = file === '' ? undefined : await readFile(file, 'utf8');
  const shownLines = result.lines.map(({ title = '', text: line }) => `${title} ${line}`);
  return {
    ...result,
    manifest: text === undefined ? undefined : manifestFrom(text, result.outputs['manifest-sha256'] ?? ''),
    shown: shownLines.join('\n'),
    annotations: result.lines.filter(({ kind }) => ['notice', 'warning', 'error'].includes(kind)),
  };
}

function manifestFrom(text: string, sha256: string): Manifest {
  expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  const manifest: unknown = JSON.parse(text);
  if (!isManifest(manifest)) {
    throw new Error(`the manifest does not fit its schema: ${misfits(manifest, schema).join('; ')}`);
  }
  return manifest;
}

function isManifest(value: unknown): value is Manifest {
  return misfits(value, schema).length === 0;
}

/** Rule 11: no byte that a run writes holds a secret; a mask, which must name its secret, is no such byte. */
async function checkSecrets(step: Step, world: World, issuer: Issuer): Promise<void> {
  const log = step.log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
  const files = await filesBelow(step.files.base);
  const texts = new Map([['the log', log], ['the shown log', step.shown], ...files]);
  const secrets = [...world.secrets, ...issuer.tokens, issuer.requestToken];
  const leaks = [...texts].flatMap(([name, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [name] : [],
  );
  expect(leaks).toEqual([]);
  expect(files.size).toBeGreaterThan(0);
  if (step.signal === null && step.exitCode !== 130) {
    expect(issuer.tokens.filter((token) => !step.masks.includes(token))).toEqual([]);
  }
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'latin1')));
  return new Map(paths.map((path, index) => [path, texts[index] ?? '']));
}

/** The step hands nothing to later steps but its outputs, and asks the simulator for nothing it does not know. */
function checkRunner(step: Step, world: World): void {
  expect(step).toMatchObject({ env: {}, path: [], state: {}, faults: [], droppedOutputs: [] });
  expect(Object.keys(step.env)).toEqual([]);
  expect(Object.keys(step.state)).toEqual([]);
  expect(world.complaints).toEqual([]);
}

/** Outputs, summary and annotations are there, in their shapes, and agree with the exit code. */
function checkReports(step: Step): void {
  if (step.signal !== null) {
    return;
  }
  const { outputs, exitCode, summary, shown } = step;
  expect(Object.keys(outputs).sort()).toEqual([...outputNames]);
  expect(exitCode === 0).toBe(outputs.status !== 'failure');
  expect(summary).toMatch(/^## Promote AMI: /);
  expect(step.annotations.filter(({ kind }) => kind === 'error').length).toBeLessThanOrEqual(10);
  for (const text of [summary, shown, ...Object.values(outputs)]) {
    expect(text).not.toMatch(/\bundefined\b(?! variable)|\[object |\bNaN\b/);
  }
  const missing: unknown = JSON.parse(outputs.missing ?? '');
  const entries = Array.isArray(missing) ? missing : [missing];
  for (const entry of entries) {
    expect(Object.keys(entry)).toEqual(['image', 'owner', 'region', 'required', 'state', 'code', 'reason']);
    expect(entry.reason).not.toMatch(/(?<![0-9a-f-])\d{12}(?![0-9a-f])/);
  }
}

/** What is called verified is there as it is told, the outputs say the same, and no target has two live copies. */
function checkClaims(step: Step, world: World): void {
  const verified = (step.manifest?.targets ?? []).filter(({ error }) => error === null);
  for (const { imageId, account, region, snapshots } of verified) {
    const found = imagesIn(world, account, region).find(({ id }) => id === imageId);
    expect(found).toMatchObject({ state: 'available' });
    const volumes = (found?.devices ?? []).flatMap((device) =>
      device.kind === 'volume' ? [device.snapshotId] : [],
    );
    const held = snapshotsIn(world, account, region).filter(({ id }) => volumes.includes(id));
    expect([...snapshots].sort((a, b) => a.id.localeCompare(b.id))).toEqual(
      held
        .map(({ id, key, sizeGiB }) => ({ id, keyArn: key ?? null, sizeGiB }))
        .sort((a, b) => a.id.localeCompare(b.id)),
    );
  }
  if (step.manifest !== undefined) {
    expect(JSON.parse(step.outputs.amis ?? '')).toEqual(amisOf(verified));
  }
  const live = [...world.images.values()].filter(
    ({ state, tags }) => (state === 'pending' || state === 'available') && tags.has('promote-ami:source'),
  );
  const places = live.map(
    ({ account, region, tags }) => `${account}/${region} ${tags.get('promote-ami:source')}`,
  );
  expect(places).toEqual([...new Set(places)]);
}

function amisOf(verified: Manifest['targets']): object {
  const amis: Record<string, Record<string, Record<string, string | null>>> = {};
  for (const { image, owner, region, imageId } of verified) {
    const byOwner = amis[image] ?? {};
    amis[image] = { ...byOwner, [owner]: { ...byOwner[owner], [region]: imageId } };
  }
  return amis;
}
