import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, orphansIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import { planText } from '../../src/report/plan.ts';
import { deny } from '../support/denials.ts';
import { home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { idOf, imageFile, only, scenario, sole, together, told, untag } from '../support/scenario.ts';

const there = { account: home, region: 'eu-west-1' };
const origin = `${home}/${sourceRegion}/${sourceId}`;
const failsOnce = { faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }] };

function copies(world: World) {
  return imagesIn(world, home, 'eu-west-1');
}

function removed(world: World) {
  return copies(world).filter(({ state }) => state === 'deregistered');
}

describe('a copy that failed in an earlier run', () => {
  it.each([
    ['unlisted', 'supported', 0],
    ['unlisted', 'refused', 0],
    ['unlisted', 'supported', 30],
    ['listed', 'supported', 0],
    ['listed', 'refused', 0],
    ['listed', 'refused', 30],
  ])(
    'goes with its snapshots once the next attempt is there (snapshots %s, parameter %s, in use for %i s)',
    async (snapshots, parameter, lag) => {
      const at = scenario({
        ...failsOnce,
        switches: {
          'failed-copy-snapshots': snapshots,
          'delete-associated-snapshots': parameter,
          'in-use-lag-seconds': lag,
        },
      });
      expect(told(only(await at.run()))).toBe('failed: CopyFailed');
      const failed = sole(copies(at.world));
      const second = only(await at.run({}, { runId: '1002' }));
      expect(second).toMatchObject({ state: 'promoted', how: 'copied', differences: [] });
      expect(removed(at.world)).toMatchObject([{ id: failed.id }]);
      expect(copies(at.world).filter(({ state }) => state === 'available')).toHaveLength(1);
      expect(orphansIn(at.world)).toEqual([]);
      expect(snapshotsIn(at.world, home, 'eu-west-1')).toHaveLength(2);
      const before = writesIn(at.world).length;
      expect(told(only(await at.run({}, { runId: '1003' })))).toBe('unchanged');
      expect(writesIn(at.world)).toHaveLength(before);
    },
  );

  it('that lost its tags keeps its snapshots: they are asked for once, not waited for, and told', async () => {
    const at = scenario(failsOnce);
    await at.run();
    untag(at.world, sole(copies(at.world)));
    await at.run({}, { runId: '1002' });
    const asked = callsOf(at.world, 'DeleteSnapshot').length;
    const third = only(await at.run({}, { runId: '1003' }));
    expect(third).toMatchObject({
      state: 'unchanged',
      differences: [{ aspect: 'tidy', mend: { kind: 'warning' } }],
    });
    expect(third.differences[0]?.found).toContain('InvalidSnapshot.InUse');
    expect(third.ended - third.started).toBeLessThan(5_000);
    expect(callsOf(at.world, 'DeleteSnapshot').length - asked).toBeLessThanOrEqual(2);
    expect(snapshotsIn(at.world, home, 'eu-west-1')).toHaveLength(4);
  });

  it('stays until the next attempt can be seen: its tag is the memory of the attempts', async () => {
    const at = scenario({
      ...failsOnce,
      switches: { 'visibility-lag-seconds': 120 },
      copying: { seconds: 600 },
    });
    await at.run();
    const started = at.time.now();
    await at.run({}, { runId: '1002' });
    const removal = sole(callsOf(at.world, 'DeregisterImage'));
    expect(removal.at - started).toBeGreaterThanOrEqual(120_000);
    expect(removed(at.world)).toHaveLength(1);
  });

  it('goes too where the next attempt failed as well, and then the third is there', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', from: 1, times: 2, do: 'fail-copy' }] });
    await at.run();
    await at.run({}, { runId: '1002' });
    expect(copies(at.world).map(({ state }) => state)).toContain('failed');
    expect(told(only(await at.run({}, { runId: '1003' })))).toBe('promoted');
    expect(removed(at.world)).toHaveLength(2);
    expect(orphansIn(at.world)).toEqual([]);
    const good = sole(copies(at.world).filter(({ state }) => state === 'available'));
    expect(good.tags.get(ownTags.attempt)).toBe('3');
  });

  it('is removed in the account that pulled it', async () => {
    const at = scenario(failsOnce);
    const given = { accounts: `prod=${prod}` };
    await at.run(given);
    expect(told(only(await at.run(given, { runId: '1002' })))).toBe('promoted');
    expect(imagesIn(at.world, prod, 'eu-west-1').map(({ state }) => state)).toEqual([
      'deregistered',
      'available',
    ]);
    expect(orphansIn(at.world)).toEqual([]);
  });

  it('is removed once by two runs at once', async () => {
    const at = scenario({ ...failsOnce, copying: { seconds: 300 } });
    await at.run();
    const runs = await Promise.all(['1002', '1003'].map((runId) => at.run({}, { runId })));
    expect(runs.map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(runs.flatMap((run) => only(run).differences)).toEqual([]);
    expect(removed(at.world)).toHaveLength(1);
    expect(orphansIn(at.world)).toEqual([]);
  });

  it('is removed by a third run where the second one died before it could', async () => {
    const at = scenario({ ...failsOnce, copying: { seconds: 300 } });
    await at.run();
    expect(told(only(await at.run({ 'wait-minutes': '0' }, { runId: '1002' })))).toContain('pending');
    expect(told(only(await at.run({}, { runId: '1003' })))).toBe('promoted');
    expect(removed(at.world)).toHaveLength(1);
    expect(orphansIn(at.world)).toEqual([]);
  });

  it('whose image is gone but not its snapshots is cleaned up after too', async () => {
    const at = scenario(failsOnce);
    await at.run();
    const failed = sole(copies(at.world));
    at.world.images.delete(failed.id);
    expect(orphansIn(at.world).length).toBeGreaterThan(0);
    expect(told(only(await at.run({}, { runId: '1002' })))).toBe('promoted');
    expect(told(only(await at.run({}, { runId: '1003' })))).not.toContain('failed');
    expect(orphansIn(at.world).filter(({ state }) => state === 'error')).toEqual([]);
  });
});

