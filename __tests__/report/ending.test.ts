import { describe, expect, it } from '@jest/globals';
import type { Result } from '../../src/model/outcome.ts';
import type { Promotion } from '../../src/model/promotion.ts';
import { endingNote } from '../../src/report/ending.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { promotion, run } from '../support/builders.ts';
import { failed, failure, opened, pending, promoted, result } from '../support/outcomes.ts';

const late = failure({ code: 'Interrupted', kind: 'interrupted' });
const cut = (over: Partial<Result> = {}) =>
  result([promoted(), pending({ failure: late })], { interrupted: true, ...over });
const told = (over: Partial<Result> = {}, wanted: Partial<Promotion> = {}) =>
  endingNote(cut(over), promotion(wanted));
const open = { opened: [opened()] };
const onCancel = { rollbackOn: ['cancel'] } as const;
const byPost = (work: string) =>
  `The post phase of this step, near the end of the job, ${work}, as far as GitHub leaves it the time; its own summary says what became of that.`;
const goesOn = 'Copies that were started go on by themselves.';

describe('a step that did not come to its end', () => {
  it.each<[string, Partial<Result>, Partial<Promotion>, string]>([
    ['go on', {}, {}, `The step was cancelled. ${goesOn}`],
    [
      'are waited for before the source is closed',
      open,
      {},
      `The step was cancelled. ${goesOn} ${byPost('closes the source once no copy reads it any more')}`,
    ],
    [
      'are undone where that is asked for, and the source is closed',
      { ...open, undoing: 'cancel' },
      onCancel,
      `The step was cancelled. ${byPost('closes the source and undoes what this run did')}`,
    ],
    [
      'are undone',
      { undoing: 'cancel' },
      onCancel,
      `The step was cancelled. ${byPost('undoes what this run did')}`,
    ],
    [
      'go on where only a failure is undone',
      {},
      { rollbackOn: ['failure'] },
      `The step was cancelled. ${goesOn}`,
    ],
    [
      'are undone after a failure',
      { failures: [failure({ code: 'Defect' })] },
      { rollbackOn: ['failure'] },
      `The step did not come to its end. ${byPost('undoes what this run did')}`,
    ],
    [
      'are undone where that had begun already',
      { outcomes: [failed(), promoted()], undoing: 'failure' },
      { rollbackOn: ['failure'] },
      `The step was cancelled. ${byPost('undoes what this run did')}`,
    ],
    [
      'are undone where time was over while that was done',
      { rollback: { why: 'failure', undone: [], left: [] } },
      { rollbackOn: ['failure'] },
      `The step was cancelled. ${byPost('undoes what this run did')}`,
    ],
    [
      'go on where they were only to be started',
      { outcomes: [pending()] },
      { rollbackOn: ['failure'], waitMinutes: 0 },
      `The step was cancelled. ${goesOn}`,
    ],
    [
      'keep their access where that is asked for',
      open,
      { keepSourceAccess: true },
      `The step was cancelled. ${goesOn}`,
    ],
    [
      'go on where the source is closed already',
      { opened: [opened({ state: 'closed' }), opened({ accounts: [] })] },
      {},
      `The step was cancelled. ${goesOn}`,
    ],
    [
      'go on, however the signal was told',
      { failures: [late] },
      { rollbackOn: ['failure'] },
      `The step was cancelled. ${goesOn}`,
    ],
  ])('says what becomes of its copies: they %s', (_what, over, wanted, words) => {
    expect(told(over, wanted)).toBe(words);
  });

  it('says so below the heading of its summary', () => {
    expect(summaryOf(cut({ ...open, undoing: 'cancel' }), promotion(onCancel), run())).toMatch(
      /; interrupted\nRun \[.*\n\nThe step was cancelled\. The post phase of this step, [^\n]*\n\n### Interrupted/,
    );
  });

  it('says nothing where nothing is left to do: at its end, in a plan, before the first look', () => {
    expect(endingNote(result([promoted()], open), promotion())).toBeUndefined();
    expect(told(open, { mode: 'plan' })).toBeUndefined();
    expect(told({ outcomes: [], failures: [failure()] })).toBeUndefined();
  });
});
