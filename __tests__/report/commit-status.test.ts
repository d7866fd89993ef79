import { describe, expect, it } from '@jest/globals';
import { finalStatus, runningStatus } from '../../src/report/commit-status.ts';
import { headlineOf } from '../../src/report/status.ts';
import { owner, placement, promotion, target } from '../support/builders.ts';
import { failed, failure, opened, pending, promoted, result, unchanged } from '../support/outcomes.ts';

const regions = ['eu-west-1', 'eu-west-2', 'eu-west-3'];
const wanted = promotion({
  placements: (['prod', 'eu'] as const).flatMap((name) =>
    regions.map((region) => placement({ owner: owner(name), region })),
  ),
});
const brasil = target({ region: 'sa-east-1' });

describe('the status while the step runs', () => {
  it('counts what is decided, out of every target', () => {
    expect(runningStatus([], wanted)).toEqual({ state: 'pending', description: '0 of 6 promoted' });
    const decided = [promoted(), promoted({ target: brasil }), failed()];
    expect(runningStatus(decided, wanted)).toEqual({
      state: 'pending',
      description: '2 of 6 promoted, 1 failed',
    });
    expect(runningStatus([unchanged()], wanted).description).toBe('1 of 6 there already');
  });

  it('counts every source image at every place', () => {
    const twice = { ...wanted, sources: [...wanted.sources, ...wanted.sources] };
    expect(runningStatus([promoted()], twice).description).toBe('1 of 12 promoted');
  });
});

describe('the status at the end', () => {
  it('is the status of the step, in the words of its summary', () => {
    const outcomes = [promoted(), failed({ target: brasil })];
    expect(finalStatus(result(outcomes), promotion())).toEqual({
      state: 'failure',
      description: '1 of 2 promoted, 1 failed',
    });
    expect(finalStatus(result([promoted()]), promotion())).toEqual({
      state: 'success',
      description: '1 of 1 promoted',
    });
  });

  it('is success where only optional targets are missing, and says so', () => {
    const optional = failed({ target: target({ region: 'sa-east-1', required: false }) });
    expect(finalStatus(result([promoted(), optional]), promotion())).toEqual({
      state: 'success',
      description: '1 of 2 promoted, 1 failed',
    });
  });

  it('stays pending where nothing is waited for', () => {
    expect(finalStatus(result([pending()]), promotion({ waitMinutes: 0 }))).toEqual({
      state: 'pending',
      description: '0 of 1 promoted, 1 pending',
    });
  });

  it('is an error where a signal ended the step, whatever was decided by then', () => {
    expect(finalStatus(result([promoted()], { interrupted: true }), promotion())).toEqual({
      state: 'error',
      description: '1 of 1 promoted; interrupted',
    });
  });

  it('has at most the 140 characters that GitHub takes', () => {
    const sources = Array.from({ length: 12_345 }, () => opened({ failure: failure() }));
    const outcomes = Array.from({ length: 100 }, (_, index) =>
      [promoted, unchanged, failed, pending][index % 4]?.({ target: target({ region: `eu-${index}` }) }),
    ).flatMap((outcome) => outcome ?? []);
    const left = { target: 'web', what: 'x', account: '1', failure: failure(), commands: [] };
    const told = result(outcomes, {
      opened: sources,
      rollback: { why: 'failure', undone: Array(99_999).fill('x'), left: Array(99_999).fill(left) },
    });
    expect(headlineOf(told, promotion()).length).toBeGreaterThan(140);
    expect(finalStatus(told, promotion()).description).toMatch(/^50 of 100 promoted .*…$/);
    expect(finalStatus(told, promotion()).description).toHaveLength(140);
  });
});
