import { expect, it } from '@jest/globals';
import { callsOf, snapshotsIn } from '../../simulator/look.ts';
import { home, keyArnOf, organization, sourceId, sourceSnapshots, unitArn } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, endCopiesWhenPolled, run, writeCount } from './step.ts';

const copying = { seconds: 0.5 };

it.concurrent('a push brings an encrypted image of two volumes into every Region, tagged, shared and under the key', async () => {
  const world = organization({ copying });
  const step = await run(
    world,
    inputs({
      regions: 'us-east-1\neu-west-1\nus-west-2',
      tags: 'stage=production',
      'share-with': unitArn,
      name: '{source-name}',
    }),
  );
  expect(step.exitCode).toBe(0);
  const [eu, us] = ['eu-west-1', 'us-west-2'].map((region) => copiesIn(world, home, region));
  const ids = { 'eu-west-1': eu?.[0]?.id, 'us-east-1': sourceId, 'us-west-2': us?.[0]?.id };
  const outputs = step.outputs;
  expect(outputs).toEqual({
    amis: JSON.stringify({ 'web-1': { home: ids } }),
    'ami-ids': JSON.stringify(ids),
    missing: '[]',
    status: 'success',
    converged: 'true',
    'manifest-file': expect.stringMatching(/^\/.+\/temp\/promote-ami-[0-9a-f-]+\.json$/),
    'manifest-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    'plan-file': '',
  });
  const origin = `${home}/us-east-1/${sourceId}`;
  const own = {
    'promote-ami:source': origin,
    'promote-ami:attempt': '1',
    'promote-ami:run': 'example/images/1001/1',
  };
  for (const [region, copies] of [
    ['eu-west-1', eu],
    ['us-west-2', us],
  ] as const) {
    expect(copies).toHaveLength(1);
    const [copy] = copies ?? [];
    expect(copy).toMatchObject({ name: 'web-1', state: 'available' });
    expect(copy?.description).toContain(sourceId);
    expect(Object.fromEntries(copy?.tags ?? [])).toEqual({
      Name: 'web',
      team: 'platform',
      stage: 'production',
      ...own,
    });
    expect(copy?.launchPermissions.current).toEqual([{ kind: 'unit', id: unitArn }]);
    const snapshots = snapshotsIn(world, home, region);
    expect(snapshots.map(({ sizeGiB }) => sizeGiB).sort()).toEqual([40, 8]);
    for (const snapshot of snapshots) {
      expect(snapshot.key).toBe(keyArnOf(home, region));
      expect(Object.fromEntries(snapshot.tags)).toEqual({ stage: 'production', ...own });
    }
  }
  expect(step.manifest).toMatchObject({
    version: 1,
    run: { id: 'example/images/1001/1', sha: '4f2a9c1d0b3e5f67890a1b2c3d4e5f6789012345' },
    sources: [{ key: 'web-1', origin, id: sourceId, architecture: 'x86_64' }],
    targets: [
      { region: 'eu-west-1', state: 'promoted', how: 'copied', imageId: ids['eu-west-1'], error: null },
      { region: 'us-east-1', state: 'promoted', how: 'mended', imageId: sourceId, error: null },
      { region: 'us-west-2', state: 'promoted', how: 'copied', imageId: ids['us-west-2'], error: null },
    ],
    opened: [],
  });
  expect(step.summary).toContain('## Promote AMI: ✅ success – 3 of 3 promoted');
  for (const id of Object.values(ids)) {
    expect(step.summary).toContain(`#LaunchInstances:ami=${id}`);
  }
  expect(step.annotations).toEqual([]);
  expect(world.images.get(sourceId)?.tags.get('stage')).toBe('production');
  for (const id of sourceSnapshots) {
    expect(world.snapshots.get(id)?.tags.get('stage')).toBe('production');
  }
});

it.concurrent('a push leaves an unencrypted image unencrypted when no key is wanted', async () => {
  const world = organization({ copying, encryptedSource: false });
  const step = await run(world, inputs({ 'kms-key': 'none' }));
  expect(step.outputs.status).toBe('success');
  expect(snapshotsIn(world, home, 'eu-west-1').map(({ key }) => key)).toEqual([undefined, undefined]);
  expect(callsOf(world, 'CopyImage')[0]?.params).not.toHaveProperty('Encrypted');
});

it.concurrent('a push of two images at once has no single id for a Region, and says so by an empty output', async () => {
  const arm = 'ami-0fedcba9876543210';
  const world = organization({
    copying,
    snapshots: [
      { id: 'snap-0fedcba9876543210', account: home, region: 'us-east-1', 'size-gib': 8, key: 'alias/ami' },
    ],
    images: [
      {
        id: arm,
        account: home,
        region: 'us-east-1',
        name: 'web-1-arm64',
        architecture: 'arm64',
        devices: [{ name: '/dev/xvda', snapshot: 'snap-0fedcba9876543210' }],
      },
    ],
  });
  const step = await run(
    world,
    inputs({ source: `amd64=${sourceId}\narm64=${arm}`, name: 'web-{arch}-{date}', 'copy-tags': 'false' }),
  );
  const copies = copiesIn(world, home, 'eu-west-1');
  expect(copies.map(({ name }) => name).sort()).toEqual(['web-arm64-2026-01-01', 'web-x86_64-2026-11-20']);
  expect(copies.every(({ tags }) => !tags.has('team'))).toBe(true);
  expect(step.outputs['ami-ids']).toBe('');
  const idOf = (name: string) => copies.find((copy) => copy.name.startsWith(name))?.id;
  expect(JSON.parse(step.outputs.amis ?? '')).toEqual({
    amd64: { home: { 'eu-west-1': idOf('web-x86_64') } },
    arm64: { home: { 'eu-west-1': idOf('web-arm64') } },
  });
});

it.concurrent('a push that is run again writes nothing and tells the same images', async () => {
  const world = organization({ copying });
  const wanted = inputs({
    regions: 'eu-west-1\nus-west-2',
    tags: 'stage=production',
    'share-with': unitArn,
  });
  const first = await run(world, wanted);
  const writes = writeCount(world);
  const second = await run(world, wanted, { job: { runId: '1002' } });
  expect(writeCount(world)).toBe(writes);
  expect(second.exitCode).toBe(0);
  expect(second.outputs.amis).toBe(first.outputs.amis);
  expect(second.manifest?.targets.map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
  expect(second.summary).toContain('2 of 2 there already');
});

it.concurrent('a push that may not wait starts the copies and ends, and the next run finds and finishes them', async () => {
  const world = organization({ copying: { seconds: 600 } });
  const first = await run(world, inputs({ 'wait-minutes': '0', 'share-with': unitArn }));
  expect(first).toMatchObject({ exitCode: 0, outputs: { status: 'pending', amis: '{}', 'ami-ids': '{}' } });
  expect(JSON.parse(first.outputs.missing ?? '')).toMatchObject([{ region: 'eu-west-1', state: 'pending' }]);
  expect(first.annotations.map(({ kind }) => kind)).toEqual(['notice']);
  endCopiesWhenPolled(world);
  const second = await run(world, inputs({ 'share-with': unitArn }), { job: { runAttempt: '2' } });
  expect(second.outputs.status).toBe('success');
  expect(second.manifest?.targets).toMatchObject([{ state: 'promoted', how: 'adopted' }]);
  expect(callsOf(world, 'CopyImage')).toHaveLength(1);
});
