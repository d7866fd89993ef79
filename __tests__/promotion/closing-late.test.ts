import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { pullTagsIn } from '../../src/aspects/pull-tags.ts';
import { finish } from '../../src/promotion/finish.ts';
import { withAws } from '../support/aws.ts';
import { prod, sourceId, sourceSnapshots } from '../support/organization.ts';
import type { InProcess } from '../support/promotion.ts';
import { onceAt, only, type Scenario, scenario, told } from '../support/scenario.ts';

const pull = { accounts: `prod=${prod}` };

function isOpen(world: World): boolean {
  const image = world.images.get(sourceId)?.launchPermissions.current ?? [];
  const holders = sourceSnapshots.map((id) => world.snapshots.get(id)?.createVolumePermissions.current ?? []);
  return image.length + holders.flat().length > 0;
}

function notes(world: World) {
  return pullTagsIn(Object.fromEntries(world.images.get(sourceId)?.tags ?? []));
}

function isCopying(world: World): boolean {
  return imagesIn(world, prod, 'eu-west-1').some(({ state }) => state === 'pending');
}

/** What `post` does for a step that was cut off. */
async function post(at: Scenario, step: InProcess, minutes = 4) {
  const end = new AbortController();
  const over = at.time.sleep(minutes * 60_000, new AbortController().signal).then(() => end.abort());
  const reporter = {
    line: () => undefined,
    trace: () => undefined,
    beat: () => undefined,
    landed: () => undefined,
  };
  const journal = { append: async () => undefined };
  const finished = await withAws(
    at,
    (aws) =>
      finish(step.journal, 'failure', step.promotion, {
        aws,
        clock: at.time,
        reporter,
        journal,
        signal: end.signal,
      }),
    { signal: end.signal },
  );
  return { finished, over };
}

/** A step that is cut off right at a call. */
function cutAt(at: Scenario, isIt: Parameters<typeof onceAt>[1]): Promise<InProcess> {
  const death = new AbortController();
  onceAt(at.world, isIt, () => death.abort());
  return at.run(pull, { signal: death.signal });
}

describe('closing after a step that was cut off', () => {
  it.each([0, 60, 200])('never happens under a copy that AWS shows %i seconds late', async (lag) => {
    const at = scenario({ copying: { seconds: 600 }, switches: { 'visibility-lag-seconds': lag } });
    const step = await cutAt(at, (call) => call.action === 'CopyImage');
    expect(isCopying(at.world)).toBe(true);
    const { finished } = await post(at, step);
    expect(isCopying(at.world)).toBe(true);
    expect(isOpen(at.world)).toBe(true);
    expect(finished.opened).toMatchObject([{ state: 'open', accounts: [prod] }]);
  });

  it('happens once the copy has ended', async () => {
    const at = scenario({ copying: { seconds: 120 } });
    const step = await cutAt(at, (call) => call.action === 'CopyImage');
    const { finished } = await post(at, step);
    expect(finished.opened).toMatchObject([{ state: 'closed' }]);
    expect(isOpen(at.world)).toBe(false);
    expect(notes(at.world)).toEqual([]);
  });

  it.each(['CreateTags', 'ModifyImageAttribute', 'ModifySnapshotAttribute'])(
    'happens also where it was cut off at its %s',
    async (action) => {
      const at = scenario();
      const step = await cutAt(at, (call) => call.action === action);
      const { finished } = await post(at, step);
      expect(finished.opened.flatMap(({ failure }) => failure ?? [])).toEqual([]);
      expect(isOpen(at.world)).toBe(false);
      expect(notes(at.world)).toEqual([]);
    },
  );

  it.each([
    ['CreateTags', 0],
    ['CreateTags', 50],
    ['ModifyImageAttribute', 50],
    ['DeleteTags', 50],
  ])('by the next run, where it died at a %s of its closing (permissions %i s late)', async (action, lag) => {
    const at = scenario({ switches: { 'attribute-lag-seconds': lag } });
    await cutAt(at, (call) => call.action === action && imagesIn(at.world, prod, 'eu-west-1').length > 0);
    expect(told(only(await at.run(pull, { runId: '1002' })))).toMatch(/promoted|unchanged/);
    await at.run({}, { runId: '1003' });
    await at.pass(300);
    expect(isOpen(at.world)).toBe(false);
    expect(notes(at.world)).toEqual([]);
  });
});

describe('closing after a target that failed', () => {
  it('happens where its copy never appeared', async () => {
    const at = scenario({ switches: { 'copy-never-appears': true } });
    const step = await at.run(pull);
    expect(told(only(step))).toBe('failed: CopyNeverAppeared');
    expect(step.result.opened).toMatchObject([{ state: 'closed' }]);
    expect(isOpen(at.world)).toBe(false);
  });

  it('happens where AWS refused the copy', async () => {
    const at = scenario({
      faults: [{ action: 'ec2:CopyImage', do: 'error', code: 'InvalidRequest', status: 400, message: 'no' }],
    });
    const step = await at.run(pull);
    expect(told(only(step))).toContain('failed');
    expect(isOpen(at.world)).toBe(false);
    expect(notes(at.world)).toEqual([]);
  });

  it('never happens under a copy that was made, though nobody ever answered', async () => {
    const at = scenario({
      copying: { seconds: 1200 },
      faults: [{ action: 'ec2:CopyImage', do: 'reset-after' }],
    });
    const step = await at.run({ ...pull, 'wait-minutes': '10', 'poll-seconds': '30' });
    expect(callsOf(at.world, 'CopyImage').length).toBeGreaterThan(1);
    expect(isCopying(at.world)).toBe(true);
    expect(isOpen(at.world)).toBe(true);
    expect(step.result.opened).toMatchObject([{ state: 'open' }]);
  });
});
