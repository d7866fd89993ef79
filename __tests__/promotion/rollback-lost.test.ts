import { describe, expect, it } from '@jest/globals';
import { consumer, sourceRegion } from '../support/organization.ts';
import { onceAt, scenario, sole, told, untag } from '../support/scenario.ts';
import { failing, here, picture, pullTwo, roles, two } from './rolling-back.ts';

describe('a rollback after answers that were lost', () => {
  it.each([
    ['ec2:CopyImage', 'eu-west-1'],
    ['ec2:ModifyImageAttribute', 'eu-west-1'],
    ['ec2:DeregisterImage', 'eu-west-1'],
    ['ec2:CreateTags', sourceRegion],
    ['ec2:DeleteTags', sourceRegion],
    ['ec2:ModifyImageAttribute', sourceRegion],
    ['ec2:ModifySnapshotAttribute', sourceRegion],
  ])('of %s in %s leaves the world as before', async (action, region) => {
    const at = failing({ faults: [{ action, region, nth: 1, do: 'reset-after' }] });
    const before = picture(at.world);
    const step = await at.run({ ...pullTwo, 'share-with': consumer });
    expect(step.result.outcomes.map(told).sort()).toEqual(['failed: CopyFailed', 'failed: RolledBack']);
    expect(picture(at.world)).toEqual(before);
    expect(step.result.rollback?.left).toEqual([]);
  });

  it('of every CopyImage there: none was ever answered', async () => {
    const at = scenario({
      roles,
      faults: [{ action: 'ec2:CopyImage', region: 'eu-central-1', do: 'reset-after' }],
    });
    const before = picture(at.world);
    const step = await at.run(two);
    expect(step.result.outcomes.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(picture(at.world)).toEqual(before);
  });

  it.each([60, 200])('waits for a copy that AWS shows %i seconds late', async (lag) => {
    const at = failing({ switches: { 'visibility-lag-seconds': lag } });
    const before = picture(at.world);
    await at.run(two);
    expect(picture(at.world)).toEqual(before);
  });

  it.each([60, 200])('waits for a copy under way that AWS shows only %i seconds later', async (lag) => {
    const at = scenario({ roles, copying: { seconds: 900 }, switches: { 'visibility-lag-seconds': lag } });
    const before = picture(at.world);
    const step = await at.run({ regions: 'eu-west-1', 'rollback-on': 'failure', 'wait-minutes': '1' });
    expect(step.result.rollback?.undone).toHaveLength(1);
    await at.pass(1200);
    expect(picture(at.world)).toEqual(before);
  });

  it('leaves the copy of another run that is found where its own may be', async () => {
    const at = scenario({
      roles,
      copying: { seconds: 900 },
      switches: { 'visibility-lag-seconds': 120 },
      faults: [{ action: 'ec2:CopyImage', from: 2, times: 1000, do: 'reset-before' }],
    });
    await at.run({ 'wait-minutes': '0' });
    const other = sole(here(at.world));
    const step = await at.run({ 'rollback-on': 'failure', 'wait-minutes': '3' }, { runId: '1002' });
    expect(here(at.world)).toEqual([other]);
    expect(step.result.rollback?.undone ?? []).toEqual([]);
  });

  it('undoes what is shown late as before', async () => {
    const at = failing({ switches: { 'attribute-lag-seconds': 50, 'deregister-lag-seconds': 60 } });
    const before = picture(at.world);
    await at.run({ ...pullTwo, 'share-with': consumer });
    await at.pass(120);
    expect(picture(at.world)).toEqual(before);
  });

  it('of a copy whose tags somebody took meanwhile: it is told, never removed unseen', async () => {
    const at = failing({ copying: { seconds: 60 } });
    onceAt(
      at.world,
      (call) => call.action === 'DescribeImages' && here(at.world).some(({ state }) => state === 'available'),
      () => untag(at.world, sole(here(at.world))),
    );
    const step = await at.run(two);
    const told = JSON.stringify(step.result.rollback ?? {});
    for (const { id } of here(at.world)) {
      expect(told).toContain(id);
    }
  });
});
