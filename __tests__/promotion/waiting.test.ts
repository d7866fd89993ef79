import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, liveImagesIn, writesIn } from '../../simulator/look.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { World } from '../../simulator/world.ts';
import { home, sourceRegion } from '../support/organization.ts';
import {
  failureOf,
  idOf,
  imageFile,
  onceAt,
  only,
  scenario,
  sole,
  told,
  toldByPlace,
} from '../support/scenario.ts';

const there = 'eu-west-1';

/** The looks at images of a Region after its first copy was asked for: the polls. */
function polls(world: World, region = there): readonly CallRecord[] {
  const copied = callsOf(world, 'CopyImage').find((call) => call.region === region)?.at ?? 0;
  return callsOf(world, 'DescribeImages').filter((call) => call.region === region && call.at > copied);
}

/** A second source image beside the usual one. */
const second = imageFile({ account: home, region: sourceRegion }, { name: 'web-2' }, 'b');
const both = { source: `one=${'ami-0a1b2c3d4e5f60718'}\ntwo=${idOf('b')}` };

describe('waiting for copies', () => {
  it('asks once per tick for all images of a place, by id', async () => {
    const at = scenario({ ...second, copying: { seconds: 300 } });
    const step = await at.run({ ...both, regions: 'eu-west-1\neu-central-1' });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted', 'promoted', 'promoted']);
    for (const region of ['eu-west-1', 'eu-central-1']) {
      const ticks = Map.groupBy(polls(at.world, region), (call) => call.at);
      expect(ticks.size).toBe(30);
      const [, ...later] = [...ticks.values()];
      expect(later.every((calls) => calls.length === 1)).toBe(true);
      const ids = imagesIn(at.world, home, region).map(({ id }) => id);
      const asked = polls(at.world, region).at(-2)?.params.Filters;
      expect(asked).toEqual([{ Name: 'image-id', Values: expect.arrayContaining(ids) }]);
    }
  });

  it('knows of an available image within one interval', async () => {
    const at = scenario({ copying: { seconds: 605 } });
    const outcome = only(await at.run({ 'poll-seconds': '20' }));
    const copied = sole(callsOf(at.world, 'CopyImage')).at;
    expect(outcome.ended - copied).toBeGreaterThanOrEqual(605_000);
    expect(outcome.ended - copied).toBeLessThanOrEqual(625_000);
  });

  it.each([30, 290])('tolerates that a new image is seen only after %i seconds', async (lag) => {
    const at = scenario({ copying: { seconds: 400 }, switches: { 'visibility-lag-seconds': lag } });
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('never takes a pending image for gone because of one look that missed it', async () => {
    const at = scenario({ copying: { seconds: 1200 } });
    let looks = 0;
    at.world.onCall = (call) => {
      const image = liveImagesIn(at.world, home, there)[0];
      if (call.action !== 'DescribeImages' || call.region !== there || image === undefined) {
        return;
      }
      looks++;
      image.hiddenUntil = looks % 3 === 0 ? at.time.now() + 61_000 : 0;
    };
    expect(only(await at.run({ 'poll-seconds': '60' }))).toMatchObject({ state: 'promoted', how: 'copied' });
    expect(imagesIn(at.world, home, there)).toHaveLength(1);
  });

  it('hears of an image whose target began to wait while a look was under way', async () => {
    const at = scenario({
      ...second,
      copying: { seconds: 1200 },
      faults: [
        {
          action: 'ec2:DescribeImages',
          region: there,
          from: 5,
          times: 50,
          do: 'delay',
          milliseconds: 40_000,
        },
        { action: 'ec2:CopyImage', region: there, nth: 2, do: 'throttle' },
      ],
    });
    const step = await at.run({ ...both, 'poll-seconds': '50' });
    expect(step.result.outcomes).toMatchObject([
      { state: 'promoted', how: 'copied' },
      { state: 'promoted', how: 'copied' },
    ]);
    expect(imagesIn(at.world, home, there)).toHaveLength(2);
  });

  it('survives bursts of throttling and faults of AWS in the poll', async () => {
    const at = scenario({
      copying: { seconds: 900 },
      faults: [
        { action: 'ec2:DescribeImages', region: there, from: 8, times: 6, do: 'server-error' },
        { action: 'ec2:DescribeImages', region: there, from: 20, times: 8, do: 'throttle' },
        { action: 'ec2:DescribeImages', region: there, from: 35, times: 3, do: 'reset-after' },
      ],
    });
    expect(only(await at.run())).toMatchObject({ state: 'promoted', how: 'copied' });
  });

  it('tells how far it is once a minute, with the mean of all snapshots', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    const { lines } = await at.run({ regions: 'eu-west-1\neu-central-1' });
    const beats = lines.filter((line) => line.startsWith('beat ')).map((line) => JSON.parse(line.slice(5)));
    expect(beats.map(({ elapsedMs }) => Math.round(elapsedMs / 60_000))).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].slice(0, beats.length),
    );
    expect(beats.length).toBeGreaterThanOrEqual(9);
    expect(beats[4]).toMatchObject({ total: 2, byState: { 'under way': 2 } });
    expect(beats[4].meanProgressPercent).toBeGreaterThan(40);
    expect(beats[4].meanProgressPercent).toBeLessThan(60);
  });

  it('goes on telling once a minute after the progress could not be read', async () => {
    const denied = { action: 'ec2:DescribeSnapshots', region: there, from: 2, times: 3, do: 'access-denied' };
    const at = scenario({ copying: { seconds: 600 }, faults: [denied] });
    const { lines } = await at.run();
    const beats = lines.filter((line) => line.startsWith('beat ')).map((line) => JSON.parse(line.slice(5)));
    const hasProgress = beats.map(({ meanProgressPercent }) => meanProgressPercent !== undefined);
    expect(hasProgress.slice(0, 5)).toEqual([false, false, false, true, true]);
  });
});

