import { describe, expect, it } from '@jest/globals';
import { imagesIn, orphansIn, snapshotsIn, writesIn } from '../../simulator/look.ts';
import { Failed } from '../../src/model/failure.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { Rollback } from '../../src/model/outcome.ts';
import { ownTags } from '../../src/model/tags.ts';
import { Performer } from '../../src/promotion/performer.ts';
import { rollback } from '../../src/promotion/rollback.ts';
import { withAws } from '../support/aws.ts';
import { consumer, home, sourceId, sourceRegion } from '../support/organization.ts';
import type { InProcess } from '../support/promotion.ts';
import { imageFile, only, type Scenario, scenario, told } from '../support/scenario.ts';
import { failing, here, picture, roles, two } from './rolling-back.ts';

const there = { account: home, region: 'eu-west-1' };
const given = { 'share-with': consumer, tags: 'stage=prod' };

/** Undoes a journal, as another process does. */
async function undo(
  at: Scenario,
  entries: readonly JournalEntry[],
  signal = new AbortController().signal,
): Promise<Rollback> {
  return withAws(
    at,
    (aws) => {
      const reporter = {
        line: () => undefined,
        trace: () => undefined,
        beat: () => undefined,
        landed: () => undefined,
      };
      const journal = { append: async () => undefined };
      const ports = { aws, clock: at.time, reporter, journal, signal };
      return rollback(entries, 'failure', new Performer(ports, entries), ports);
    },
    { signal },
  );
}

/** A world with an older copy that the run mended, and in a second Region one that it made. */
async function promoted(): Promise<{ at: Scenario; step: InProcess; before: ReturnType<typeof picture> }> {
  const tags = { [ownTags.source]: `${home}/${sourceRegion}/${sourceId}`, stage: 'test' };
  const lineage = { image: sourceId, region: sourceRegion };
  const at = scenario({ roles, ...imageFile(there, { tags, lineage }) });
  const before = picture(at.world);
  const step = await at.run({ ...given, regions: 'eu-west-1\neu-central-1' });
  expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
  return { at, step, before };
}

describe('a rollback that is done twice', () => {
  it('changes nothing more, and has nothing left to tell', async () => {
    const { at, step, before } = await promoted();
    const first = await undo(at, step.journal);
    expect(first.left).toEqual([]);
    expect(picture(at.world)).toEqual(before);
    const second = await undo(at, step.journal);
    expect(second.left).toEqual([]);
    expect(picture(at.world)).toEqual(before);
  });

  it('takes nothing from what a later run made of it', async () => {
    const { at, step } = await promoted();
    await undo(at, step.journal);
    const again = await at.run({ ...given, regions: 'eu-west-1\neu-central-1' }, { runId: '1002' });
    expect(again.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    const made = imagesIn(at.world, home, 'eu-central-1').filter(({ state }) => state === 'available');
    await undo(at, step.journal);
    expect(imagesIn(at.world, home, 'eu-central-1').filter(({ state }) => state === 'available')).toEqual(
      made,
    );
    expect(orphansIn(at.world)).toEqual([]);
  });
});

describe('a rollback that is cut off', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'after its call %i is finished by the next one',
    async (calls) => {
      const { at, step, before } = await promoted();
      const death = new AbortController();
      let left = calls;
      at.world.onCall = ({ service }) => {
        left -= service === 'ec2' ? 1 : 0;
        if (left === 0) {
          death.abort();
        }
      };
      const first = await undo(at, step.journal, death.signal).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Failed);
        return undefined;
      });
      expect(first?.left.filter(({ failure }) => failure.code !== 'OutOfTime') ?? []).toEqual([]);
      delete at.world.onCall;
      expect((await undo(at, step.journal)).left).toEqual([]);
      expect(picture(at.world)).toEqual(before);
    },
  );

  it('before it began tells everything as left, with commands', async () => {
    const { at, step } = await promoted();
    const before = writesIn(at.world).length;
    const { left, undone } = await undo(at, step.journal, AbortSignal.abort());
    expect(undone).toEqual([]);
    expect(writesIn(at.world)).toHaveLength(before);
    expect(new Set(left.map(({ failure }) => failure.code))).toEqual(new Set(['OutOfTime']));
    const commands = left.flatMap((one) => one.commands).join('\n');
    for (const command of ['create-tags', 'delete-tags', 'modify-image-attribute', 'describe-images']) {
      expect(commands).toContain(`aws ec2 ${command}`);
    }
  });
});

describe('a rollback of copies under way', () => {
  it.each(['error', 'completed'])('cancels them: as before (unfinished snapshots: %s)', async (snapshots) => {
    const at = scenario({
      roles,
      copying: { seconds: 7200 },
      switches: { 'cancelled-copy-snapshots': snapshots },
    });
    const before = picture(at.world);
    const step = await at.run({ 'wait-minutes': '10', 'rollback-on': 'failure' });
    expect(only(step)).toMatchObject({ state: 'failed' });
    expect(here(at.world)).toEqual([]);
    await at.pass(10_000);
    const left = snapshotsIn(at.world, home, 'eu-west-1').map(({ id }) => id);
    const told = JSON.stringify(step.result.rollback?.left ?? []);
    expect(left.filter((id) => !told.includes(id))).toEqual([]);
    if (left.length === 0) {
      expect(picture(at.world)).toEqual(before);
    }
  });

  it('is not made where the step does not wait: pending is no failure then', async () => {
    const at = scenario({ roles, copying: { seconds: 7200 } });
    const step = await at.run({ 'wait-minutes': '0', 'rollback-on': 'failure' });
    expect(told(only(step))).toBe('pending: StillCopying');
    expect(step.result.rollback).toBeUndefined();
    expect(here(at.world)).toHaveLength(1);
  });
});

describe('a rollback of a run that tidied', () => {
  it('says that the failed copy cannot come back, and undoes the rest', async () => {
    const at = failing({
      faults: [{ action: 'ec2:CopyImage', region: 'eu-west-1', nth: 1, do: 'fail-copy' }],
    });
    await at.run({ regions: 'eu-west-1' });
    const step = await at.run(two, { runId: '1002' });
    expect(here(at.world)).toEqual([]);
    expect(step.result.rollback?.left.map(({ failure }) => failure.code)).toEqual(
      step.result.rollback?.left.map(() => 'NoWayBack'),
    );
  });
});
