import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn, writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { ownTags } from '../../src/model/tags.ts';
import { home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import {
  failureOf,
  idOf,
  imageFile,
  onceAt,
  only,
  type Scenario,
  scenario,
  sole,
  together,
  told,
  untag,
} from '../support/scenario.ts';

const there = { account: home, region: 'eu-west-1' };
const origin = `${home}/${sourceRegion}/${sourceId}`;
const tags = { [ownTags.source]: origin };

function live(world: World) {
  return liveImagesIn(world, there.account, there.region);
}

function copies(world: World) {
  return imagesIn(world, there.account, there.region);
}

/** Changes a step's world once CopyImage has been answered, or its connection was cut. */
function whenCopied({ world }: Scenario, act: () => void): void {
  onceAt(world, (call) => call.action === 'CopyImage', act);
}

describe('a copy of ours that is there already', () => {
  it('is used when it is available, and nothing is written', async () => {
    const at = scenario();
    const first = only(await at.run());
    const before = writesIn(at.world).length;
    const second = only(await at.run({}, { runId: '1002' }));
    expect(second).toMatchObject({ state: 'unchanged', image: { id: sole(live(at.world)).id } });
    expect(first).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('is adopted while it is pending, whichever run made it', async () => {
    const at = scenario({ copying: { seconds: 900 } });
    expect(told(only(await at.run({ 'wait-minutes': '0' })))).toBe('pending: StillCopying');
    const second = only(await at.run({}, { runId: '1002' }));
    expect(second).toMatchObject({ state: 'promoted', how: 'adopted' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('is followed by attempt 2 of the next run when it failed, and removed then', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }] });
    expect(told(only(await at.run()))).toBe('failed: CopyFailed');
    const second = only(await at.run({}, { runId: '1002' }));
    expect(second).toMatchObject({ state: 'promoted', how: 'copied' });
    const [failed, good, ...more] = copies(at.world);
    expect(more).toEqual([]);
    expect(failed).toMatchObject({ state: 'deregistered' });
    expect(failed?.tags.get(ownTags.attempt)).toBe('1');
    expect(good).toMatchObject({ state: 'available' });
    expect(good?.tags.get(ownTags.attempt)).toBe('2');
  });

  it('is the oldest one when there are several, and the others stay', async () => {
    const lineage = { image: sourceId, region: sourceRegion };
    const at = scenario(
      together(
        imageFile(there, { tags, lineage, created: '2026-11-20T12:00:00Z' }, 'a'),
        imageFile(there, { tags, lineage, created: '2026-11-20T11:00:00Z' }, 'b'),
      ),
    );
    expect(only(await at.run())).toMatchObject({ state: 'unchanged', image: { id: idOf('b') } });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is the available one rather than an older one on its way', async () => {
    const at = scenario(
      together(
        imageFile(there, { tags, state: 'pending', created: '2026-11-20T11:00:00Z' }, 'a'),
        imageFile(there, { tags, created: '2026-11-20T12:00:00Z' }, 'b'),
      ),
    );
    expect(only(await at.run())).toMatchObject({ state: 'unchanged', image: { id: idOf('b') } });
  });

  it('is not copied again when it is disabled: that is for its owner to decide', async () => {
    const at = scenario(imageFile(there, { tags, state: 'disabled' }));
    expect(failureOf(await at.run())).toMatchObject({ code: 'ImageDisabled' });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is accepted without a lineage, with a warning', async () => {
    const at = scenario({ switches: { lineage: 'absent' } });
    expect(told(only(await at.run()))).toBe('promoted');
    const again = only(await at.run({}, { runId: '1002' }));
    expect(again).toMatchObject({
      state: 'unchanged',
      differences: [{ aspect: 'equal', wanted: `lineage a copy of ${sourceId}`, mend: { kind: 'warning' } }],
    });
  });

  it('is ours when its lineage names another copy of the same origin', async () => {
    const at = scenario(
      together(
        imageFile({ account: home, region: 'us-west-2' }, { tags }, 'b'),
        imageFile(there, { tags, lineage: { image: idOf('b'), region: 'us-west-2' } }, 'a'),
      ),
    );
    expect(only(await at.run())).toMatchObject({ state: 'unchanged', image: { id: idOf('a') } });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is not ours when our tag sits on a copy of something else', async () => {
    const at = scenario(
      together(
        imageFile({ account: home, region: sourceRegion }, {}, 'b'),
        imageFile(there, { tags, lineage: { image: idOf('b'), region: sourceRegion } }, 'a'),
      ),
    );
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(copies(at.world)).toHaveLength(2);
  });
});

describe('a copy whose tags somebody removed', () => {
  it('is a candidate, not in the way of a new copy, and left as it is', async () => {
    const files = imageFile(there, {
      name: 'web-1',
      lineage: { image: sourceId, region: sourceRegion },
      tags: {},
    });
    const at = scenario(files);
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(at.world.images.get(idOf('a'))).toMatchObject({ state: 'available' });
    expect(at.world.images.get(idOf('a'))?.tags.size).toBe(0);
  });

  it('gets them back when this run asked for it', async () => {
    const at = scenario({ copying: { seconds: 120 } });
    whenCopied(at, () => untag(at.world, sole(live(at.world))));
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    const mended = sole(live(at.world)).tags;
    expect(mended.get(ownTags.source)).toBe(origin);
    expect(mended.get(ownTags.run)).toBe('example/images/1001/1');
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('is found by the ClientToken of a second step of the same run, and gets them back', async () => {
    const at = scenario({ copying: { seconds: 900 } });
    await at.run({ 'wait-minutes': '0' });
    untag(at.world, sole(live(at.world)));
    expect(only(await at.run())).toMatchObject({ state: 'promoted' });
    expect(sole(live(at.world)).tags.get(ownTags.source)).toBe(origin);
  });
});

describe('an image that has nothing to do with the source', () => {
  it('holds its name: refused before any write, with its id', async () => {
    const at = scenario(imageFile(there, { name: 'web-1' }));
    const failure = failureOf(await at.run());
    expect(failure).toMatchObject({ code: 'NameTaken', kind: 'conflict' });
    expect(failure.meaning).toContain(idOf('a'));
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is not in the way under another name, nor in another account', async () => {
    const files = imageFile({ account: prod, region: 'eu-west-1' }, { name: 'web-1' });
    const at = scenario(files);
    expect(told(only(await at.run()))).toBe('promoted');
  });
});

describe('CopyImage that goes wrong on the way', () => {
  it('is answered with the first copy when its response was lost', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'reset-after' }] });
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(2);
    expect(copies(at.world)).toHaveLength(1);
  });

  it('is made again when the connection broke before it', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'reset-before' }] });
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(copies(at.world)).toHaveLength(1);
  });

  it('makes no second copy when the process died right after it', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    const death = new AbortController();
    whenCopied(at, () => death.abort());
    const first = await at.run({}, { signal: death.signal });
    expect(first.result.interrupted).toBe(true);
    expect(only(await at.run({}, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'adopted' });
    expect(copies(at.world)).toHaveLength(1);
  });

  it.each([120, 240])('nor while the copy stays invisible for %i seconds', async (lag) => {
    const at = scenario({ copying: { seconds: 900 }, switches: { 'visibility-lag-seconds': lag } });
    const death = new AbortController();
    whenCopied(at, () => death.abort());
    await at.run({}, { signal: death.signal });
    const second = only(await at.run({}, { runId: '1002' }));
    expect(second).toMatchObject({ state: 'promoted', how: 'adopted' });
    expect(callsOf(at.world, 'CopyImage').map(({ code }) => code)).toEqual([
      'ok',
      'IdempotentParameterMismatch',
    ]);
    expect(copies(at.world)).toHaveLength(1);
  });

  it('makes no second copy when it was throttled for minutes and its image is seen late', async () => {
    const at = scenario({
      copying: { seconds: 900 },
      switches: { 'visibility-lag-seconds': 60 },
      faults: [{ action: 'ec2:CopyImage', times: 22, do: 'throttle' }],
    });
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    const calls = callsOf(at.world, 'CopyImage');
    expect((calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThan(5 * 60_000);
    expect(copies(at.world)).toHaveLength(1);
  });
});

