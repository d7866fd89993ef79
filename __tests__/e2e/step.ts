import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { endCopies } from '../../simulator/copying.ts';
import { misfits, type Schema } from '../../simulator/json-schema.ts';
import { imagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { Issuer } from '../../simulator/oidc/issuer.ts';
import type { ActionRun, GitHubJob, LogLine, RunResult } from '../../simulator/runner/run.ts';
import type { SimulatedImage, World } from '../../simulator/world.ts';
import { parseJournal } from '../../src/inputs/journal.ts';
import type { Write } from '../../src/model/difference.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { Manifest } from '../../src/report/manifest.ts';
import { type BundleOptions, type Inputs, job, startBundle } from '../support/promotion.ts';
import { checkSecrets } from './secrets.ts';

const root = join(import.meta.dirname, '../..');
const schema: Schema = JSON.parse(readFileSync(join(root, 'schemas/manifest.v1.json'), 'utf8'));

/** What a run of the bundle left behind, read before its folders are taken away. */
export interface Step extends RunResult {
  /** Undefined when the run ended before it had one to write. */
  readonly manifest: Manifest | undefined;
  /** What its journal holds after `post`; empty where it wrote nothing. */
  readonly journal: readonly JournalEntry[];
  /** Everything that the workflow's log shows of `main`, in one text. */
  readonly shown: string;
  /** The same of `post`; empty where it did not run, or had nothing to say. */
  readonly shownByPost: string;
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
    const step = await inspect(result, world, issuer, { ...job, ...options.job });
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

/**
 * Reads what a run left behind, and sees that all holds that must hold of every run. `earlier` is how many calls had
 * changed something before it, where other steps of the same workflow run did.
 */
export async function inspect(
  result: RunResult,
  world: World,
  issuer: Issuer,
  of: GitHubJob,
  earlier = 0,
): Promise<Step> {
  const step = await read(result);
  await checkSecrets(step, world, issuer);
  checkRunner(step, world);
  checkJournal(step, world, of, earlier);
  checkReports(step);
  checkPost(step);
  checkClaims(step, world);
  return step;
}

/** How many calls have changed something, or tried to. */
export function writeCount(world: World): number {
  return writesIn(world).length;
}

/** The copies at a place, which carry our tag. */
export function copiesIn(world: World, account: string, region: string): readonly SimulatedImage[] {
  return imagesIn(world, account, region).filter((image) => image.tags.has('promote-ami:source'));
}

/** Every copy ends at the first poll of its Region: a step has found it pending, however slow the machine is. */
export function endCopiesWhenPolled(world: World): void {
  world.onCall = ({ action, region, params }) => {
    if (action === 'DescribeImages' && JSON.stringify(params).includes('"image-id"')) {
      endCopies(world, region);
    }
  };
}

async function read(result: RunResult): Promise<Step> {
  const file = result.outputs['manifest-file'] ?? '';
  const text = file === '' ? undefined : await readFile(file, 'utf8');
  const journal = await readIfThere(result.state.journal);
  return {
    ...result,
    journal: parseJournal(journal),
    manifest: text === undefined ? undefined : manifestFrom(text, result.outputs['manifest-sha256'] ?? ''),
    shown: textOf(result.lines),
    shownByPost: textOf(result.post?.lines ?? []),
    annotations: result.lines.filter(({ kind }) => ['notice', 'warning', 'error'].includes(kind)),
  };
}

function textOf(lines: readonly LogLine[]): string {
  return lines.map(({ title = '', text: line }) => `${title} ${line}`).join('\n');
}

async function readIfThere(path: string | undefined): Promise<string> {
  return path === undefined || !existsSync(path) ? '' : readFile(path, 'utf8');
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

/**
 * The step hands nothing to later steps but its outputs, to `post` nothing but where its journal is and that it told
 * GitHub its end, and asks the simulator for nothing it does not know.
 */
function checkRunner(step: Step, world: World): void {
  expect(step).toMatchObject({ path: [], faults: [], droppedOutputs: [] });
  expect(step.env).toEqual({});
  const { journal, concluded = 'true', ...more } = step.state;
  expect({ concluded, ...more }).toEqual({ concluded: 'true' });
  if (journal !== undefined || step.signal === null) {
    expect(dirname(journal ?? '')).toBe(step.files.temp);
  }
  expect(world.complaints).toEqual([]);
}

/** Every write that AWS was asked for by this run was noted. */
function checkJournal(step: Step, world: World, { runId, runAttempt }: GitHubJob, earlier: number): void {
  const noted = step.journal.flatMap((entry) =>
    entry.phase === 'intent'
      ? [`${actions[entry.kind]} ${entry.request.place.account}/${entry.request.place.region}`]
      : [],
  );
  const asked = writesIn(world)
    .slice(earlier)
    .filter(({ service, principal }) => service === 'ec2' && principal.endsWith(`-${runId}-${runAttempt}`))
    .map(({ action, account, region }) => `${action} ${account}/${region}`);
  if (existsSync(step.state.journal ?? '')) {
    expect(asked.filter((call) => !noted.includes(call))).toEqual([]);
  }
}

const actions: Readonly<Record<Write['kind'], string>> = {
  'copy-image': 'CopyImage',
  'set-tags': 'CreateTags',
  'remove-tags': 'DeleteTags',
  'share-image': 'ModifyImageAttribute',
  'unshare-image': 'ModifyImageAttribute',
  'share-snapshot': 'ModifySnapshotAttribute',
  'unshare-snapshot': 'ModifySnapshotAttribute',
  'require-imds-v2': 'ModifyImageAttribute',
  'deregister-image': 'DeregisterImage',
  'delete-snapshot': 'DeleteSnapshot',
};

/** After a step that came to its end there is nothing left to do, or to say; outputs are main's alone. */
function checkPost({ post, shownByPost, exitCode }: Step): void {
  if (post === undefined) {
    return;
  }
  expect(post).toMatchObject({ outputs: {}, env: {}, path: [], state: {}, faults: [] });
  expect({ ...post.outputs, ...post.env, ...post.state }).toEqual({});
  if (post.signal === null) {
    expect(post.exitCode).toBe(0);
  }
  if (exitCode === 0) {
    expect(post).toMatchObject({ log: '', summary: '' });
  }
  for (const text of [post.summary, shownByPost]) {
    expect(text).not.toMatch(/\bundefined\b(?! variable)|\[object |\bNaN\b/);
  }
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
