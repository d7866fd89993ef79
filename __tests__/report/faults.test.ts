import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../../src/model/fault.ts';
import { faultAnnotations, faultsSummary } from '../../src/report/faults.ts';

const region: Fault = {
  input: 'regions',
  value: 'eu-west1',
  problem: 'is not the name of a Region',
  right: 'did you mean "eu-west-1"?',
};
const role: Fault = { input: 'role', value: '', problem: 'is empty', right: 'write the name of a role' };
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...region, value: `r${index}` }));

describe('the summary of faults', () => {
  it('has a row for each, with name, value, problem and what would be right', () => {
    const summary = faultsSummary([region, role]);
    expect(summary).toMatch(/^## Promote AMI: ❌ 2 faults in the inputs\n/);
    expect(summary).toContain(
      '| <code>regions</code> | <code>eu-west1</code> | is not the name of a Region | did you mean &#34;eu-west-1&#34;? |',
    );
    expect(summary).toContain('| <code>role</code> | <i>empty</i> | is empty | write the name of a role |');
  });

  it('keeps every value in its cell', () => {
    const summary = faultsSummary([{ ...region, value: 'a | b\n| c |<script>' }]);
    expect(summary).toContain('<code>a &#124; b<br>&#124; c &#124;&#60;script&#62;</code>');
  });

  it('stays below a million bytes', () => {
    const summary = faultsSummary(many(3_000).map((fault) => ({ ...fault, problem: '|'.repeat(3_000) })));
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toMatch(/<i>\d+ more faults did not fit here\.<\/i>/);
  });
});

describe('the annotations of faults', () => {
  it('show what would reorder or hide what they say', () => {
    const [annotation] = faultAnnotations([{ ...region, value: 'a\u202Eb' }]);
    expect(annotation?.text).toContain('"a<U+202E>b"');
  });

  it('are a sentence each', () => {
    expect(faultAnnotations([region, role])).toEqual([
      {
        level: 'error',
        title: 'Input regions',
        text: 'regions: "eu-west1" is not the name of a Region; did you mean "eu-west-1"?',
      },
      { level: 'error', title: 'Input role', text: 'role is empty; write the name of a role' },
    ]);
  });

  it('are ten when there are ten, and nine and the number of the others when there are more', () => {
    expect(faultAnnotations(many(10)).at(-1)?.text).toContain('"r9"');
    const annotations = faultAnnotations(many(25));
    expect(annotations).toHaveLength(10);
    expect(annotations.at(-1)?.text).toBe('… and 16 more, all in the summary of this step.');
  });

  it('fit into 4,000 characters', () => {
    const [annotation] = faultAnnotations([
      { ...region, value: 'v'.repeat(9_000), problem: 'p'.repeat(9_000) },
    ]);
    expect(annotation?.text).toHaveLength(4_000);
  });
});