describe('two runs at once', () => {
  it.each([0, 30, 200])('make one copy, visible after %i seconds', async (lag) => {
    const at = scenario({ copying: { seconds: 600 }, switches: { 'visibility-lag-seconds': lag } });
    const runs = await Promise.all(['1001', '1002'].map((runId) => at.run({}, { runId })));
    expect(runs.map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(copies(at.world)).toHaveLength(1);
  });

  it('make one new copy after a failed one', async () => {
    const at = scenario({
      copying: { seconds: 600 },
      faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }],
    });
    await at.run();
    const runs = await Promise.all(['1002', '1003'].map((runId) => at.run({}, { runId })));
    expect(runs.map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(live(at.world)).toHaveLength(1);
    expect(copies(at.world)).toHaveLength(2);
  });
});

describe('a copy that never appears', () => {
  it('is tried three times, five minutes apart, and then it is a failure', async () => {
    const at = scenario({ switches: { 'copy-never-appears': true } });
    const step = await at.run();
    expect(failureOf(step)).toMatchObject({ code: 'CopyNeverAppeared' });
    const times = callsOf(at.world, 'CopyImage').map(({ at: ms }) => ms);
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    for (const pause of [second - first, third - second, only(step).ended - third]) {
      expect(pause).toBeGreaterThanOrEqual(5 * 60_000);
      expect(pause).toBeLessThanOrEqual(5 * 60_000 + 20_000);
    }
  });

  it('is pending, not failed, when the step does not wait', async () => {
    const at = scenario({ switches: { 'copy-never-appears': true } });
    expect(told(only(await at.run({ 'wait-minutes': '0' })))).toBe('pending: StillCopying');
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });
});

describe('a ClientToken that leads to a dead image', () => {
  it.each(['1001', '1002'])('is followed by the next attempt, in run %s', async (runId) => {
    const at = scenario();
    await at.run();
    const dead = sole(copies(at.world));
    dead.state = 'deregistered';
    const started = at.time.now();
    expect(only(await at.run({}, { runId }))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(sole(live(at.world)).tags.get(ownTags.attempt)).toBe('2');
    expect(at.time.now() - started).toBeLessThan(6 * 60_000);
  });

  it('is followed by the next attempt when it failed long ago and lost its tags', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }] });
    await at.run();
    untag(at.world, sole(copies(at.world)));
    await at.pass(3600);
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(sole(live(at.world)).tags.get(ownTags.attempt)).toBe('2');
  });
});
