import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import type { Rollback } from '../../src/model/outcome.ts';
import { annotationsOf } from '../../src/report/annotations.ts';
import { leftLines } from '../../src/report/left.ts';
import { outcomeLine } from '../../src/report/lines.ts';
import { problemLines } from '../../src/report/problems.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { accounts, copyId, owner, promotion, run, sourceId, target } from '../support/builders.ts';
import { failed, failure, opened, promoted, result } from '../support/outcomes.ts';
import { lasting, leftover, rollback, undone, undoneTarget } from './rollbacks.ts';

const failedHere = failed({ others: [undone] });
const step = (over: Partial<Rollback> = {}) =>
  result([failedHere, undoneTarget], { rollback: rollback(over) });
const summarise = (over: Partial<Rollback> = {}) => summaryOf(step(over), promotion(), run());
const log = (over: Partial<Rollback> = {}) =>
  leftLines({ rollback: rollback(over), opened: [] }, promotion());

/** The part of a summary below a heading. */
function part(summary: string, title: string): readonly string[] {
  const [, after = ''] = summary.split(`### ${title}\n\n`);
  return (after.split('\n### ')[0]?.trimEnd() ?? '').split('\n');
}

describe('a step that was rolled back', () => {
  it.each<[string, Partial<Rollback>, string]>([
    ['what was undone', {}, 'rolled back: 2 things undone'],
    ['one thing', { undone: ['x'] }, 'rolled back: 1 thing undone'],
    ['what could not be', { left: [leftover(), lasting()] }, 'rolled back: 2 things undone, 2 could not be'],
    ['that nothing was', { undone: [], left: [leftover()] }, 'rolled back: nothing undone, 1 could not be'],
  ])('says so in its heading, in numbers: %s', (_what, over, words) => {
    expect(summarise(over)).toMatch(
      new RegExp(`^## Promote AMI: ❌ failure – 0 of 2 promoted, 2 failed; ${words}\n`),
    );
  });

  it('tells the failure as the cause, and what was undone because of it as its consequence', () => {
    expect(part(summarise(), 'What is missing, and why')).toEqual([
      '❌ <b>The role may not copy images.</b>',
      '- What to do: Allow ec2:CopyImage in the role.',
      '- 1 target: web × prod × eu-west-1',
      '- Code: <code>UnauthorizedOperation</code> from <code>ec2:CopyImage</code>, request <code>59dbff89-35bd-4eac-99ed-be587example</code>',
      '',
      '2 targets <code>RolledBack</code>, web × prod (eu-north-1, eu-west-1): What this run did here was undone.',
    ]);
    expect(annotationsOf(step(), promotion()).map(({ title }) => title)).toEqual([
      '1 target: UnauthorizedOperation',
    ]);
    expect(problemLines(step(), promotion()).join('\n')).not.toContain('RolledBack');
  });

  it('tells it as a cause where no other is told', () => {
    const only = summaryOf(result([undoneTarget], { rollback: rollback() }), promotion(), run());
    expect(only).toContain('❌ <b>What this run did here was undone.</b>');
  });

  it('calls its targets rolled back, in the table and as they land', () => {
    const states = [...summarise().matchAll(/^\| web \| prod \| ([^|]*) \| [^|]* \| ([^|]*) \|/gm)];
    expect(states.map((match) => `${match[1]}: ${match[2]}`)).toEqual([
      'eu-north-1: <b>failed</b>, rolled back',
      'eu-west-1: <b>failed</b>, rolled back',
    ]);
    expect(outcomeLine(failedHere)).toBe('✘ web × prod × eu-west-1: rolled back (UnauthorizedOperation)');
    expect(outcomeLine(undoneTarget)).toBe('✘ web × prod × eu-north-1: rolled back');
  });

  it('says of a target that something of it is left, and that is a consequence, too', () => {
    const undoneInPart = {
      ...undone,
      code: 'NotRolledBack',
      meaning: 'Something that this run did is left.',
    };
    const half = failed({ target: target({ region: 'eu-south-1' }), failure: undoneInPart });
    const told = summaryOf(
      result([failedHere, half], { rollback: rollback({ left: [leftover()] }) }),
      promotion(),
      run(),
    );
    expect(outcomeLine(half)).toBe('✘ web × prod × eu-south-1: not wholly rolled back');
    expect(told).toMatch(
      /^\| web \| prod \| eu-south-1 \| [^|]* \| <b>failed<\/b>, not wholly rolled back \|/m,
    );
    expect(part(told, 'What is missing, and why')).toContain(
      '1 target <code>NotRolledBack</code>, web × prod × eu-south-1: Something that this run did is left.',
    );
  });

  it('lists what was undone, and says that nothing is left', () => {
    expect(part(summarise(), 'Rolled back')).toEqual([
      'The step failed, so what it had done was undone, as <code>rollback-on</code> asks. Nothing of it is left.',
      '',
      'Undone:',
      '',
      `- web × prod × eu-west-1: removed ${copyId}`,
      '- web × prod × eu-west-1: deleted snap-1',
    ]);
    expect(part(summarise({ undone: [] }), 'Rolled back')).toEqual([
      'The step failed, so what it had done was undone, as <code>rollback-on</code> asks. There was nothing to undo.',
    ]);
  });
});

