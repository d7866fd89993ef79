import { describe, expect, it } from '@jest/globals';
import { duration, heartbeatLine, outcomeLine } from '../../src/report/lines.ts';
import { copyId, sourceId, target } from '../support/builders.ts';
import {
  failed,
  failure,
  pending,
  promoted,
  skipped,
  unchanged,
  verified,
  warning,
} from '../support/outcomes.ts';
import { planned } from './plans.ts';

describe('the line of an outcome', () => {
  it('says what was promoted, how, and in what time', () => {
    expect(outcomeLine(promoted())).toBe(`✔ web × prod × eu-west-1: ${copyId} promoted (copied) in 12m 5s`);
  });

  it('says what was there already, what is in place, and that there are warnings', () => {
    const here = verified({ id: sourceId, inPlace: true });
    expect(outcomeLine(unchanged({ image: here, differences: [warning()] }))).toBe(
      `✔ web × prod × eu-west-1: ${sourceId} unchanged in place in 12m 5s, 1 warning`,
    );
    expect(outcomeLine(promoted({ image: here, how: 'mended' }))).toContain('promoted in place (mended)');
  });

  it('says of a failure code, action, request and meaning; the report of problems has the cure', () => {
    expect(outcomeLine(failed({ imageId: copyId }))).toBe(
      `✘ web × prod × eu-west-1: ${copyId} failed in 12m 5s: The role may not copy images. (UnauthorizedOperation from ec2:CopyImage, request 59dbff89-35bd-4eac-99ed-be587example)`,
    );
  });

  it('marks a failure that is only a warning, and what is on its way', () => {
    expect(outcomeLine(skipped({ target: target({ required: false }) }))).toMatch(/^⚠ .* skipped in /);
    expect(outcomeLine(pending())).toMatch(/^… .* pending in .*\(StillPending from ec2:CopyImage\)$/);
  });

  it('is one line, whatever AWS said', () => {
    const outcome = failed({ imageId: copyId, failure: failure({ meaning: 'one\n::error::two\r\nthree' }) });
    expect(outcomeLine(outcome)).toContain('one ::error::two three (');
  });

  it('shows what would reorder the line', () => {
    const outcome = failed({ imageId: copyId, failure: failure({ meaning: 'a\u202Eb' }) });
    expect(outcomeLine(outcome)).toContain('a<U+202E>b');
  });

  it('is short, however much AWS said, and counts what else is in the way', () => {
    const line = outcomeLine(
      failed({ failure: failure({ meaning: 'm'.repeat(5_000) }), others: [failure(), failure()] }),
    );
    expect(line?.length).toBeLessThan(500);
    expect(line).toMatch(/, and 2 other problems$/);
  });

  it('is none of a target that was not begun: why is told once for all of them', () => {
    expect(outcomeLine(skipped({ failure: failure({ code: 'NotStarted' }) }))).toBeUndefined();
  });

  it('is no failure of what a plan would write', () => {
    expect(outcomeLine(planned({ meaning: 'It would be copied.' }))).toBe(
      '→ web × prod × eu-west-1: It would be copied.',
    );
  });
});

describe('the heartbeat', () => {
  it('counts states, progress and time', () => {
    expect(
      heartbeatLine({
        total: 18,
        byState: { promoted: 5, pending: 13, failed: 0 },
        meanProgressPercent: 43.7,
        elapsedMs: 600_000,
      }),
    ).toBe('… 5 promoted, 13 pending of 18, copies at 43 %, after 10m 0s');
  });

  it('has words for the beginning', () => {
    expect(heartbeatLine({ total: 2, byState: {}, meanProgressPercent: undefined, elapsedMs: 0 })).toBe(
      '… 0 of 2 done, after 0s',
    );
  });
});

describe('a duration', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [59_499, '59s'],
    [59_500, '1m 0s'],
    [725_000, '12m 5s'],
    [3_603_000, '1h 0m 3s'],
    [90_000_000, '25h 0m 0s'],
  ])('of %d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
