import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import type { Finished } from '../../src/model/outcome.ts';
import {
  finishedAnnotations,
  finishedLines,
  finishedSummary,
  unreadAnnotations,
  unreadSummary,
} from '../../src/report/finished.ts';
import { accounts, promotion, snapshot, sourceId } from '../support/builders.ts';
import { failure, opened } from '../support/outcomes.ts';
import { lasting, leftover, rollback } from './rollbacks.ts';

const finished = (over: Partial<Finished> = {}): Finished => ({
  opened: [],
  rollback: undefined,
  ...over,
});
const summarise = (over: Partial<Finished> = {}) => finishedSummary(finished(over), promotion());
const annotate = (over: Partial<Finished> = {}) => finishedAnnotations(finished(over), promotion());
const closed = opened({ state: 'closed' });
const cancelled = rollback({ why: 'cancel' });

describe('the summary of post', () => {
  it.each<[string, Partial<Finished>, string]>([
    ['nothing that was left', {}, '✅ finished after an interruption'],
    ['a source that it closed', { opened: [closed] }, '✅ finished after an interruption – 1 source closed'],
    [
      'what it undid',
      { opened: [closed], rollback: cancelled },
      '✅ finished after an interruption – rolled back: 2 things undone; 1 source closed',
    ],
    [
      'what it could not undo',
      { rollback: { ...cancelled, left: [leftover()] } },
      '⚠️ finished after an interruption – rolled back: 2 things undone, 1 could not be',
    ],
    [
      'sources that are still open',
      { opened: [closed, opened(), opened({ failure: failure() })] },
      '⚠️ finished after an interruption – 1 source closed; 2 sources still open',
    ],
    ['a source that was kept', { opened: [opened({ state: 'kept' })] }, '✅ finished after an interruption'],
  ])('says in its heading: %s', (_what, over, heading) => {
    expect(summarise(over).split('\n')[0]).toBe(`## Promote AMI: ${heading}`);
  });

  it('says that copies go on, where nothing was to be undone', () => {
    const words = 'Nothing was undone. Copies that were started go on by themselves: run the step again';
    expect(summarise({ opened: [closed] })).toContain(words);
    expect(summarise({ rollback: cancelled })).not.toContain(words);
  });

  it('says why there was a rollback, what was undone, what was not, and with which commands it is', () => {
    const summary = summarise({ rollback: { ...cancelled, left: [leftover()] } });
    expect(summary).toContain(
      '### Rolled back\n\nThe step was cancelled, so what it had done was undone, as <code>rollback-on</code> asks. 1 thing could not be undone:\n',
    );
    expect(summary).toContain('- What to do: Allow ec2:DeregisterImage in the role.');
    expect(summary).toContain(
      `To undo it by hand, in account prod (${accounts.prod}):\n\n\`\`\`sh\naws ec2 deregister-image`,
    );
    expect(summary).toContain('Undone:\n\n- web × prod × eu-west-1: removed ');
  });

  it('says what is still open, how it will be closed, and the commands', () => {
    const summary = summarise({ opened: [opened({ failure: failure({ meaning: 'It may not.' }) })] });
    expect(summary).toContain(`### Opened on the source\n\n<code>${sourceId}</code> in us-east-1`);
    expect(summary).toContain('closes it.\n\n⚠️ <b>It may not.</b>\n');
    expect(summary).toContain(`To close it by hand, in account home (${accounts.home}):`);
    expect(summary).toContain(`--snapshot-id ${snapshot().id} `);
  });

  it('stays within its bounds, and lets nothing out of its place', () => {
    const evil = `<img src=x>|\n\n# *a* [b](http://c) \`d\` $e$ \`\`\`${'ä'.repeat(3_000)}`;
    const left = Array.from({ length: 2_000 }, (_, index) =>
      leftover({
        target: evil,
        what: `${index} ${evil}`,
        failure: failure({ code: `${index} ${evil}`, meaning: evil, cure: evil }),
        commands: [`aws ${index}`],
      }),
    );
    const many = Array.from({ length: 500 }, () => opened({ failure: failure({ meaning: evil }) }));
    const summary = summarise({ rollback: { ...cancelled, undone: [evil], left }, opened: many });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toContain('did not fit here; the log of this step has them all.');
    expect(summary.replace(/```sh[\s\S]*?\n```\n/g, '')).not.toMatch(/<img|^# |\*a\*|\[b\]|`d`|\$e\$|```/m);
  });
});

describe('the log of post', () => {
  it('says what is left, because what was done was told as it happened', () => {
    expect(finishedLines(finished({ opened: [closed] }), promotion())).toEqual([
      'Nothing was undone. Copies that were started go on by themselves: run the step again, which finds them and makes no second ones.',
    ]);
    const lines = finishedLines(
      finished({ opened: [opened()], rollback: { ...cancelled, left: [leftover()] } }),
      promotion(),
    );
    expect(lines[0]).toBe('Rolled back: 2 things undone, 1 could not be.');
    expect(lines.filter((line) => line.startsWith('    aws '))).toHaveLength(3);
  });
});

describe('the annotations of post', () => {
  it('are none when nothing is left to be done', () => {
    expect(annotate()).toEqual([]);
    expect(annotate({ opened: [closed, opened({ state: 'kept' })], rollback: cancelled })).toEqual([]);
  });

  it('are a warning for each reason why something is left', () => {
    const all = annotate({
      opened: [opened(), opened({ failure: failure() }), opened({ accounts: [] })],
      rollback: { ...cancelled, left: [lasting(), leftover(), leftover({ what: 'another' })] },
    });
    expect(all.map(({ level, title }) => `${level}: ${title}`)).toEqual([
      'warning: Source still open: UnauthorizedOperation',
      'warning: Source still open',
      'warning: 2 things not rolled back: UnauthorizedOperation',
      'notice: 1 thing not rolled back: NoWayBack',
    ]);
    expect(all[1]?.text).toBe(
      `${sourceId} in us-east-1 stays open, because copies may still be reading it. Run the step again, which closes it once they have ended; the commands that do it by hand are in the summary of this step.`,
    );
  });

  it('are at most ten, and the last says how many more there are', () => {
    const left = Array.from({ length: 12 }, (_, index) =>
      leftover({ failure: failure({ code: `Code${index}`, meaning: 'x'.repeat(9_000) }) }),
    );
    const all = annotate({ opened: [opened()], rollback: { ...cancelled, left } });
    expect(all).toHaveLength(10);
    expect(all.at(-1)).toEqual({
      level: 'warning',
      title: 'More in the summary',
      text: '… and 4 more, all in the summary of this step.',
    });
    expect(Math.max(...all.map(({ text }) => text.length))).toBeLessThanOrEqual(4_000);
  });
});

describe('inputs that post can no longer read', () => {
  const faults = Array.from({ length: 12 }, (_, index) => ({
    input: 'approved-plan',
    value: `plan-${index}.json`,
    problem: 'is no file',
    right: 'name a file of the workspace',
  }));

  it('are told with what becomes of the rest', () => {
    const summary = unreadSummary(faults.slice(0, 1));
    expect(summary).toContain('## Promote AMI: ⚠️ what the step left could not be finished\n');
    expect(summary).toContain('Run the step again: it goes on where the step ended.');
    expect(summary).toContain(
      '| <code>approved-plan</code> | <code>plan-0.json</code> | is no file | name a file of the workspace |',
    );
  });

  it('are at most ten warnings, the first of which says what they mean', () => {
    const all = unreadAnnotations(faults);
    expect(all).toHaveLength(10);
    expect(new Set(all.map(({ level }) => level))).toEqual(new Set(['warning']));
    expect(all[0]).toMatchObject({
      title: 'What the step left could not be finished',
      text: expect.stringContaining('is closed by whichever run'),
    });
    expect(all[1]?.text).toBe('approved-plan: "plan-0.json" is no file; name a file of the workspace');
    expect(all[9]?.text).toBe('… and 4 more, all in the summary of this step.');
    expect(unreadAnnotations(faults.slice(0, 2))).toHaveLength(3);
  });
});
