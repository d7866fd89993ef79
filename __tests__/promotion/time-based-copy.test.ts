import { describe, expect, it } from '@jest/globals';
import { callsOf, trialsOf, writesIn } from '../../simulator/look.ts';
import { home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { failureOf, idOf, imageFile, only, scenario, sole, told } from '../support/scenario.ts';

const given = { 'copy-completion-minutes': '15' };

describe('a time-based copy', () => {
  it.each([
    ['none', undefined],
    ['15', 15],
    ['2880', 2880],
  ])('is asked for as it is wanted: %s', async (minutes, sent) => {
    const at = scenario();
    await at.run({ accounts: `prod=${prod}`, 'copy-completion-minutes': minutes });
    const calls = [sole(callsOf(at.world, 'CopyImage')), sole(trialsOf(at.world, 'CopyImage'))];
    expect(calls.map(({ params }) => params.SnapshotCopyCompletionDurationMinutes)).toEqual([sent, sent]);
  });

  it('waits for its turn while others use up the throughput of the account', async () => {
    const second = imageFile({ account: home, region: sourceRegion });
    const at = scenario({
      ...second,
      copying: { seconds: 600 },
      quotas: { 'time-based-mib-per-second': 50 },
    });
    const step = await at.run({ ...given, source: `web=${sourceId}\nother=${idOf('a')}` });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    const copies = callsOf(at.world, 'CopyImage');
    expect(copies.filter(({ code }) => code === 'ok')).toHaveLength(2);
    expect(copies.filter(({ code }) => code === 'ResourceLimitExceeded').length).toBeGreaterThan(0);
  });

  it('that no throughput makes possible is refused before any write', async () => {
    const { images, snapshots } = imageFile({ account: home, region: sourceRegion }, {}, 'c');
    const at = scenario({
      images,
      snapshots: snapshots.map((snapshot) => ({ ...snapshot, 'size-gib': 16_000, 'full-size-gib': 500 })),
    });
    const failure = failureOf(await at.run({ ...given, source: idOf('c') }));
    expect(failure).toMatchObject({ code: 'CompletionTooShort', kind: 'quota' });
    expect(failure.cure).toContain('Set copy-completion-minutes to 30 or more');
    expect(writesIn(at.world)).toEqual([]);
    const enough = { 'copy-completion-minutes': '30', source: idOf('c') };
    expect(told(only(await at.run(enough, { runId: '1002' })))).toBe('promoted');
  });
});