describe('what cannot be tidied', () => {
  it.each(['ec2:DeregisterImage', 'ec2:DeleteSnapshot'])(
    'for want of %s keeps no target from being promoted, and is told with its reason',
    async (action) => {
      const at = scenario(failsOnce);
      await at.run();
      const failed = sole(copies(at.world));
      // The home account is the management account, which no service control policy binds.
      deny(at.world, 'a policy of the role', home, action);
      const outcome = only(await at.run({}, { runId: '1002' }));
      expect(outcome).toMatchObject({ state: 'promoted', how: 'copied' });
      const [warning, ...more] = outcome.differences;
      expect(more).toEqual([]);
      expect(warning).toMatchObject({ aspect: 'tidy', mend: { kind: 'warning' } });
      expect(warning?.found).toContain(action);
      expect(warning?.found).toContain('UnauthorizedOperation');
      if (action === 'ec2:DeregisterImage') {
        expect(warning?.found).toContain(failed.id);
        expect(failed.state).toBe('failed');
      }
    },
  );

  it('is not tried again and again in one run, and by the next one', async () => {
    const at = scenario({ ...failsOnce, copying: { seconds: 900 } });
    await at.run();
    deny(at.world, 'a policy of the role', home, 'ec2:DeregisterImage');
    await at.run({}, { runId: '1002' });
    expect(callsOf(at.world, 'DeregisterImage')).toHaveLength(1);
    const again = only(await at.run({}, { runId: '1003' }));
    expect(['unchanged', 'promoted']).toContain(again.state);
    expect(again.differences).toMatchObject([{ aspect: 'tidy', mend: { kind: 'warning' } }]);
  });

  it('is an image that is protected: told, and left', async () => {
    const at = scenario(failsOnce);
    await at.run();
    const failed = sole(copies(at.world));
    failed.deregistrationProtection = 'enabled-without-cooldown';
    const outcome = only(await at.run({}, { runId: '1002' }));
    expect(outcome).toMatchObject({ state: 'promoted' });
    expect(outcome.differences[0]?.found).toContain(failed.id);
    expect(failed.state).toBe('failed');
  });
});