describe('a copy that fails', () => {
  it("ends its own target at once, with AWS's reasons, and no other", async () => {
    const at = scenario({
      copying: { seconds: 600 },
      faults: [{ action: 'ec2:CopyImage', region: there, do: 'fail-copy', reason: 'The disk has gone' }],
    });
    const step = await at.run({ regions: 'eu-west-1\neu-central-1' });
    expect(toldByPlace(step)).toEqual({
      'home eu-west-1': 'failed: CopyFailed',
      'home eu-central-1': 'promoted',
    });
    const [failed] = step.result.outcomes;
    const copied = callsOf(at.world, 'CopyImage').find((call) => call.region === there)?.at ?? 0;
    expect((failed?.ended ?? 0) - copied).toBeLessThanOrEqual(320_000);
    expect(failed).toMatchObject({
      imageId: sole(imagesIn(at.world, home, there)).id,
      failure: { meaning: expect.stringContaining('Server.InternalError: The disk has gone') },
    });
    expect(failed).toMatchObject({
      failure: { meaning: expect.stringMatching(/snap-\w+: The disk has gone/) },
    });
  });

  it('is recognised when somebody deregisters it while it is pending', async () => {
    const at = scenario({ copying: { seconds: 3600 } });
    onceAt(
      at.world,
      (call) => call.action === 'DescribeImages' && call.at > callsAt(at.world) + 120_000,
      () => {
        sole(imagesIn(at.world, home, there)).state = 'deregistered';
      },
    );
    const step = await at.run();
    expect(failureOf(step)).toMatchObject({ code: 'CopyFailed' });
    expect(failureOf(step).meaning).toContain('deregistered');
    expect(only(step).ended - callsAt(at.world)).toBeLessThan(5 * 60_000);
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });
});

function callsAt(world: World): number {
  return callsOf(world, 'CopyImage')[0]?.at ?? Number.POSITIVE_INFINITY;
}

describe('the end of the time', () => {
  it('leaves copies going on, and a second run adopts them', async () => {
    const at = scenario({ copying: { seconds: 3600 } });
    const first = await at.run({ 'wait-minutes': '10' });
    expect(only(first)).toMatchObject({ state: 'pending', how: 'copied', failure: { code: 'TimeIsUp' } });
    expect(only(first).ended - only(first).started).toBeGreaterThanOrEqual(10 * 60_000);
    expect(only(first).ended - only(first).started).toBeLessThanOrEqual(10 * 60_000 + 11_000);
    expect(sole(imagesIn(at.world, home, there)).state).toBe('pending');
    expect(only(await at.run({}, { runId: '1002' }))).toMatchObject({ state: 'promoted', how: 'adopted' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('comes at once with wait-minutes: 0, after the copy was started', async () => {
    const at = scenario({ copying: { seconds: 3600 } });
    const step = only(await at.run({ 'wait-minutes': '0' }));
    expect(step).toMatchObject({
      state: 'pending',
      how: 'copied',
      imageId: sole(imagesIn(at.world, home, there)).id,
      failure: { code: 'StillCopying' },
    });
    expect(step.ended - step.started).toBeLessThan(1000);
  });

  it('finds with wait-minutes: 0 what is there, and mends it', async () => {
    const at = scenario();
    await at.run();
    const step = only(await at.run({ 'wait-minutes': '0', tags: 'stage=prod' }, { runId: '1002' }));
    expect(step).toMatchObject({ state: 'promoted', how: 'mended' });
  });
});

describe('a signal', () => {
  it('ends every wait at once, and no call follows', async () => {
    const at = scenario({ copying: { seconds: 3600 } });
    const signal = new AbortController();
    let calls = 0;
    onceAt(
      at.world,
      (call) => call.action === 'DescribeImages' && call.at > callsAt(at.world) + 60_000,
      () => {
        calls = at.world.record.length;
        signal.abort();
      },
    );
    const step = await at.run({ regions: 'eu-west-1\neu-central-1' }, { signal: signal.signal });
    const aborted = at.time.now();
    expect(step.result.interrupted).toBe(true);
    expect(step.result.outcomes.map(told)).toEqual(['pending: Interrupted', 'pending: Interrupted']);
    await at.pass(600).catch(() => undefined);
    expect(at.world.record.length - calls).toBeLessThanOrEqual(1);
    expect(at.time.now() - aborted).toBe(600_000);
  });

  it('before the first write leaves everything skipped and nothing written', async () => {
    const at = scenario();
    const signal = new AbortController();
    onceAt(
      at.world,
      (call) => call.action === 'DescribeKey',
      () => signal.abort(),
    );
    const step = await at.run({}, { signal: signal.signal });
    expect(step.result.interrupted).toBe(true);
    expect(step.result.outcomes.map(told)).toEqual(['skipped: Interrupted']);
    expect(writesIn(at.world)).toEqual([]);
  });
});
