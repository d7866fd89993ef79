import { describe, expect, it } from '@jest/globals';
import { callsOf, snapshotsIn } from '../../simulator/look.ts';
import { ownTags } from '../../src/model/tags.ts';
import { consumer, home, sourceId, sourceRegion, sourceSnapshots, staging } from '../support/organization.ts';
import { idOf, imageFile, onceAt, only, sole, told, toldByPlace } from '../support/scenario.ts';
import { failing, here, picture, pullTwo, two } from './rolling-back.ts';

const there = { account: home, region: 'eu-west-1' };

describe('what was there before', () => {
  const origin = `${home}/${sourceRegion}/${sourceId}`;
  const lineage = { image: sourceId, region: sourceRegion };

  it('gets back the tags and permissions that the run changed, and stays', async () => {
    const at = failing({
      ...imageFile(there, {
        tags: { [ownTags.source]: origin, stage: 'test', other: 'x' },
        lineage,
        'launch-permissions': [staging],
      }),
    });
    const before = picture(at.world);
    const step = await at.run({ ...two, tags: 'stage=prod\nteam=images', 'share-with': consumer });
    expect(toldByPlace(step)['home eu-west-1']).toBe('failed: RolledBack');
    expect(picture(at.world)).toEqual(before);
    expect(step.result.rollback?.left).toEqual([]);
    expect(callsOf(at.world, 'DeregisterImage').map(({ params }) => params.ImageId)).not.toContain(idOf('a'));
  });

  it('gets back the permissions that exact took', async () => {
    const at = failing({
      ...imageFile(there, {
        tags: { [ownTags.source]: origin },
        lineage,
        'launch-permissions': [staging],
      }),
    });
    for (const snapshot of snapshotsIn(at.world, home, 'eu-west-1')) {
      snapshot.createVolumePermissions = { current: [staging], past: [] };
    }
    const before = picture(at.world);
    const step = await at.run({ ...two, sharing: 'exact', 'share-with': consumer });
    expect(toldByPlace(step)['home eu-west-1']).toBe('failed: RolledBack');
    expect(picture(at.world)).toEqual(before);
  });

  it('keeps a tag that somebody changed after the run did', async () => {
    const at = failing({
      ...imageFile(there, { tags: { [ownTags.source]: origin, stage: 'test' }, lineage }),
      copying: { seconds: 600 },
    });
    onceAt(
      at.world,
      (call) => call.action === 'DescribeImages' && callsOf(at.world, 'CreateTags').length > 0,
      () => at.world.images.get(idOf('a'))?.tags.set('stage', 'mine'),
    );
    const step = await at.run({ ...two, tags: 'stage=prod' });
    expect(toldByPlace(step)['home eu-west-1']).toContain('failed');
    expect(at.world.images.get(idOf('a'))?.tags.get('stage')).toBe('mine');
  });

  it('is not touched where the run changed nothing there: it stays unchanged', async () => {
    const at = failing();
    await at.run({ regions: 'eu-west-1' });
    const kept = sole(here(at.world));
    const step = await at.run(two, { runId: '1002' });
    expect(toldByPlace(step)['home eu-west-1']).toBe('unchanged');
    expect(here(at.world)).toEqual([kept]);
  });

  it('is the copy of another run that this one adopted: it goes on', async () => {
    const at = failing({ copying: { seconds: 600 } });
    await at.run({ regions: 'eu-west-1', 'wait-minutes': '0' });
    const first = sole(here(at.world));
    const step = await at.run(two, { runId: '1002' });
    expect(['promoted', 'failed: RolledBack']).toContain(toldByPlace(step)['home eu-west-1']);
    expect(sole(here(at.world))).toMatchObject({ id: first.id, state: 'available' });
  });

  it.each([0, 120])(
    'is the copy of another run, begun a moment before: it stays (visible after %i s)',
    async (lag) => {
      const at = failing({ copying: { seconds: 300 }, switches: { 'visibility-lag-seconds': lag } });
      const first = at.run({ regions: 'eu-west-1' });
      await at.pass(2);
      const second = await at.run(two, { runId: '1002' });
      expect(second.result.outcomes.map(told)).toContain('failed: CopyFailed');
      expect(told(only(await first))).toBe('promoted');
      const copy = sole(here(at.world));
      expect(copy.state).toBe('available');
      expect(copy.tags.get(ownTags.run)).toBe('example/images/1001/1');
    },
  );

  it('is the source: what was opened on it goes, what others opened stays', async () => {
    const at = failing({ image: { 'launch-permissions': [staging] } });
    for (const id of sourceSnapshots) {
      const snapshot = at.world.snapshots.get(id);
      if (snapshot !== undefined) {
        snapshot.createVolumePermissions = { current: [staging], past: [] };
      }
    }
    const before = picture(at.world);
    await at.run(pullTwo);
    expect(picture(at.world)).toEqual(before);
  });

  it('is the source in its own place: its tags and sharing are put back', async () => {
    const at = failing({ image: { tags: { stage: 'test' } } });
    const before = picture(at.world);
    const step = await at.run({
      ...two,
      regions: 'us-east-1\neu-central-1',
      tags: 'stage=prod',
      'share-with': consumer,
    });
    expect(toldByPlace(step)['home us-east-1']).toBe('failed: RolledBack');
    expect(picture(at.world)).toEqual(before);
  });
});
