import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { planComment } from '../../src/report/plan-comment.ts';
import { promotion, run } from '../support/builders.ts';
import { failed, failure, result } from '../support/outcomes.ts';
import { copying, opening, plan, planned, planTarget } from './plans.ts';

const comment = (...[targets, over]: Parameters<typeof plan>) =>
  planComment(result([planned()], { plan: plan(targets, over) }), promotion(), run());
const regions = (count: number) => Array.from({ length: count }, (_, index) => `eu-west-${index + 1}`);
const manyTargets = Array.from({ length: 100 }, (_, index) =>
  regions(30).map((region) => planTarget({ owner: `prod-${index}`, region })),
).flat();
const rowsOf = (text: string) => text.match(/^\| web \| prod.*/gm) ?? [];

/** What GitHub would take for a person, a team or an issue, outside of code, where it does not look. */
function references(markdown: string): readonly string[] {
  const prose = markdown
    .replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
    .replace(/<code>.*?<\/code>/g, '')
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)));
  return prose.match(/(?<![a-z0-9])@[a-z0-9][a-z0-9/-]*|#\d+|\bGH-\d+/gi) ?? [];
}

describe('a plan as a comment', () => {
  it('is the summary of the step, with a link to the run', () => {
    const text = comment([planTarget({ writes: [opening(), copying()] })]);
    expect(text).toMatch(/^## Promote AMI: 📋 Plan: 1 target to copy \(8 GiB\)\n/);
    expect(text).toContain(`(${run().url})`);
    expect(text.match(/^### .*/gm)).toEqual([
      '### Targets',
      '### What would be written',
      '### What would be opened on the source',
      '### Source images',
    ]);
  });

  it('tells what is in the way when nothing could be planned', () => {
    const text = planComment(result([], { failures: [failure({ where: '' })] }), promotion(), run());
    expect(text).toContain('### What is missing, and why');
    expect(text).toContain('The role may not copy images');
  });

  it('has every target as long as all fits, whatever the shares of the parts', () => {
    expect(rowsOf(comment(regions(300).map((region) => planTarget({ region }))))).toHaveLength(300);
  });

  it.each([
    ['many targets', manyTargets],
    [
      'many different writes',
      regions(800).map((region) =>
        planTarget({ region, writes: [copying({ imageTags: { region, text: 'ä'.repeat(200) } })] }),
      ),
    ],
    [
      'many warnings of many characters',
      regions(800).map((region) =>
        planTarget({
          region,
          warnings: [{ wanted: '', found: 'none', says: `${region} ${'😀'.repeat(400)}` }],
        }),
      ),
    ],
  ])('stays below what GitHub takes with %s, and says what is left out', (_what, targets) => {
    const text = comment(targets);
    expect(text.length).toBeLessThan(62_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(50_000);
    expect(text).toMatch(/<i>\d+ more did not fit here; the summary of the run has them all\.<\/i>/);
  });

  it('counts what it leaves out of a table', () => {
    const text = comment(manyTargets);
    const shown = rowsOf(text).length;
    expect(text).toContain(`<i>${manyTargets.length - shown} more did not fit here;`);
  });

  it('mentions nobody and refers to no issue, whatever tags, names and messages hold', () => {
    const text = 'cc @octocat, (@acme/admins) #12 GH-34 acme/app#56 a@example.com &#64;octocat';
    const writes = [copying({ name: text, imageTags: { '@octocat': '#12' } })];
    const targets = [
      planTarget({ image: text, owner: '@octocat', writes }),
      planTarget({ state: 'blocked', problems: [{ code: '@octocat', meaning: text, cure: text }] }),
    ];
    const sources = plan(targets).sources.map((source) => ({ ...source, name: text }));
    const outcomes = [
      planned(),
      failed({ failure: failure({ meaning: text, cure: text, paste: { text } }) }),
    ];
    const told = planComment(
      result(outcomes, { plan: plan(targets, { sources }) }),
      promotion(),
      run({ id: text }),
    );
    expect(references(text)).toEqual(['@octocat', '@acme/admins', '#12', 'GH-34', '#56', '@octocat']);
    expect(told.match(/@&#8203;octocat/g)?.length).toBeGreaterThan(5);
    expect(references(told)).toEqual([]);
    expect(told).toContain('a@example.com');
  });
});
