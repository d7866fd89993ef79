import { describe, expect, it } from '@jest/globals';
import { interrupted } from '../../src/model/failure.ts';
import type { Outcome, Result } from '../../src/model/outcome.ts';
import type { Promotion } from '../../src/model/promotion.ts';
import { problemsTitle } from '../../src/report/problems.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { promotion, run, target } from '../support/builders.ts';
import { failed, failure, pending, promoted, result, skipped } from '../support/outcomes.ts';

/** What heads the reasons in the log, and in the summary. */
function headings(outcomes: readonly Outcome[], over: Partial<Result>, wanted: Partial<Promotion>) {
  const [told, of] = [result(outcomes, over), promotion(wanted)];
  const [, first] = /^### (.*)$/m.exec(summaryOf(told, of, run())) ?? [];
  return [problemsTitle(told, of), first];
}

const brasil = target({ region: 'sa-east-1' });
const cut = skipped({ target: brasil, failure: interrupted });

describe('what heads the reasons', () => {
  it('is that copies are under way, where nobody waits for them and nothing else is missing', () => {
    const nobodyWaits = { waitMinutes: 0 };
    expect(headings([promoted(), pending({ target: brasil })], {}, nobodyWaits)).toEqual([
      'Under way',
      'Under way',
    ]);
    expect(headings([failed(), pending({ target: brasil })], {}, nobodyWaits)).toEqual([
      'Everything that is in the way',
      'What is missing, and why',
    ]);
  });

  it('is that the step was interrupted, where it was and nothing failed', () => {
    const isOver = { interrupted: true };
    expect(headings([promoted(), cut], isOver, {})).toEqual(['Interrupted', 'Interrupted']);
    expect(headings([promoted(), cut], isOver, { mode: 'verify' })[1]).toBe('Interrupted');
    const undone = failed({ failure: failure({ code: 'RolledBack' }) });
    expect(headings([undone, cut], { ...isOver, undoing: 'cancel' }, {})[1]).toBe('Interrupted');
    expect(headings([failed(), cut], isOver, {})[1]).toBe('What is missing, and why');
  });

  it('is what is missing where time was up', () => {
    expect(headings([pending()], {}, {})[1]).toBe('What is missing, and why');
  });
});
