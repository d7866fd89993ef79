import { describe, expect, it } from '@jest/globals';
import type { Failure, PolicyOf } from '../../src/model/failure.ts';
import { annotationsOf } from '../../src/report/annotations.ts';
import { problemLines } from '../../src/report/problems.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { accounts, owner, placement, promotion, run, source, target } from '../support/builders.ts';
import { failed, failure, pending, promoted, result, skipped } from '../support/outcomes.ts';
import { plan, planned, planTarget } from './plans.ts';

const problems = (...args: Parameters<typeof result>) => problemLines(result(...args), promotion());
const titles = (lines: readonly string[]) => lines.filter((line) => !line.startsWith(' '));

/** A target in each Region, failed for the reason that is made for it. */
function failedIn(regions: readonly string[], reason: (region: string) => Partial<Failure>) {
  return regions.map((region) =>
    failed({ target: target({ region }), failure: failure({ where: `prod/${region}`, ...reason(region) }) }),
  );
}

describe('the report of problems', () => {
  it('is empty when everything is there', () => {
    expect(problems([promoted()])).toEqual([]);
  });

  it('says a cause once: code, meaning, what to do, what to paste, targets, and who said so', () => {
    const paste = '{\n  "Effect": "Allow"\n}';
    expect(problems(failedIn(['eu-west-1', 'sa-east-1'], () => ({ paste: { text: paste } })))).toEqual([
      '✘ 2 targets: UnauthorizedOperation',
      '  The role may not copy images.',
      '  What to do: Allow ec2:CopyImage in the role.',
      `  To paste for prod (${accounts.prod})/eu-west-1, prod (${accounts.prod})/sa-east-1:`,
      '    {',
      '      "Effect": "Allow"',
      '    }',
      '  Targets: web × prod (eu-west-1, sa-east-1)',
      '  From ec2:CopyImage, request 59dbff89-35bd-4eac-99ed-be587example',
    ]);
  });

  it('shows three of the statements that differ, each with its place, and says how many more there are', () => {
    const lines = problems(
      failedIn(['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'sa-east-1'], (region) => ({
        paste: { text: `aws --region ${region}` },
      })),
    );
    expect(titles(lines)).toHaveLength(1);
    expect(lines.slice(3, 10)).toEqual([
      `  To paste for prod (${accounts.prod})/eu-north-1:`,
      '    aws --region eu-north-1',
      `  To paste for prod (${accounts.prod})/eu-west-1:`,
      '    aws --region eu-west-1',
      `  To paste for prod (${accounts.prod})/eu-west-2:`,
      '    aws --region eu-west-2',
      '  And 2 more like these, for the other places.',
    ]);
  });

  it.each([
    ['an owner by its id', `${accounts.prod}/eu-west-1`, ` for prod (${accounts.prod})/eu-west-1`],
    ['an account as a whole', 'prod', ` for prod (${accounts.prod})`],
    ['the home account', `${accounts.home}/us-east-1`, ` for home (${accounts.home})/us-east-1`],
    ['an owner without a name', `${accounts.eu}/eu-west-1`, ` for ${accounts.eu}/eu-west-1`],
    ['what is no account', 'GitHub', ' for GitHub'],
    ['no place', '', ''],
  ])('says what a statement is for: %s', (_what, where, label) => {
    const owners = [owner('prod'), owner('eu', { name: accounts.eu })];
    const lines = problemLines(
      result([failed({ failure: failure({ where, paste: { text: 'x' } }) })]),
      promotion({ owners }),
    );
    expect(lines[lines.indexOf('    x') - 1]).toBe(`  To paste${label}:`);
  });

  it.each<[string, PolicyOf]>([
    [
      'the policies of arn:aws:iam::444455556666:role/a',
      { kind: 'role', arn: 'arn:aws:iam::444455556666:role/a' },
    ],
    [
      'the trust policy of arn:aws:iam::444455556666:role/a',
      { kind: 'trust', arn: 'arn:aws:iam::444455556666:role/a' },
    ],
    [
      'the policy of arn:aws:kms:us-east-1:111122223333:key/k',
      { kind: 'key', arn: 'arn:aws:kms:us-east-1:111122223333:key/k' },
    ],
    ['the policy of the key', { kind: 'key', arn: undefined }],
    ['the resource policy of the parameter', { kind: 'parameter', arn: undefined }],
  ])('says which policy a statement is for: %s', (words, into) => {
    const outcomes = failedIn(['eu-west-1', 'sa-east-1'], () => ({ paste: { text: '{}', into } }));
    expect(problems(outcomes)).toContain(`  To paste into ${words}:`);
  });

  it('says which other names the same cause has', () => {
    const role = (account: string) => `arn:aws:iam::${account}:role/ami-promotion`;
    const others = Array.from({ length: 6 }, (_, index) => role(`${200_000_000_000 + index}`));
    const outcomes = [role(accounts.home), ...others].map((arn, index) =>
      failed({
        target: target({ source: source({ key: `${index}` }) }),
        failure: failure({ meaning: `AWS does not let anybody assume ${arn}.` }),
      }),
    );
    const lines = problems(outcomes);
    expect(lines[1]).toBe(`  AWS does not let anybody assume ${role(accounts.home)}.`);
    expect(lines[2]).toBe(`  Likewise: ${others.slice(0, 5).join(', ')} and 1 more`);
    expect(summaryOf(result(outcomes), promotion(), run())).toContain(
      `- Likewise: ${others.slice(0, 5).join(', ')} and 1 more\n`,
    );
    expect(problems(outcomes.slice(0, 1)).join('\n')).not.toContain('Likewise');
  });

  it.each([
    ['images and snapshots', 'ami-0123456789abcdef0 has snap-1, snap-2.', 'ami-1 has snap-3.'],
    ['keys', `alias/ami-prod is ${crypto.randomUUID()}.`, `alias/ami is ${crypto.randomUUID()}.`],
    ['multi-Region keys', 'mrk-1234abcd is disabled.', 'mrk-99998888 is disabled.'],
    ['roles', 'arn:aws:iam::111122223333:role/a may not.', 'arn:aws-cn:iam::444455556666:role/b may not.'],
    ['accounts by id', `${accounts.prod} denies it.`, '999988887777 denies it.'],
    ['accounts by name', 'The administrator of prod denies it.', 'The administrator of prod-eu denies it.'],
    ['an account by name or id', 'Ask prod.', `Ask ${accounts.eu}.`],
    ['Regions', 'Enable us-gov-east-1.', 'Enable eusc-de-east-1.'],
    ['Regions of two digits', 'Enable eu-west-10.', 'Enable eu-west-11.'],
  ])('says a cause once though the words name other %s each time', (_what, one, other) => {
    const wanted = promotion({ owners: [owner('prod'), owner('eu', { name: 'prod-eu' })] });
    const outcomes = [
      failed({ failure: failure({ meaning: one, cure: one }) }),
      failed({ target: target({ region: 'sa-east-1' }), failure: failure({ meaning: other, cure: other }) }),
    ];
    const lines = problemLines(result(outcomes), wanted);
    expect(titles(lines)).toEqual(['✘ 2 targets: UnauthorizedOperation']);
    expect(lines).toContain(`  ${one}`);
  });

  it.each([
    ['codes', { code: 'AccessDenied' }],
    ['meanings', { meaning: 'The role may not tag images.' }],
    ['cures', { cure: 'Ask for a larger quota of 20.' }],
  ])('keeps other %s apart', (_what, over) => {
    const other = failed({ target: target({ region: 'sa-east-1' }), failure: failure(over) });
    expect(titles(problems([failed(), other]))).toHaveLength(2);
  });

  it('tells everything that is in the way of a target, each once', () => {
    const key = failure({ code: 'KeyNotUsable', meaning: 'The key is disabled.' });
    const lines = problems([failed({ others: [key, key, failure()] })]);
    expect(titles(lines)).toEqual(['✘ 1 target: KeyNotUsable', '✘ 1 target: UnauthorizedOperation']);
  });

  it('tells of a Region that does not answer once for all its targets', () => {
    const silent = failure({ code: 'ETIMEDOUT', meaning: 'ec2.eu-west-1.amazonaws.com does not answer.' });
    const outcomes = ['a', 'b', 'c'].map((key) =>
      failed({ target: target({ source: source({ key }) }), failure: silent }),
    );
    const lines = problems(outcomes);
    expect(titles(lines)).toEqual(['✘ All 3 targets: ETIMEDOUT']);
  });

  it('tells of accounts that cannot be worked on, also where no target could be named', () => {
    const role = (name: string) =>
      failure({ where: name, code: 'AccessDenied', meaning: `The role of ${name} cannot be assumed.` });
    const wanted = promotion({
      owners: [owner('prod'), owner('eu'), owner('home')],
      placements: [
        placement(),
        placement({ region: 'sa-east-1' }),
        placement({ owner: owner('eu') }),
        placement({ owner: owner('home') }),
      ],
    });
    const region = failure({ where: 'prod/sa-east-1', code: 'RegionNotEnabled', meaning: 'Not enabled.' });
    const ended = result([], { failures: [role('prod'), role('eu'), region] });
    expect(titles(problemLines(ended, wanted))).toEqual([
      '✘ 3 targets: AccessDenied',
      '✘ 1 target: RegionNotEnabled',
    ]);
    expect(problemLines(ended, wanted)).toContain('  Where: eu, prod');
  });

  it('tells of an account of which no target tells, before them', () => {
    const other = failure({ where: 'eu', code: 'AccessDenied', meaning: 'The role cannot be assumed.' });
    const lines = problems([failed()], { failures: [other, failure()] });
    expect(titles(lines)).toEqual(['✘ AccessDenied', '✘ 1 target: UnauthorizedOperation']);
  });

  it('marks what is only a warning and what is on its way, and leaves out what follows from the rest', () => {
    const lines = problemLines(
      result([
        pending({ target: target({ region: 'eu-north-1' }) }),
        failed({ target: target({ required: false }), failure: failure({ code: 'NameTaken' }) }),
        skipped({ target: target({ region: 'eu-west-2' }), failure: failure({ code: 'NotStarted' }) }),
        failed({ target: target({ region: 'sa-east-1' }) }),
      ]),
      promotion({ waitMinutes: 0 }),
    );
    expect(titles(lines)).toEqual([
      '✘ 1 target: UnauthorizedOperation',
      '⚠ 1 target: NameTaken',
      '… 1 target: StillPending',
    ]);
  });

  it('says nothing of what a plan would write, and all of what it could not', () => {
    const outcomes = [planned()];
    expect(problems(outcomes, { plan: plan([planTarget()]) })).toEqual([]);
    const blocked = failed({ target: target({ region: 'eu-north-1' }) });
    expect(titles(problems([...outcomes, blocked], { plan: plan([planTarget()]) }))).toEqual([
      '✘ 1 target: UnauthorizedOperation',
    ]);
  });

  it('has the words of the annotations and of the summary', () => {
    const outcome = result([failed({ failure: failure({ paste: { text: 'aws kms enable-key' } }) })]);
    const log = problemLines(outcome, promotion()).join('\n');
    const annotation = annotationsOf(outcome, promotion())[0];
    const summary = summaryOf(outcome, promotion(), run());
    for (const words of [
      'The role may not copy images.',
      'Allow ec2:CopyImage in the role.',
      'aws kms enable-key',
    ]) {
      expect(log).toContain(words);
      expect(annotation?.text).toContain(words);
      expect(summary).toContain(words);
    }
  });

  it('is made of single lines, whatever AWS said', () => {
    const text = 'one\n::error::two\r\nthree';
    const lines = problems([
      failed({ failure: failure({ code: text, meaning: text, cure: text, paste: { text } }) }),
    ]);
    expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
    expect(lines).toContain('  one ::error::two three');
    expect(lines).toContain('    ::error::two');
  });

  it('shows what would reorder or hide what it says', () => {
    const text = 'a\u202Eb\u200Bc\u0085d\u001Be';
    const lines = problems([
      failed({ failure: failure({ code: text, meaning: text, cure: text, paste: { text } }) }),
    ]);
    expect(lines.join('\n')).not.toMatch(/[^\P{C}\n]/u);
    expect(lines).toContain('    a<U+202E>b<U+200B>c<U+0085>d<U+001B>e');
  });
});
