import { expect, it } from '@jest/globals';
import { endCopies } from '../../simulator/copying.ts';
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
import { endNotes, noted, openTo } from './source.ts';
import { copiesIn, endCopiesWhenPolled, run, writeCount } from './step.ts';

const copying = { seconds: 0.5 };
const pulling = {
  accounts: `prod=${prod}\n${staging}`,
  regions: 'us-east-1\neu-west-1',
  'kms-key': 'ebs-default',
};

it.concurrent('a pull brings copies into two accounts, each under its own default keys, and closes what it opened', async () => {
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
  expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  expect(notes(world)).toEqual([]);
  expect(step.manifest?.opened).toEqual([
    { imageId: sourceId, region: 'us-east-1', accounts: [prod, staging], closed: true },
  ]);
  expect(step.summary).toContain('### Opened on the source');
  expect(step.summary).toContain('closed again');
});

it.concurrent('a pull that is to keep the access leaves it, without a note', async () => {
  const world = organization({ copying });
  const step = await run(world, inputs({ ...pulling, regions: 'eu-west-1', 'keep-source-access': 'true' }));
  const both = [prod, staging];
  expect(openTo(world)).toEqual({ image: both, snapshots: [both, both] });
  expect(notes(world)).toEqual([]);
  expect(step.manifest?.opened).toMatchObject([{ accounts: both, closed: false }]);
});

it.concurrent('a pull that may not wait leaves the source open under its note, says how to close it, and the next run closes it', async () => {
  const world = organization({ copying: { seconds: 600 } });
  const wanted = { ...pulling, accounts: prod, regions: 'eu-west-1' };
  const first = await run(world, inputs({ ...wanted, 'wait-minutes': '0' }));
  expect(first.outputs.status).toBe('pending');
  expect(openTo(world)).toEqual({ image: [prod], snapshots: [[prod], [prod]] });
  expect(notes(world)).toEqual([[prod]]);
  expect(first.manifest?.opened).toMatchObject([{ accounts: [prod], closed: false }]);
  for (const id of sourceSnapshots) {
    expect(first.summary).toContain(`--snapshot-id ${id} --attribute createVolumePermission`);
  }
  endCopiesWhenPolled(world);
  const second = await run(world, inputs(wanted), { job: { runAttempt: '2' } });
  expect(second.outputs.status).toBe('success');
  expect(openTo(world).image).toEqual([prod]);
  endNotes(world);
  const third = await run(world, inputs(wanted), { job: { runAttempt: '3' } });
  expect(third.manifest?.targets).toMatchObject([{ state: 'unchanged' }]);
  expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  expect(notes(world)).toEqual([]);
});

it.concurrent('a pull notes on the source whom it opens it to before it opens it, and takes the note off last', async () => {
  const world = organization({ copying });
  const deadlines: number[] = [];
  world.onCall = ({ action }) => {
    if (action === 'CreateTags') {
      deadlines.push(...noted(world).map(([deadline]) => Date.parse(deadline) - Date.now()));
    }
  };
  await run(world, inputs({ ...pulling, accounts: prod, regions: 'eu-west-1' }));
  const order = world.record.filter(({ mutating }) => mutating).map(({ action }) => action);
  expect(order).toEqual([
    'CreateTags',
    'ModifyImageAttribute',
    'ModifySnapshotAttribute',
    'ModifySnapshotAttribute',
    'CopyImage',
    'CreateTags',
    'ModifyImageAttribute',
    'ModifySnapshotAttribute',
    'ModifySnapshotAttribute',
    'DeleteTags',
  ]);
  expect(deadlines).toHaveLength(2);
  expect(deadlines[0]).toBeGreaterThan(240 * 60_000);
  expect(deadlines[1]).toBeLessThanOrEqual(0);
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

it.concurrent('two workflows that pull one source at once into two accounts both succeed, and neither closes it under the other', async () => {
  const world = organization({ copying });
  const of = (account: string) => inputs({ ...pulling, accounts: account, regions: 'eu-west-1' });
  const atCopies: (readonly string[])[] = [];
  world.onCall = ({ action, account, params }) => {
    if (action === 'CopyImage' && params.DryRun !== true) {
      atCopies.push(openTo(world).image.filter((id) => id === account));
    }
  };
  const steps = await Promise.all([
    run(world, of(prod), { job: { runId: '2001' } }),
    run(world, of(staging), { job: { runId: '2002' } }),
  ]);
  expect(steps.map(({ outputs }) => outputs.status)).toEqual(['success', 'success']);
  expect(atCopies.flat().sort()).toEqual([prod, staging]);
  expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  expect(notes(world)).toEqual([]);
  expect(callsOf(world, 'CopyImage')).toHaveLength(2);
});

it.concurrent('two workflows that pull one source at once into one account both note it, make one copy, and the last one closes', async () => {
  const world = organization({ copying: { seconds: 600 } });
  const wanted = inputs({ ...pulling, accounts: prod, regions: 'eu-west-1' });
  const runs = new Set<string>();
  world.onCall = ({ action, principal, region }) => {
    for (const [, , key] of noted(world)) {
      runs.add(key.split('/')[2] ?? '');
    }
    if (runs.size === 2 && action === 'DescribeImages' && principal.endsWith('-2002-1')) {
      endCopies(world, region);
    }
  };
  const first = run(world, wanted, { job: { runId: '2001' } });
  await until(() => callsOf(world, 'ModifySnapshotAttribute').length === 2);
  const steps = await Promise.all([first, run(world, wanted, { job: { runId: '2002' } })]);
  expect(steps.map(({ outputs }) => outputs.status)).toEqual(['success', 'success']);
  expect(steps[0]?.outputs.amis).toBe(steps[1]?.outputs.amis);
  expect([...runs].sort()).toEqual(['2001', '2002']);
  expect(openTo(world)).toEqual({ image: [], snapshots: [[], []] });
  expect(notes(world)).toEqual([]);
  expect(copiesIn(world, prod, 'eu-west-1')).toHaveLength(1);
});

/** The accounts of each note on the source. */
function notes(world: World): readonly (readonly string[])[] {
  return noted(world).map(([, accounts]) => accounts);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