describe('what could not be undone', () => {
  const inEu = leftover({
    target: 'web × eu × eu-west-1',
    what: 'ami-2',
    account: accounts.eu,
    commands: ['aws one', 'aws two'],
  });

  it('comes first: each reason once, with all that it left, then the commands of each account', () => {
    const [, , ...rest] = part(summarise({ left: [lasting(), leftover(), inEu] }), 'Rolled back');
    expect(rest).toEqual([
      '⚠️ <b>The role may not remove images.</b>',
      '- What to do: Allow ec2:DeregisterImage in the role.',
      `- 2 things not undone: web × prod × eu-west-1: ${copyId}, web × eu × eu-west-1: ami-2`,
      '- Code: <code>UnauthorizedOperation</code> from <code>ec2:DeregisterImage</code>, request <code>59dbff89-35bd-4eac-99ed-be587example</code>',
      '',
      '⚠️ <b>No way back.</b>',
      '- What to do: Allow ec2:CopyImage in the role.',
      '- 1 thing not undone: web × prod × eu-west-1: IMDSv2',
      '- Code: <code>NoWayBack</code> from <code>rollback</code>',
      '',
      `To undo it by hand, in account prod (${accounts.prod}):`,
      '',
      '```sh',
      `aws ec2 deregister-image --region eu-west-1 --image-id ${copyId}`,
      '```',
      '',
      `To undo it by hand, in account ${accounts.eu}:`,
      '',
      '```sh',
      'aws one',
      'aws two',
      '```',
      '',
      'Undone:',
      '',
      `- web × prod × eu-west-1: removed ${copyId}`,
      '- web × prod × eu-west-1: deleted snap-1',
    ]);
  });

  it('is in the log, with the commands', () => {
    expect(log({ left: [leftover(), inEu, lasting()] })).toEqual([
      'Rolled back: 2 things undone, 3 could not be.',
      '⚠ 2 things not undone: UnauthorizedOperation',
      '  The role may not remove images.',
      '  What to do: Allow ec2:DeregisterImage in the role.',
      `  Not undone: web × prod × eu-west-1: ${copyId}, web × eu × eu-west-1: ami-2`,
      '  From ec2:DeregisterImage, request 59dbff89-35bd-4eac-99ed-be587example',
      '⚠ 1 thing not undone: NoWayBack',
      '  No way back.',
      '  What to do: Allow ec2:CopyImage in the role.',
      '  Not undone: web × prod × eu-west-1: IMDSv2',
      '  From rollback',
      `  To undo it by hand, in account prod (${accounts.prod}):`,
      `    aws ec2 deregister-image --region eu-west-1 --image-id ${copyId}`,
      `  To undo it by hand, in account ${accounts.eu}:`,
      '    aws one',
      '    aws two',
    ]);
  });

  it('comes with what its cure is about, ready to be pasted', () => {
    const paste = '{\n  "Action": "ec2:DeregisterImage"\n}';
    const left = [leftover({ failure: failure({ paste: { text: paste } }) })];
    expect(summarise({ left })).toContain(
      `- To paste for prod (${accounts.prod})/eu-west-1:\n\n\`\`\`\n${paste}\n\`\`\``,
    );
    expect(log({ left })).toContain('      "Action": "ec2:DeregisterImage"');
    expect(annotationsOf(step({ left }), promotion())[1]?.text).toContain(paste);
    const still = opened({ failure: failure({ paste: { text: paste } }) });
    expect(summaryOf(result([failed()], { opened: [still] }), promotion(), run())).toContain(paste);
    expect(annotationsOf(result([failedHere], { opened: [still] }), promotion())[1]?.text).toContain(paste);
  });

  it('is a warning for each reason, a notice where nobody can change it', () => {
    const annotations = annotationsOf(step({ left: [lasting(), leftover(), inEu] }), promotion());
    expect(annotations.map(({ level, title }) => `${level}: ${title}`)).toEqual([
      'error: 1 target: UnauthorizedOperation',
      'warning: 2 things not rolled back: UnauthorizedOperation',
      'notice: 1 thing not rolled back: NoWayBack',
    ]);
    expect(annotations[1]?.text.split('\n')).toEqual([
      'The role may not remove images.',
      'What to do: Allow ec2:DeregisterImage in the role.',
      `Not undone: web × prod × eu-west-1: ${copyId}, web × eu × eu-west-1: ami-2.`,
      'The commands that undo it are in the summary of this step.',
    ]);
    expect(annotations[2]?.text).not.toContain('commands');
  });

  it('is one reason though the words name another image, account and Region each time', () => {
    const left = ['eu-west-1', 'eu-west-2'].map((region, index) =>
      leftover({
        target: `web × prod × ${region}`,
        what: `ami-${index}`,
        failure: failure({ meaning: `${accounts.prod} may not remove ami-${index} in ${region}.` }),
      }),
    );
    expect(log({ left }).filter((line) => /^[⚠…]/.test(line))).toEqual([
      '⚠ 2 things not undone: UnauthorizedOperation',
    ]);
  });
});

