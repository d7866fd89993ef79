import { describe, expect, it } from '@jest/globals';
import { annotationsOf } from '../../src/report/annotations.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { accounts, copyId, promotion, run, target } from '../support/builders.ts';
import { failed, failure, pending, promoted, result, skipped, warning } from '../support/outcomes.ts';
import { plan, planned, planTarget } from './plans.ts';

const annotate = (...args: Parameters<typeof result>) => annotationsOf(result(...args), promotion());

describe('annotations', () => {
  it('are none when everything is there', () => {
    expect(annotate([promoted()])).toEqual([]);
  });

  it('say a cause once, however many targets it hit, with its cure and its request', () => {
    const outcomes = Array.from({ length: 12 }, (_, index) =>
      failed({ target: target({ region: `eu-west-${index + 10}` }) }),
    );
    expect(annotate([...outcomes, promoted()])).toEqual([
      {
        level: 'error',
        title: '12 targets: UnauthorizedOperation',
        text: [
          'The role may not copy images.',
          'What to do: Allow ec2:CopyImage in the role.',
          `Targets: web × prod (${Array.from({ length: 12 }, (_, index) => `eu-west-${index + 10}`).join(', ')}).`,
          'Request: 59dbff89-35bd-4eac-99ed-be587example.',
        ].join('\n'),
      },
    ]);
  });

  it('name no target where every one is hit', () => {
    const outcomes = ['eu-west-1', 'eu-west-2', 'sa-east-1'].map((region) =>
      failed({ target: target({ region }) }),
    );
    const [said] = annotate(outcomes);
    expect(said?.title).toBe('All 3 targets: UnauthorizedOperation');
    expect(said?.text).not.toContain('sa-east-1');
    expect(summaryOf(result(outcomes), promotion(), run())).toContain('\n- All 3 targets\n- Code:');
  });

  it('say a cause once also where the words name another key and Region each time', () => {
    const outcomes = ['eu-west-1', 'us-east-2'].map((region) =>
      failed({
        target: target({ region }),
        failure: failure({ meaning: `There is no arn:aws:kms:${region}:444455556666:key/1 in ${region}.` }),
      }),
    );
    expect(annotate(outcomes).map(({ title }) => title)).toEqual(['2 targets: UnauthorizedOperation']);
  });

  it('tell a cause before what follows from it', () => {
    const outcomes = [
      skipped({ target: target({ region: 'eu-west-1' }), failure: failure({ code: 'Interrupted' }) }),
      failed({ target: target({ region: 'us-east-2' }) }),
    ];
    expect(annotate(outcomes).map(({ title }) => title)).toEqual([
      '1 target: UnauthorizedOperation',
      '1 target: Interrupted',
    ]);
  });

  it('leave out what was not started for the causes that they tell, and nothing but that', () => {
    const idle = skipped({
      target: target({ region: 'eu-west-1' }),
      failure: failure({ code: 'NotStarted' }),
    });
    const titles = (...args: Parameters<typeof annotate>) => annotate(...args).map(({ title }) => title);
    expect(titles([idle, failed({ target: target({ region: 'us-east-2' }) })])).toEqual([
      '1 target: UnauthorizedOperation',
    ]);
    expect(titles([idle])).toEqual(['1 target: NotStarted']);
    const optional = target({ region: 'us-east-2', required: false });
    expect(titles([idle, failed({ target: optional })])).toEqual([
      '1 target: NotStarted',
      '1 target: UnauthorizedOperation',
    ]);
  });

  it('show what would reorder or hide what they say', () => {
    const [annotation] = annotate([
      failed({ failure: failure({ meaning: 'a\u202Eb', cure: 'c\u200Bd', paste: { text: 'e\u2066f' } }) }),
    ]);
    expect(annotation?.text).toMatch(/a<U\+202E>b\n.*c<U\+200B>d\n[\s\S]*e<U\+2066>f/);
  });

  it('keep causes apart that are cured in different ways', () => {
    const other = failed({
      target: target({ region: 'sa-east-1' }),
      failure: failure({ cure: 'Ask the owner of the service control policy.' }),
    });
    expect(annotate([failed(), other])).toHaveLength(2);
  });

  it('are warnings where only optional targets are missing, errors as soon as a required one is', () => {
    const optional = failed({ target: target({ required: false }) });
    expect(annotate([optional]).map(({ level }) => level)).toEqual(['warning']);
    const required = skipped({ target: target({ region: 'sa-east-1' }) });
    expect(annotate([optional, required]).map(({ level, title }) => `${level} ${title}`)).toEqual([
      'error 2 targets: UnauthorizedOperation',
    ]);
  });

  it('are errors for copies that are pending when the time is up, notices when nobody waits', () => {
    expect(annotate([pending()])[0]?.level).toBe('error');
    expect(annotationsOf(result([pending()]), promotion({ waitMinutes: 0 }))[0]?.level).toBe('notice');
  });

  it('warn of what could not be made equal, once for all targets', () => {
    const outcomes = [
      promoted({ differences: [warning()] }),
      promoted({ target: target({ region: 'sa-east-1' }), differences: [warning()] }),
      promoted({ target: target({ region: 'us-east-2' }) }),
    ];
    expect(annotate(outcomes)).toEqual([
      {
        level: 'warning',
        title: '2 targets: worth a look',
        text: `${copyId} has gp2 where its source has gp3.\nTargets: web × prod (eu-west-1, sa-east-1).`,
      },
    ]);
  });

  it('tell of a failure that is no single target’s', () => {
    expect(annotate([promoted()], { failures: [failure({ code: 'AccessDenied' })] })).toMatchObject([
      { title: 'AccessDenied', text: expect.stringContaining('Where: prod/eu-west-1.') },
    ]);
  });

  it('hold what is ready to be pasted as it is, and where there is more of it', () => {
    const one = failed({ failure: failure({ paste: { text: '{\n  "Effect": "Allow"\n}' } }) });
    expect(annotate([one])[0]?.text).toContain(
      `\nTo paste for prod (${accounts.prod})/eu-west-1:\n{\n  "Effect": "Allow"\n}\n`,
    );
    const two = failed({
      target: target({ region: 'sa-east-1' }),
      failure: failure({ paste: { text: 'b' } }),
    });
    expect(annotate([one, two])[0]?.text).toContain(
      `To paste for prod (${accounts.prod})/eu-west-1 (and 1 more in the summary of this step):\n{`,
    );
  });

  it('send to the summary for what is too long to be pasted from here', () => {
    const [annotation] = annotate([failed({ failure: failure({ paste: { text: 'p'.repeat(901) } }) })]);
    expect(annotation?.text).toContain('What to paste is in the summary of this step.');
    expect(annotation?.text).not.toContain('ppp');
  });

  it('say nothing of what a plan would write', () => {
    expect(annotate([planned()], { plan: plan([planTarget()]) })).toEqual([]);
  });

  it('are ten at most, the gravest first, and the last says how many more there are', () => {
    const outcomes = Array.from({ length: 14 }, (_, index) =>
      failed({
        target: target({ region: `eu-west-${index + 10}`, required: index === 13 }),
        failure: failure({ code: `Code${index}` }),
      }),
    );
    const annotations = annotate(outcomes);
    expect(annotations).toHaveLength(10);
    expect(annotations[0]).toMatchObject({ level: 'error', title: '1 target: Code13' });
    expect(annotations[9]).toMatchObject({ level: 'warning', text: expect.stringContaining('5 more') });
    expect(annotate(outcomes.slice(0, 10)).map(({ title }) => title)).not.toContain('More in the summary');
  });

  it('fit into 4,000 characters with their cure, however long the meaning is', () => {
    const long = failure({
      meaning: 'm'.repeat(9_000),
      cure: `Do this. ${'c'.repeat(9_000)}`,
      paste: { text: 'p'.repeat(900) },
    });
    const [annotation] = annotate([
      failed({ failure: long, differences: [warning({ found: 'f'.repeat(9_000) })] }),
    ]);
    expect(annotation?.text.length).toBeLessThanOrEqual(4_000);
    expect(annotation?.text).toContain('What to do: Do this.');
    expect(annotation?.text).toContain('Targets: web × prod × eu-west-1.');
  });
});
