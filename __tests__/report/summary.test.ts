import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../src/report/summary.ts';
import {
  account,
  accounts,
  copiedSnapshot,
  copyId,
  image,
  owner,
  placement,
  promotion,
  run,
  snapshot,
  source,
  sourceId,
  target,
} from '../support/builders.ts';
import {
  failed,
  failure,
  opened,
  pending,
  promoted,
  result,
  skipped,
  unchanged,
  verified,
  warning,
} from '../support/outcomes.ts';

const summarise = (...args: Parameters<typeof result>) => summaryOf(result(...args), promotion(), run());

/** The cells of the table row that holds a text. */
function cellsWith(summary: string, text: string): readonly string[] {
  const row = summary.split('\n').find((line) => line.startsWith('| ') && line.includes(text)) ?? '';
  return row.split('|').map((cell) => cell.trim());
}

const regions = Array.from({ length: 17 }, (_, index) => `eu-west-${index + 1}`);
const brasil = target({ region: 'sa-east-1' });

describe('the heading', () => {
  it('says the status in words and numbers', () => {
    const outcomes = [
      ...regions.map((region) => promoted({ target: target({ region }) })),
      failed({ target: brasil }),
    ];
    expect(summarise(outcomes)).toMatch(/^## Promote AMI: ❌ failure – 17 of 18 promoted, 1 failed\n/);
  });

  it('tells what was there already from what was promoted', () => {
    expect(summarise([unchanged()])).toMatch(/✅ success – 1 of 1 there already\n/);
    expect(summarise([unchanged(), promoted({ target: brasil })])).toMatch(
      /2 of 2 promoted \(1 there already\)\n/,
    );
  });

  it('says that the step was interrupted', () => {
    expect(summarise([promoted()], { interrupted: true })).toMatch(
      /❌ failure – 1 of 1 promoted; interrupted\n/,
    );
  });

  it('says that nothing was written when the step failed before it had any target', () => {
    const failures = [failure({ where: '', code: 'PlanOfOtherSources' })];
    expect(summarise([], { failures })).toMatch(
      /❌ failure – 0 of 1 promoted, 1 skipped; nothing was written\n/,
    );
    expect(summarise([promoted()], { failures })).not.toContain('nothing was written');
  });

  it('links the run', () => {
    expect(summarise([promoted()])).toContain(`[acme/images/4711/1](${run().url})`);
  });
});

describe('the causes', () => {
  it('come before the table, each once, with targets, meaning, cure, code and request ids', () => {
    const summary = summarise([
      failed(),
      failed({ target: brasil, failure: failure({ requestId: 'second' }) }),
      promoted({ target: target({ region: 'eu-north-1' }) }),
    ]);
    const causes = summary.slice(0, summary.indexOf('### Targets'));
    expect(causes.match(/The role may not copy images/g)).toHaveLength(1);
    expect(causes).toContain('- What to do: Allow ec2:CopyImage in the role.');
    expect(causes).toContain('- 2 targets: web × prod (eu-west-1, sa-east-1)');
    expect(causes).toContain(
      '- Code: <code>UnauthorizedOperation</code> from <code>ec2:CopyImage</code>, request <code>59dbff89-35bd-4eac-99ed-be587example</code> <code>second</code>',
    );
  });

  it('are in order of weight: required, optional, on its way', () => {
    const outcomes = [
      pending({ target: target({ region: 'eu-north-1' }) }),
      failed({ target: target({ required: false }), failure: failure({ meaning: 'Optional.' }) }),
      failed({ target: brasil, failure: failure({ meaning: 'Required.' }) }),
    ];
    const summary = summaryOf(result(outcomes), promotion({ waitMinutes: 0 }), run());
    expect(summary).toMatch(/❌ <b>Required[\s\S]*⚠️ <b>Optional[\s\S]*⏳ <b>The copy is not available yet/);
  });

  it('begin with the failure of the whole step where no target tells of it', () => {
    const whole = failure({ code: 'PreflightFailed', meaning: 'Nothing was written.' });
    const summary = summarise([failed()], { failures: [whole] });
    expect(summary).toMatch(/❌ <b>Nothing was written[\s\S]*❌ <b>The role may not/);
    expect(summarise([failed({ failure: whole })], { failures: [whole] }).match(/Nothing was/g)).toHaveLength(
      1,
    );
  });

  it('end with a line for the targets that were not started because of them', () => {
    const idle = failure({ code: 'NotStarted', meaning: 'Nothing was written.', where: '' });
    const summary = summarise([skipped({ target: brasil, failure: idle }), failed()]);
    expect(summary).toContain(
      '\n1 target <code>NotStarted</code>, web × prod × sa-east-1: Nothing was written.\n\n### Targets',
    );
    expect(summary.match(/NotStarted/g)).toHaveLength(1);
  });

  it('show what is ready to be pasted as it is, the first three and how many more', () => {
    const outcomes = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
      failed({
        target: target({ region: `eu-west-${index + 1}` }),
        failure: failure({ paste: { text: `{ "Sid": "<${name}>" }` } }),
      }),
    );
    const summary = summarise(outcomes);
    expect(summary).toContain(
      `- To paste for prod (${accounts.prod})/eu-west-1:\n\n\`\`\`\n{ "Sid": "<a>" }\n\`\`\``,
    );
    expect(summary).toContain('```\n- And 2 more like these, for the other places.\n');
    expect(summary).toContain('"<c>"');
    expect(summary).not.toContain('"<d>"');
  });

  it('show the lines of a cure as lines', () => {
    const cure = 'Write:\npermissions:\n  id-token: write';
    expect(summarise([failed({ failure: failure({ cure }) })])).toContain(
      'Write:<br>permissions:<br>&nbsp;&nbsp;id-token: write',
    );
  });
});