describe('the report of a rollback as a whole', () => {
  const evil = '<img src=x>|\n\n# *a* [b](http://c) `d` $e$\u202E\r::error::x\n```\n';

  it('lets no text out of its place', () => {
    const left = [
      leftover({
        target: evil,
        what: evil,
        account: evil,
        failure: failure({ code: evil, action: evil, meaning: evil, cure: evil, requestId: evil }),
      }),
    ];
    const rolledBack = rollback({ undone: [evil], left });
    const wanted = promotion({ owners: [owner('prod', { name: evil })] });
    const summary = summaryOf(result([failedHere], { rollback: rolledBack }), wanted, run());
    expect(summary.replace(/```sh[\s\S]*?\n```\n/g, '')).not.toMatch(/<img|^# |\*a\*|\[b\]|`d`|\$e\$|```/m);
    const lines = leftLines({ rollback: rolledBack, opened: [] }, wanted);
    expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
    expect(lines.join('\n')).not.toMatch(/[^\P{C}\n]/u);
  });

  it('lets no command out of its block', () => {
    const rolledBack = rollback({ left: [leftover({ commands: [evil] })] });
    const summary = summaryOf(result([failedHere], { rollback: rolledBack }), promotion(), run());
    const [before, inside, after] = summary.split('````');
    expect(before).toContain('To undo it by hand');
    expect(inside).toContain('# *a*');
    expect(after).toContain('### Targets');
    expect(after).not.toContain('<img');
  });

  it('stays within its bounds however much is left, and the log has it all', () => {
    const left = Array.from({ length: 5_000 }, (_, index) =>
      leftover({
        what: `ami-${index} ${'ä'.repeat(1_000)}`,
        account: `${100_000_000_000 + (index % 50)}`,
        failure: failure({ code: `Code${index % 30}`, meaning: '|'.repeat(5_000), cure: '<'.repeat(5_000) }),
        commands: [`aws ${index} ${'x'.repeat(300)}`],
      }),
    );
    const undone = Array.from({ length: 5_000 }, (_, index) => `${index} ${'ä'.repeat(5_000)}`);
    const summary = summarise({ left, undone });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toMatch(/<i>\d+ more did not fit here; the log of this step has them all\.<\/i>/);
    expect((summary.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
    expect(log({ left, undone }).filter((line) => line.startsWith('    aws '))).toHaveLength(5_000);
    const annotations = annotationsOf(step({ left, undone }), promotion());
    expect(annotations).toHaveLength(10);
    expect(annotations.at(-1)?.text).toBe('… and 22 more, all in the summary of this step.');
    expect(Math.max(...annotations.map(({ text }) => text.length))).toBeLessThanOrEqual(4_000);
  });

  it('shows every command of an account as long as they fit, in blocks that may be left out one by one', () => {
    const commands = Array.from({ length: 100 }, (_, index) => `aws ${index} ${'x'.repeat(300)}`);
    const summary = summarise({ left: [leftover({ commands })] });
    expect(summary.match(/^aws \d+ x+$/gm)).toEqual(commands);
    expect(summary.match(/^```sh$/gm)).toHaveLength(4);
  });
});

describe('a source that could not be closed', () => {
  const reason = failure({ code: 'UnauthorizedOperation', meaning: 'The role may not close it.' });
  const still = opened({ failure: reason });

  it('is a warning: why, what to do, who closes it, and where the commands are', () => {
    const annotations = annotationsOf(result([failed()], { opened: [still] }), promotion());
    expect(annotations[1]).toEqual({
      level: 'warning',
      title: 'Source still open: UnauthorizedOperation',
      text: [
        'The role may not close it.',
        'What to do: Allow ec2:CopyImage in the role.',
        `${sourceId} in us-east-1, for prod (${accounts.prod}), stays open, because it could not be closed. Run the step again once that is mended, which closes it.`,
        'The commands that close it are in the summary of this step.',
      ].join('\n'),
    });
  });

  it('says that there was no time left where a signal ended the closing', () => {
    const cut = opened({
      failure: failure({ kind: 'interrupted', meaning: 'before this target was decided' }),
    });
    const [annotation] = annotationsOf(result([promoted()], { opened: [cut] }), promotion());
    expect(annotation?.text).toContain(
      'stays open, because there was no time left to close it. Whichever run',
    );
    const summary = summaryOf(result([promoted()], { opened: [cut] }), promotion(), run());
    expect(summary).toContain('To close it by hand, once no copy reads it any more, in account home');
    expect(summary).not.toContain('What to do');
    expect(summary).not.toContain('before this target');
  });

  it('is no warning where copies may still be reading it, or where it was asked to stay open', () => {
    const others = [opened(), opened({ state: 'kept' }), opened({ state: 'closed' })];
    expect(annotationsOf(result([failed()], { opened: others }), promotion())).toHaveLength(1);
  });

  it('is in the log, with the commands; what was closed was told as it happened', () => {
    const lines = leftLines(
      { rollback: undefined, opened: [still, opened({ state: 'closed' })] },
      promotion(),
    );
    expect(lines).toEqual([
      `⚠ Source ${sourceId} in us-east-1 stays open, because it could not be closed. Run the step again once that is mended, which closes it.`,
      '⚠ UnauthorizedOperation',
      '  The role may not close it.',
      '  What to do: Allow ec2:CopyImage in the role.',
      '  Where: prod/eu-west-1',
      '  From ec2:CopyImage, request 59dbff89-35bd-4eac-99ed-be587example',
      `  To close it by hand, in account home (${accounts.home}):`,
      expect.stringMatching(/^ {4}aws ec2 modify-image-attribute .* 'Remove=\[\{UserId=444455556666\}\]'$/),
      expect.stringMatching(/^ {4}aws ec2 modify-snapshot-attribute .* --user-ids 444455556666$/),
    ]);
  });

  it('is closed a hundred accounts at a time, so that every command is one that a person can read', () => {
    const many = Array.from({ length: 250 }, (_, index) => `${100_000_000_000 + index}`);
    const lines = leftLines({ rollback: undefined, opened: [opened({ accounts: many })] }, promotion());
    const commands = lines.filter((line) => line.startsWith('    aws '));
    expect(commands).toHaveLength(6);
    expect(commands.join('\n').match(/\{UserId=\d{12}\}/g)).toHaveLength(250);
  });
});

describe('what was undone', () => {
  it('is told of an image that is there still as of one that is not', () => {
    const kept = failed({ target: target({ region: 'eu-west-3' }), imageId: copyId, others: [undone] });
    expect(outcomeLine(kept)).toContain('rolled back');
  });
});
