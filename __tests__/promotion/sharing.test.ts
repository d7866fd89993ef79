import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import { consumer, home, organizationArn, prod, sourceId, unitArn } from '../support/organization.ts';
import { failureOf, only, scenario, sole, told, untag } from '../support/scenario.ts';

const shared = { 'share-with': `${consumer}\n${organizationArn}\n${unitArn}` };

function copy(world: World) {
  return sole(imagesIn(world, home, 'eu-west-1'));
}

describe('sharing', () => {
  it('gives accounts, organizations and units their permission, once the copy is available', async () => {
    const at = scenario({ copying: { seconds: 300 } });
    expect(only(await at.run(shared))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(copy(at.world).launchPermissions.current).toEqual([
      { kind: 'account', id: consumer },
      { kind: 'organization', id: organizationArn },
      { kind: 'unit', id: unitArn },
    ]);
    const call = sole(callsOf(at.world, 'ModifyImageAttribute'));
    expect(call.at - sole(callsOf(at.world, 'CopyImage')).at).toBeGreaterThanOrEqual(300_000);
  });

  it('leaves what is shared already, and adds what is missing', async () => {
    const at = scenario();
    await at.run({ 'share-with': consumer });
    expect(only(await at.run(shared, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(copy(at.world).launchPermissions.current).toHaveLength(3);
    expect(only(await at.run(shared, { runId: '1003' }))).toMatchObject({ state: 'unchanged' });
    expect(only(await at.run({ 'share-with': consumer }, { runId: '1004' }))).toMatchObject({
      state: 'unchanged',
    });
    expect(copy(at.world).launchPermissions.current).toHaveLength(3);
  });

  it.each([20, 50])('that is read back %i seconds late is neither repeated nor a failure', async (lag) => {
    const at = scenario({ switches: { 'attribute-lag-seconds': lag } });
    expect(told(only(await at.run(shared)))).toBe('promoted');
    expect(callsOf(at.world, 'ModifyImageAttribute')).toHaveLength(1);
  });

  it('that is read back late is not repeated when tags were missing too', async () => {
    const at = scenario({ switches: { 'attribute-lag-seconds': 20 } });
    await at.run();
    const second = only(await at.run({ ...shared, tags: 'stage=prod' }, { runId: '1002' }));
    expect(second).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(callsOf(at.world, 'ModifyImageAttribute')).toHaveLength(1);
    expect(callsOf(at.world, 'CreateTags')).toHaveLength(1);
  });

  it('that somebody takes back each time is a failure after five minutes, a try a minute', async () => {
    const at = scenario();
    at.world.onCall = (call) => {
      if (call.action === 'ModifyImageAttribute') {
        copy(at.world).launchPermissions = { current: [], past: [] };
      }
    };
    const step = await at.run(shared);
    expect(failureOf(step)).toMatchObject({ code: 'WriteNotSeen' });
    expect(callsOf(at.world, 'ModifyImageAttribute')).toHaveLength(5);
    expect(only(step).ended - only(step).started).toBeLessThan(6 * 60_000);
  });

  it('beyond the quota fails with its code', async () => {
    const at = scenario({ quotas: { 'launch-permissions': 2 } });
    expect(failureOf(await at.run(shared))).toMatchObject({
      code: 'ResourceLimitExceeded',
      action: 'ec2:ModifyImageAttribute',
    });
  });
});

describe('what a re-run mends', () => {
  it('is a tag that somebody removed or changed, on image and snapshots', async () => {
    const at = scenario();
    const tags = { tags: 'stage=prod\nteam=images' };
    await at.run(tags);
    untag(at.world, copy(at.world), 'stage');
    const [snapshot] = snapshotsIn(at.world, home, 'eu-west-1');
    snapshot?.tags.set('team', 'others');
    expect(only(await at.run(tags, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(copy(at.world).tags.get('stage')).toBe('prod');
    expect(snapshot?.tags.get('team')).toBe('images');
    expect(sole(callsOf(at.world, 'CreateTags')).params.Resources).toEqual([copy(at.world).id, snapshot?.id]);
  });

  it('is never a copied tag, nor the name', async () => {
    const at = scenario();
    await at.run();
    untag(at.world, copy(at.world), 'Name', 'team');
    const second = await at.run({ name: 'web-{run-id}', description: 'another' }, { runId: '1002' });
    expect(only(second)).toMatchObject({ state: 'unchanged' });
  });

  it('is a permission that somebody took away', async () => {
    const at = scenario();
    await at.run(shared);
    copy(at.world).launchPermissions = { current: [], past: [] };
    expect(only(await at.run(shared, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'mended' });
    expect(copy(at.world).launchPermissions.current).toHaveLength(3);
  });
});

describe('the source in its own place', () => {
  it('is used as it is: tags and sharing only, none of our tags', async () => {
    const at = scenario();
    const step = await at.run({ ...shared, regions: 'us-east-1', tags: 'stage=prod' });
    expect(only(step)).toMatchObject({
      state: 'promoted',
      how: 'mended',
      image: { id: sourceId, inPlace: true },
    });
    expect(
      writesIn(at.world)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['CreateTags', 'ModifyImageAttribute']);
    const tags = at.world.images.get(sourceId)?.tags;
    expect(tags?.get('stage')).toBe('prod');
    expect([...(tags?.keys() ?? [])].filter((key) => Object.values<string>(ownTags).includes(key))).toEqual(
      [],
    );
  });

  it('is copied beside itself where another key is wanted', async () => {
    const at = scenario({
      keys: [
        {
          id: '00000000-0000-4000-8000-0000000000ff',
          account: home,
          region: 'us-east-1',
          alias: 'alias/other',
        },
      ],
    });
    const step = await at.run({ regions: 'us-east-1', 'kms-key': 'alias/other' });
    expect(only(step)).toMatchObject({ state: 'promoted', how: 'copied', image: { inPlace: false } });
    expect(
      only(await at.run({ regions: 'us-east-1', 'kms-key': 'alias/other' }, { runId: '1002' })),
    ).toMatchObject({ state: 'unchanged' });
  });

  it('is not in another account', async () => {
    const at = scenario();
    const step = await at.run({ accounts: `prod=${prod}`, regions: 'us-east-1' });
    expect(only(step)).toMatchObject({ state: 'promoted', how: 'copied' });
  });
});