describe('the table of targets', () => {
  it('shows image, owner, Region, launch link, state, key, consumers and time', () => {
    const organization = 'arn:aws:organizations::111122223333:organization/o-abcdef1234';
    const shared = target({ consumers: [account(accounts.eu), { kind: 'organization', id: organization }] });
    const image = verified({ sharedWith: shared.consumers });
    expect(cellsWith(summarise([promoted({ target: shared, image })]), copyId).slice(1, 9)).toEqual([
      'web',
      'prod',
      'eu-west-1',
      `[${copyId}](https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#LaunchInstances:ami=${copyId})`,
      'promoted (copied)',
      'alias/ami',
      `${accounts.eu}, o-abcdef1234`,
      '12m 5s',
    ]);
  });

  it.each([
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1#'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/ec2/home?region=cn-north-1#'],
    ['eusc-de-east-1', 'https://eusc-de-east-1.console.amazonaws-eusc.eu/ec2/home?region=eusc-de-east-1#'],
  ])('links the console of the partition that %s is in', (region, url) => {
    expect(summarise([promoted({ target: target({ region }) })])).toContain(
      `${url}LaunchInstances:ami=${copyId}`,
    );
  });

  it('begins with what is missing', () => {
    const summary = summarise([
      unchanged({ target: target({ region: 'eu-west-5' }) }),
      promoted({ target: target({ region: 'eu-west-4' }) }),
      pending({ target: target({ region: 'eu-west-3' }) }),
      skipped({ target: target({ region: 'eu-west-2' }) }),
      failed({ target: target({ region: 'eu-west-1', required: false }) }),
      failed({ target: target({ region: 'eu-west-9' }) }),
    ]);
    const states = [...summary.matchAll(/^\| web \| prod \| ([^|]*) \| [^|]* \| ([^|]*) \|/gm)];
    expect(states.map((match) => `${match[1]}: ${match[2]}`)).toEqual([
      'eu-west-9: <b>failed</b>',
      'eu-west-1 (optional): <b>failed</b>',
      'eu-west-2: skipped',
      'eu-west-3: pending',
      'eu-west-4: promoted (copied)',
      'eu-west-5: unchanged',
    ]);
  });

  it('calls the source image itself in place, mended or not', () => {
    const here = verified({ id: sourceId, inPlace: true, snapshots: [snapshot()] });
    expect(cellsWith(summarise([unchanged({ image: here })]), '#Launch').slice(5, 7)).toEqual([
      'in place',
      'alias/ami',
    ]);
    expect(cellsWith(summarise([promoted({ image: here, how: 'mended' })]), '#Launch')[5]).toBe(
      'in place (mended)',
    );
  });

  it('shows the key that the snapshots are really under, where no alias was named', () => {
    const byDefault = target({ key: { kind: 'ebs-default' } });
    const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(cellsWith(summarise([promoted({ target: byDefault })]), copyId)[6]).toBe(id);
    expect(cellsWith(summarise([failed({ target: byDefault, imageId: copyId })]), copyId)[6]).toBe(
      'ebs-default',
    );
    const plain = verified({ snapshots: [copiedSnapshot({ encrypted: false, keyArn: undefined })] });
    const keyless = target({ key: { kind: 'none' } });
    expect(cellsWith(summarise([promoted({ target: keyless, image: plain })]), copyId)[6]).toBe('none');
  });

  it('has a row for every target also when the source could not be read', () => {
    const placements = [placement(), placement({ owner: owner('eu'), key: { kind: 'ebs-default' } })];
    const wanted = promotion({ owners: [owner('prod'), owner('eu')], placements });
    const summary = summaryOf(result([], { failures: [failure({ where: '' })] }), wanted, run());
    expect(cellsWith(summary, '| eu |').slice(3, 9)).toEqual([
      'eu-west-1',
      '–',
      'skipped',
      'ebs-default',
      '–',
      '–',
    ]);
    expect(summary).toContain('0 of 2 promoted, 2 skipped');
  });
});

