import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn } from '../../simulator/look.ts';
import { planText } from '../../src/report/plan.ts';
import { prod, sourceId, staging } from '../support/organization.ts';
import { only, scenario, sole, told } from '../support/scenario.ts';
import { everyPart, future, give, leaveOpen, nobody, notes, openTo, pull, slow } from './opened-source.ts';

describe('a run that pulled', () => {
  it('closes what it opened, and takes its note off', async () => {
    const at = scenario();
    const step = await at.run(pull);
    expect(told(only(step))).toBe('promoted');
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
    expect(step.result.opened).toMatchObject([
      { imageId: sourceId, accounts: [prod], state: 'closed', leftToOthers: [], failure: undefined },
    ]);
  });

  it('does so only once all its copies have ended', async () => {
    const at = scenario({ copying: { seconds: 60, factors: { 'eu-central-1': 5 } } });
    const step = await at.run({ ...pull, regions: 'eu-west-1\neu-central-1' });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    const copied = callsOf(at.world, 'CopyImage').at(-1)?.at ?? 0;
    expect((sole(callsOf(at.world, 'DeleteTags')).at ?? 0) - copied).toBeGreaterThanOrEqual(300_000);
    expect(openTo(at.world)).toEqual(nobody);
  });

  it('closes after a failure too', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'fail-copy' }] });
    const step = await at.run(pull);
    expect(told(only(step))).toBe('failed: CopyFailed');
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
    expect(step.result.opened).toMatchObject([{ state: 'closed' }]);
  });

  it('leaves what was open before', async () => {
    const at = scenario();
    give(at, staging);
    give(at, prod, 'image');
    const before = openTo(at.world);
    expect(told(only(await at.run(pull)))).toBe('promoted');
    expect(openTo(at.world)).toEqual(before);
    expect(notes(at.world)).toEqual([]);
  });

  it('leaves it open while a copy is pending: with wait-minutes 0 that is said', async () => {
    const at = scenario(slow);
    const step = await at.run({ ...pull, 'wait-minutes': '0' });
    expect(told(only(step))).toBe('pending: StillCopying');
    expect(openTo(at.world)).toEqual(everyPart(prod));
    expect(step.result.opened).toMatchObject([{ state: 'open', accounts: [prod], failure: undefined }]);
    expect(notes(at.world)).toMatchObject([{ accounts: [prod] }]);
  });

  it('is told by the next run, which finds the source open for the one before', async () => {
    const at = scenario();
    await at.run({ ...pull, 'wait-minutes': '0' }, { runId: '1001', process: 'aaaaaaaa' });
    await at.pass(60);
    const next = await at.run(pull, { runId: '1002' });
    const told = next.lines.filter((line) => line.includes('was open to') && line.includes(prod));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('run example/images/1001/1/aaaaaaaa needs that until 2026-11-');
  });

  it('with wait-minutes 0 leaves it open past the run that finishes its copies, until the deadline of two days', async () => {
    const at = scenario(slow);
    await at.run({ ...pull, 'wait-minutes': '0' });
    expect(told(only(await at.run(pull, { runId: '1002' })))).toBe('promoted');
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await at.pass(47 * 60 * 60);
    await at.run(pull, { runId: '1003' });
    expect(openTo(at.world)).toEqual(everyPart(prod));
    await at.pass(2 * 60 * 60);
    await at.run(pull, { runId: '1004' });
    expect(openTo(at.world)).toEqual(nobody);
  });

  it('leaves it open at its time-out', async () => {
    const at = scenario({ copying: { seconds: 900 } });
    const step = await at.run({ ...pull, 'wait-minutes': '10', 'poll-seconds': '60' });
    expect(told(only(step))).toBe('pending: TimeIsUp');
    expect(openTo(at.world)).toEqual(everyPart(prod));
    expect(step.result.opened).toMatchObject([{ state: 'open' }]);
    expect(told(only(await at.run(pull, { runId: '1002' })))).toBe('promoted');
    expect(imagesIn(at.world, prod, 'eu-west-1').map(({ state }) => state)).toEqual(['available']);
  });

  it.each([20, 50])('closes for good where AWS shows permissions %i seconds late', async (lag) => {
    const at = scenario({ switches: { 'attribute-lag-seconds': lag } });
    expect(told(only(await at.run(pull)))).toBe('promoted');
    await at.pass(300);
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });

  it('keeps what it opened where that is asked for, and no note', async () => {
    const at = scenario();
    const step = await at.run({ ...pull, 'keep-source-access': 'true' });
    expect(told(only(step))).toBe('promoted');
    expect(openTo(at.world)).toEqual(everyPart(prod));
    expect(notes(at.world)).toEqual([]);
    expect(step.result.opened).toMatchObject([{ state: 'kept', accounts: [prod] }]);
    await at.run({ ...pull, regions: 'eu-central-1' }, { runId: '1002' });
    expect(openTo(at.world)).toEqual(everyPart(prod));
  });

  it('keeps it where another run that overlaps would close it later', async () => {
    const at = scenario({ copying: { seconds: 200, factors: { 'eu-central-1': 4 } } });
    const runs = await Promise.all([
      at.run({ ...pull, 'keep-source-access': 'true' }),
      at.run({ ...pull, regions: 'eu-central-1' }, { runId: '1002' }),
    ]);
    expect(runs.map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(openTo(at.world)).toEqual(everyPart(prod));
    expect(notes(at.world).flatMap(({ accounts }) => accounts)).toEqual([]);
  });
});