describe('what is never tidied', () => {
  const tags = { [ownTags.source]: origin, [ownTags.attempt]: '1' };
  const lineage = { image: sourceId, region: sourceRegion };

  it('is another copy of ours that lives: the best is used, the others stay', async () => {
    const at = scenario(
      together(
        imageFile(there, { tags, lineage, created: '2026-11-20T12:00:00Z' }, 'a'),
        imageFile(there, { tags, lineage, created: '2026-11-20T11:00:00Z' }, 'b'),
        imageFile(there, { tags, lineage, state: 'disabled', created: '2026-11-20T10:00:00Z' }, 'c'),
      ),
    );
    expect(only(await at.run())).toMatchObject({ state: 'unchanged', image: { id: idOf('b') } });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is a failed image that is not ours', async () => {
    const at = scenario(imageFile(there, { state: 'failed', lineage }, 'a'));
    expect(told(only(await at.run()))).toBe('promoted');
    expect(at.world.images.get(idOf('a'))?.state).toBe('failed');
    expect(callsOf(at.world, 'DeregisterImage')).toEqual([]);
  });

  it('is a failed copy of another source', async () => {
    const other = { ...tags, [ownTags.source]: `${home}/${sourceRegion}/${idOf('9')}` };
    const at = scenario(imageFile(there, { state: 'failed', tags: other }, 'a'));
    expect(told(only(await at.run()))).toBe('promoted');
    expect(at.world.images.get(idOf('a'))?.state).toBe('failed');
  });

  it('is a snapshot of ours that is whole and has no image: it is only told of, with the command', async () => {
    const at = scenario();
    await at.run();
    const snapshot = { id: 'snap-00000000000000001', account: home, region: 'eu-west-1', 'size-gib': 8 };
    const again = scenario({
      snapshots: [{ ...snapshot, tags: { ...tags, [ownTags.attempt]: '7' } }],
    });
    const outcome = only(await again.run());
    expect(outcome).toMatchObject({ state: 'promoted' });
    expect(outcome.differences).toMatchObject([{ aspect: 'tidy', mend: { kind: 'warning' } }]);
    expect(outcome.differences[0]?.found).toContain(
      'aws ec2 delete-snapshot --region eu-west-1 --snapshot-id snap-00000000000000001',
    );
    expect(callsOf(again.world, 'DeleteSnapshot')).toEqual([]);
    expect(told(only(await again.run({}, { runId: '1002' })))).toBe('unchanged');
  });

  it('is anything where only a plan is made: it shows what would go', async () => {
    const at = scenario(failsOnce);
    await at.run();
    const failed = sole(copies(at.world));
    const before = writesIn(at.world).length;
    const { result } = await at.run({ mode: 'plan' }, { runId: '1002' });
    expect(result.plan?.targets[0]?.writes).toContainEqual({
      kind: 'remove-failed-copy',
      imageId: failed.id,
    });
    expect(writesIn(at.world)).toHaveLength(before);
  });
});

describe('under an approved plan', () => {
  async function approved(at: ReturnType<typeof scenario>, runId: string) {
    const { result } = await at.run({ mode: 'plan' }, { runId });
    return { 'plan.json': result.plan === undefined ? '' : planText(result.plan) };
  }

  it('a failed copy that the plan shows is removed', async () => {
    const at = scenario(failsOnce);
    await at.run();
    const files = await approved(at, '1002');
    const step = await at.run({ 'approved-plan': 'plan.json' }, { runId: '1003', files });
    expect(only(step)).toMatchObject({ state: 'promoted', differences: [] });
    expect(removed(at.world)).toHaveLength(1);
    expect(orphansIn(at.world)).toEqual([]);
  });

  it('the re-run of a promotion whose copy failed is not refused for what it would tidy', async () => {
    const at = scenario(failsOnce);
    const files = await approved(at, '1001');
    const given = { 'approved-plan': 'plan.json' };
    expect(told(only(await at.run(given, { runId: '1002', files })))).toBe('failed: CopyFailed');
    expect(only(await at.run(given, { runId: '1003', files }))).toMatchObject({ state: 'promoted' });
  });
});