describe('the rest', () => {
  it('says each warning once, with its targets', () => {
    const summary = summarise([
      promoted({ differences: [warning()] }),
      promoted({
        target: brasil,
        differences: [warning(), warning({ mend: { kind: 'wait' }, found: 'never' })],
      }),
      failed({ target: target({ region: 'us-east-2' }) }),
    ]);
    expect(summary).toContain(
      `- 2 targets, web × prod (eu-west-1, sa-east-1): ${copyId} has gp2 where its source has gp3.`,
    );
    expect(summary).not.toContain('never');
  });

  it('says a warning once for several images, and names them; whom it speaks of makes it another one', () => {
    const shared = (id: string, whom: string) =>
      warning({ mend: { kind: 'warning', says: `${id} is also shared with ${whom}.` } });
    const [one = warning(), two = warning(), three = warning()] = ['ami-0a', 'ami-0b', 'ami-0c'].map((id) =>
      shared(id, accounts.eu),
    );
    const summary = summarise([
      promoted({ differences: [one, shared('ami-0d', accounts.home)] }),
      promoted({ target: brasil, differences: [two, three] }),
    ]);
    expect(summary).toContain(
      [
        `- 2 targets, web × prod (eu-west-1, sa-east-1): ami-0a is also shared with ${accounts.eu}. Likewise: ami-0b, ami-0c.`,
        `- 1 target, web × prod × eu-west-1: ami-0d is also shared with ${accounts.home}.\n`,
      ].join('\n'),
    );
  });

  it('says what stays open, who closes it, and the commands that do it, in which account', () => {
    const summary = summarise([promoted()], { opened: [opened({ accounts: [accounts.prod, accounts.eu] })] });
    expect(summary).toContain(
      `<code>${sourceId}</code> in us-east-1, for prod (${accounts.prod}), ${accounts.eu}: stays open, because copies may still be reading it. Whichever run with this source comes after the deadline in its tag promote-ami:pull:… closes it.\n`,
    );
    expect(summary).toContain(
      `\nTo close it by hand, once no copy reads it any more, in account home (${accounts.home}):\n\n`,
    );
    expect(summary).toContain(
      [
        '```sh',
        `aws ec2 modify-image-attribute --region us-east-1 --image-id ${sourceId} --launch-permission 'Remove=[{UserId=${accounts.prod}},{UserId=${accounts.eu}}]'`,
        `aws ec2 modify-snapshot-attribute --region us-east-1 --snapshot-id ${snapshot().id} --attribute createVolumePermission --operation-type remove --user-ids ${accounts.prod} ${accounts.eu}`,
        '```',
      ].join('\n'),
    );
  });

  it('says what was closed again or kept, and to whom another run still needs it open', () => {
    const states = [
      opened({ state: 'open', accounts: [accounts.prod, accounts.eu], leftToOthers: [accounts.eu] }),
      opened({ imageId: 'ami-1', state: 'kept' }),
      opened({ imageId: 'ami-2', accounts: [] }),
    ];
    const summary = summarise([promoted()], { opened: states });
    const part = summary.slice(summary.indexOf('### Opened'), summary.indexOf('### Source images'));
    expect(part.split('\n').filter((line) => line !== '')).toEqual([
      '### Opened on the source',
      `<code>${sourceId}</code> in us-east-1, for prod (${accounts.prod}), ${accounts.eu}: stays open where another run still needs it: that run closes it, or whichever comes after the deadline in its tag. Needed by another run: ${accounts.eu}.`,
      `<code>ami-1</code> in us-east-1, for prod (${accounts.prod}): kept open, as keep-source-access asks.`,
    ]);
  });

  it('says why a source could not be closed, with cure, code and request', () => {
    const reason = failure({ meaning: 'The role may not close it.', cure: 'Allow it.' });
    const still = opened({
      failure: reason,
      accounts: [accounts.prod, accounts.eu],
      leftToOthers: [accounts.eu],
    });
    const summary = summarise([promoted()], { opened: [still] });
    expect(summary).toMatch(/^## .*1 of 1 promoted; 1 source could not be closed\n/);
    expect(summary).toContain(
      'stays open, because it could not be closed. Run the step again once that is mended, which closes it. Needed by another run',
    );
    expect(summary).toContain(
      '\n⚠️ <b>The role may not close it.</b>\n- What to do: Allow it.\n- Where: prod/eu-west-1\n- Code: <code>UnauthorizedOperation</code> from <code>ec2:CopyImage</code>, request <code>59dbff89-35bd-4eac-99ed-be587example</code>\n',
    );
    expect(summary).toContain(`\nTo close it by hand, in account home (${accounts.home}):\n`);
    expect(summary).toContain(`--operation-type remove --user-ids ${accounts.prod}\n`);
  });

  it('leaves out what there is nothing to say of', () => {
    const summary = summarise([promoted()]);
    expect(summary.match(/^### .*/gm)).toEqual(['### Targets', '### Source images']);
  });

  it('names the source images and what they are copies of', () => {
    const copied = source({ key: 'db', origin: `${accounts.eu}/eu-west-2/ami-00000000000000aa` });
    const summary = summarise([promoted(), promoted({ target: target({ source: copied }) })]);
    const sources = summary.slice(summary.indexOf('### Source images'));
    expect(cellsWith(sources, '| web |')[7]).toBe('itself');
    expect(cellsWith(sources, '| db |')[7]).toBe(
      `<code>${accounts.eu}/eu-west-2/ami-00000000000000aa</code>`,
    );
  });
});

describe('the summary as a whole', () => {
  it('lets no text out of its place', () => {
    const evil = '<img src=x>|\n\n# *a* [b](http://c) `d` $e$';
    const summary = summarise([
      failed({
        target: target({
          source: source({ key: evil, image: image({ name: evil }) }),
          owner: owner('prod', { name: evil }),
        }),
        failure: failure({ code: evil, action: evil, meaning: evil, cure: evil, requestId: evil }),
        differences: [warning({ wanted: evil, found: evil })],
      }),
    ]);
    expect(summary).not.toMatch(/<img|^# |\*a\*|\[b\]|`d`|\$e\$/m);
    expect(cellsWith(summary, '<b>failed</b>')).toHaveLength(10);
  });

  it('lets nothing that is to be pasted out of its block', () => {
    const paste = 'one\n```\n# heading\n````` x\r~~~\r\n</code></pre><img src=x>';
    const summary = summarise([failed({ failure: failure({ paste: { text: paste } }) })]);
    const [before, inside, after] = summary.split('``````');
    expect(inside).toBe(`\n${paste}\n`);
    expect(before).toMatch(/\n\n$/);
    expect(after).toContain('### Targets');
    expect(after).not.toContain('<img');
  });

  it('stays below a million bytes, and says how much it left out', () => {
    const outcomes = Array.from({ length: 8_000 }, (_, index) =>
      failed({
        target: target({ source: source({ key: `ä${index}` }) }),
        failure: failure({
          meaning: `<${index}>`.repeat(50),
          cure: '|'.repeat(500),
          paste: { text: `${index}`.repeat(500) },
        }),
        differences: [warning({ found: `${index}` })],
      }),
    );
    const accountsOpened = Array.from({ length: 2_000 }, (_, index) => `${100_000_000_000 + index}`);
    const many = Array.from({ length: 20 }, () => opened({ accounts: accountsOpened }));
    const summary = summarise(outcomes, { opened: many });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    const shown = summary.match(/\| <b>failed<\/b> \|/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(1_000);
    expect(
      summary.includes(`<i>${8_000 - shown} more did not fit here; the manifest has them all.</i>`),
    ).toBe(true);
    expect(summary.match(/```/g)?.length ?? 0).toBe(2 * (summary.match(/(^|\n\n)```(sh)?\n/g)?.length ?? 0));
  });
});
