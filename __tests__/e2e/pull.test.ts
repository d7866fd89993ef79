import { expect, it } from '@jest/globals';
import { callsOf, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  consumer,
  keyArnOf,
  organization,
  prod,
  sourceId,
  sourceSnapshots,
  staging,
} from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, run, writeCount } from './step.ts';

const copying = { seconds: 0.5 };
const pulling = {
  accounts: `prod=${prod}\n${staging}`,
  regions: 'us-east-1\neu-west-1',
  'kms-key': 'ebs-default',
};

it.concurrent('a pull brings copies into two accounts, each under its own default keys, and lists what it opened', async () => {
  const world = organization({ copying });
  const step = await run(world, inputs(pulling));
  expect(step).toMatchObject({ exitCode: 0, outputs: { status: 'success', 'ami-ids': '', missing: '[]' } });
  const idAt = (account: string, region: string) => copiesIn(world, account, region)[0]?.id;
  expect(JSON.parse(step.outputs.amis ?? '')).toEqual({
    'web-1': {
      prod: { 'eu-west-1': idAt(prod, 'eu-west-1'), 'us-east-1': idAt(prod, 'us-east-1') },
      [staging]: { 'eu-west-1': idAt(staging, 'eu-west-1'), 'us-east-1': idAt(staging, 'us-east-1') },
    },
  });
  for (const account of [prod, staging]) {
    for (const region of ['us-east-1', 'eu-west-1']) {
      const keys = snapshotsIn(world, account, region).map(({ key }) => key);
      expect(keys).toEqual([keyArnOf(account, region), keyArnOf(account, region)]);
    }
  }
  expect(openTo(world)).toEqual({
    image: [prod, staging],
    snapshots: [
      [prod, staging],
      [prod, staging],
    ],
  });
  expect(step.manifest?.opened).toEqual([
    { imageId: sourceId, region: 'us-east-1', accounts: [prod, staging], closed: false },
  ]);
  expect(step.summary).toContain('### Opened on the source');
  for (const id of sourceSnapshots) {
    expect(step.summary).toContain(`--snapshot-id ${id} --attribute createVolumePermission`);
  }
});

it.concurrent('a pull notes on the source whom it opens it to before it opens it', async () => {
  const world = organization({ copying });
  await run(world, inputs({ ...pulling, accounts: prod, regions: 'eu-west-1' }));
  const order = world.record.filter(({ mutating }) => mutating).map(({ action }) => action);
  expect(order).toEqual([
    'CreateTags',
    'ModifyImageAttribute',
    'ModifySnapshotAttribute',
    'ModifySnapshotAttribute',
    'CopyImage',
  ]);
  const note = world.images.get(sourceId)?.tags.get('promote-ami:pull:example/images/1001/1') ?? '';
  expect(note).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z ${prod}$`));
  expect(Date.parse(note.split(' ')[0] ?? '')).toBeGreaterThan(Date.now());
});

it.concurrent('a pulling account shares its copy with the consumers', async () => {
  const world = organization({ copying });
  const step = await run(
    world,
    inputs({ ...pulling, accounts: `prod=${prod}`, regions: 'eu-west-1', 'share-with': consumer }),
  );
  const [copy] = copiesIn(world, prod, 'eu-west-1');
  expect(copy?.launchPermissions.current).toEqual([{ kind: 'account', id: consumer }]);
  expect(JSON.parse(step.outputs['ami-ids'] ?? '')).toEqual({ 'eu-west-1': copy?.id });
});

it.concurrent('a pull beside a push in one step works on both', async () => {
  const world = organization({ copying });
  const step = await run(
    world,
    inputs({ ...pulling, accounts: `home\nprod=${prod}`, regions: 'eu-west-1', 'kms-key': 'alias/ami' }),
  );
  expect(Object.keys(JSON.parse(step.outputs.amis ?? '')['web-1'])).toEqual(['home', 'prod']);
});

it.concurrent('a pull that is run again writes nothing, even after somebody closed the source', async () => {
  const world = organization({ copying });
  const wanted = inputs({ ...pulling, regions: 'eu-west-1' });
  await run(world, wanted);
  const source = world.images.get(sourceId);
  if (source !== undefined) {
    source.launchPermissions.current = [];
  }
  const writes = writeCount(world);
  const second = await run(world, wanted, { job: { runId: '1002' } });
  expect(second.manifest?.targets.map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
  expect(second.manifest?.opened).toEqual([]);
  expect(writeCount(world)).toBe(writes);
});

it.concurrent('two workflows that pull one source at once into two accounts both succeed, and each leaves its own note', async () => {
  const world = organization({ copying });
  const of = (account: string) => inputs({ ...pulling, accounts: account, regions: 'eu-west-1' });
  const steps = await Promise.all([
    run(world, of(prod), { job: { runId: '2001' } }),
    run(world, of(staging), { job: { runId: '2002' } }),
  ]);
  expect(steps.map(({ outputs }) => outputs.status)).toEqual(['success', 'success']);
  expect(openTo(world).image).toEqual([prod, staging]);
  expect(notes(world)).toEqual({ 'example/images/2001/1': [prod], 'example/images/2002/1': [staging] });
  expect(callsOf(world, 'CopyImage')).toHaveLength(2);
});

it.concurrent('two workflows that pull one source at once into one account both note it, and make one copy', async () => {
  const world = organization({ copying });
  const wanted = inputs({ ...pulling, accounts: prod, regions: 'eu-west-1' });
  const first = run(world, wanted, { job: { runId: '2001' } });
  await until(() => callsOf(world, 'ModifySnapshotAttribute').length === 2);
  const steps = await Promise.all([first, run(world, wanted, { job: { runId: '2002' } })]);
  expect(steps.map(({ outputs }) => outputs.status)).toEqual(['success', 'success']);
  expect(steps[0]?.outputs.amis).toBe(steps[1]?.outputs.amis);
  expect(notes(world)['example/images/2001/1']).toEqual([prod]);
  expect(copiesIn(world, prod, 'eu-west-1')).toHaveLength(1);
});

/** Who may read the source, sorted. */
function openTo(world: World): { image: readonly string[]; snapshots: readonly (readonly string[])[] } {
  const permissions = world.images.get(sourceId)?.launchPermissions.current ?? [];
  return {
    image: permissions.map((one) => (one.kind === 'everyone' ? 'all' : one.id)).sort(),
    snapshots: sourceSnapshots.map((id) =>
      [...(world.snapshots.get(id)?.createVolumePermissions.current ?? [])].sort(),
    ),
  };
}

/** The accounts that each run noted on the source. */
function notes(world: World): Readonly<Record<string, readonly string[]>> {
  const prefix = 'promote-ami:pull:';
  const tags = [...(world.images.get(sourceId)?.tags ?? [])].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(
    tags.map(([key, value]) => [key.slice(prefix.length), value.split(' ').slice(1)]),
  );
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