describe('the permission of an account that share-with wants', () => {
  const sharing = { accounts: 'home', regions: 'us-east-1', 'share-with': prod };

  it('stays when a later run pulls for it, and closes', async () => {
    const at = scenario();
    expect(told(only(await at.run(sharing)))).toBe('promoted');
    expect(told(only(await at.run(pull, { runId: '1002' })))).toBe('promoted');
    expect(openTo(at.world)).toEqual([[prod], [], []]);
    expect(notes(at.world)).toEqual([]);
    expect(told(only(await at.run(sharing, { runId: '1003' })))).toBe('unchanged');
  });

  it('stays where a run that pulls for it wants it only later', async () => {
    const at = scenario(slow);
    const long = at.run(pull);
    await at.pass(120);
    expect(notes(at.world).flatMap(({ accounts }) => accounts)).toEqual([prod]);
    expect(told(only(await at.run(sharing, { runId: '1002' })))).toBe('promoted');
    expect(told(only(await long))).toBe('promoted');
    expect(openTo(at.world)[0]).toEqual([prod]);
    expect(told(only(await at.run(sharing, { runId: '1003' })))).toBe('unchanged');
  });

  it('stays where another run opened the source to it', async () => {
    const at = scenario();
    leaveOpen(at, prod, future);
    expect(told(only(await at.run(sharing, { runId: '1002' })))).toBe('promoted');
    expect(notes(at.world).flatMap(({ accounts }) => accounts)).toEqual([]);
    await at.run({ ...pull, regions: 'eu-west-1' }, { runId: '1003' });
    expect(openTo(at.world)[0]).toEqual([prod]);
  });
});

describe('two runs that overlap', () => {
  it.each([
    [0, 0],
    [30, 0],
    [0, 60],
    [50, 60],
  ])('never close under each other (attributes %i s late, images %i s)', async (attributes, images) => {
    const at = scenario({
      copying: { seconds: 200, factors: { 'eu-central-1': 4 } },
      switches: { 'attribute-lag-seconds': attributes, 'visibility-lag-seconds': images },
    });
    const closedWhilePending: string[] = [];
    at.world.onCall = () => {
      const pending = imagesIn(at.world, prod, 'eu-central-1').some(({ state }) => state === 'pending');
      if (pending && !openTo(at.world).every((part) => part.includes(prod))) {
        closedWhilePending.push(new Date(at.time.now()).toISOString());
      }
    };
    const [short, long] = await Promise.all([
      at.run(pull),
      at.run({ ...pull, regions: 'eu-central-1' }, { runId: '1002' }),
    ]);
    expect([short, long].map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(closedWhilePending).toEqual([]);
    await at.pass(300);
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });

  it('of one job matrix, side by side, neither', async () => {
    const at = scenario(slow);
    const runs = await Promise.all([
      at.run(pull),
      at.run({ accounts: `staging=${staging}` }, { runId: '1001', job: { job: 'other', runAttempt: '2' } }),
    ]);
    expect(runs.map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(openTo(at.world)).toEqual(nobody);
    expect(notes(at.world)).toEqual([]);
  });

  it('leave to whichever closes last what both opened, and say so', async () => {
    const at = scenario();
    leaveOpen(at, prod, future);
    const step = await at.run(pull);
    expect(openTo(at.world)).toEqual(everyPart(prod));
    expect(notes(at.world).map(({ run }) => run)).toContain('example/images/77/1/0a1b2c3d');
    expect(step.lines.join('\n')).not.toContain('Closed source');
  });

  it('close all the same where both are held to a plan', async () => {
    const at = scenario({ copying: { seconds: 200, factors: { 'eu-central-1': 4 } } });
    const step = async (regions: string, runId: string) => {
      const { result } = await at.run({ ...pull, regions, mode: 'plan' }, { runId });
      const files = { 'plan.json': result.plan === undefined ? '' : planText(result.plan) };
      return () => at.run({ ...pull, regions, 'approved-plan': 'plan.json' }, { runId: `${runId}1`, files });
    };
    const starts = [await step('eu-west-1', '1001'), await step('eu-central-1', '1002')];
    const runs = await Promise.all(starts.map((start) => start()));
    expect(runs.map((run) => told(only(run)))).toEqual(['promoted', 'promoted']);
    expect(openTo(at.world)).toEqual(nobody);
  });
});
