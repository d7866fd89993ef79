import { describe, expect, it } from '@jest/globals';
import { writesIn } from '../../simulator/look.ts';
import { statusOf } from '../../src/report/status.ts';
import { toldBy } from '../support/problems.ts';
import { ofCopies, ofKeys, ofTrials, ofWhatIsThere } from '../support/problems-copies.ts';
import { ofPlaces, ofPlans, ofSources } from '../support/problems-places.ts';
import { scenario } from '../support/scenario.ts';

/** What AWS leaves open, answered in one way and in the other. */
const answers = [
  { 'dry-run': 'permission', 'missing-key': 'async', lineage: 'present', 'expired-code': 'RequestExpired' },
  { 'dry-run': 'everything', 'missing-key': 'sync', lineage: 'absent', 'expired-code': 'ExpiredToken' },
];

describe.each(answers)(
  'before the first write, with a dry run of $dry-run and a missing key $missing-key,',
  (answer) => {
    it.each([...ofPlaces, ...ofSources, ...ofPlans, ...ofKeys, ...ofCopies, ...ofWhatIsThere, ...ofTrials])(
      '$name',
      async ({ code, call, changes, given, before, spoil, options }) => {
        const at = scenario({ ...changes, switches: { ...answer, ...changes?.switches } });
        await before?.(at);
        spoil?.(at);
        const more = await options?.(at);
        const earlier = writesIn(at.world).length;
        const step = await at.run(given, { ...more, runId: '1002' });
        const told = toldBy(step).map((one) => (call === undefined ? { code: one.code } : one));
        expect(told).toContainEqual(call === undefined ? { code } : { code, action: call });
        expect(writesIn(at.world).length).toBe(earlier);
        expect(step.result.stopped || step.failure !== undefined).toBe(true);
        expect(statusOf(step.result, step.promotion)).toBe('failure');
        expect(at.world.complaints).toEqual([]);
      },
    );
  },
);
