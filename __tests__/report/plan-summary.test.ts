import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Plan, PlannedWrite, PlanTarget } from '../../src/model/plan.ts';
import type { Template } from '../../src/model/promotion.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { accounts, copyId, promotion, run, snapshot, sourceId, target } from '../support/builders.ts';
import { failed, failure, result, unchanged } from '../support/outcomes.ts';
import { copying, opening, plan, planned, planTarget } from './plans.ts';

const summarise = (of: Plan, outcomes: readonly Outcome[] = [planned()], description?: Template) =>
  summaryOf(result(outcomes, { plan: of }), promotion({ description }), run());
const keyOf = (region: string, id: string) => `arn:aws:kms:${region}:${accounts.prod}:key/${id}`;

/** A part of the summary, from its heading to the next. */
function part(summary: string, title: string): string {
  const [, after = ''] = summary.split(`### ${title}\n\n`);
  return after.split('\n### ')[0]?.trimEnd() ?? '';
}

const there = (region: string): PlanTarget =>
  planTarget({ region, state: 'unchanged', imageId: copyId, writes: [] });

describe('the heading of a plan', () => {
  it('says what would be done, in numbers', () => {
    const targets = [
      ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1'].map((region) =>
        planTarget({ region, writes: [copying({ sizeGiB: 48 })] }),
      ),
      planTarget({
        region: 'us-east-1',
        imageId: copyId,
        writes: [{ kind: 'set-tags', resourceIds: [copyId], tags: { a: 'b' } }],
      }),
      there('us-east-2'),
      there('us-west-1'),
      there('us-west-2'),
      planTarget({ region: 'sa-east-1', state: 'blocked', writes: [copying()] }),
    ];
    expect(
      summarise(plan(targets), [planned(), failed({ target: target({ region: 'sa-east-1' }) })]),
    ).toMatch(
      /^## Promote AMI: ❌ Plan: 4 targets to copy \(192 GiB\), 1 to change, 3 unchanged, 1 blocked\nRun \[/,
    );
  });

  it('says when there is nothing to do, and shows no empty part', () => {
    const summary = summarise(plan([there('eu-west-1')], { converged: true }), [unchanged()]);
    expect(summary).toMatch(/^## Promote AMI: ✅ Plan: nothing to do, 1 target unchanged\n/);
    expect(summary.match(/^### .*/gm)).toEqual(['### Targets', '### Source images']);
  });

  it('warns when only an optional target is blocked', () => {
    const blocked = failed({ target: target({ required: false }) });
    expect(summarise(plan([planTarget()]), [planned(), blocked])).toMatch(/^## Promote AMI: ⚠️ Plan: /);
  });
});

describe('the targets of a plan', () => {
  it('are a line each: what is there, what would be done; what is blocked comes first', () => {
    const targets = [
      there('eu-west-3'),
      planTarget({ region: 'eu-west-2', state: 'pending', imageId: copyId, writes: [] }),
      planTarget({
        region: 'eu-west-1',
        imageId: copyId,
        writes: [{ kind: 'share-image', imageId: copyId, add: [accounts.eu] }],
      }),
      planTarget({ region: 'eu-north-1', required: false }),
      planTarget({
        region: 'sa-east-1',
        state: 'blocked',
        problems: [{ code: 'KeyNotUsable', meaning: 'Disabled.', cure: 'Enable it.' }],
      }),
    ];
    expect(
      part(summarise(plan(targets)), 'Targets')
        .split('\n')
        .slice(2),
    ).toEqual([
      '| web | prod | sa-east-1 | none | <b>blocked: KeyNotUsable</b> |',
      '| web | prod | eu-north-1 (optional) | none | copy 8 GiB from us-east-1 |',
      `| web | prod | eu-west-1 | <code>${copyId}</code> | share with ${accounts.eu} |`,
      `| web | prod | eu-west-2 | <code>${copyId}</code> | a copy is under way |`,
      `| web | prod | eu-west-3 | <code>${copyId}</code> | unchanged |`,
    ]);
  });

  it('that are blocked are told with their cure, and what would be written is no problem', () => {
    const blocked = failed({ failure: failure({ paste: { text: 'aws kms enable-key' } }) });
    const summary = summarise(plan([planTarget({ state: 'blocked' })]), [planned(), blocked]);
    const problems = part(summary, 'What is in the way');
    expect(problems).toContain('- What to do: Allow ec2:CopyImage in the role.');
    expect(problems).toContain('aws kms enable-key');
    expect(problems).not.toContain('Planned');
    expect(summary).not.toContain('### What would be written');
  });
});

describe('what would be written', () => {
  const note = ['Whether AWS permits these writes is tried out by the promotion, before its first one.', ''];
  const copyNote = [
    `${note[0]} What stands in braces is filled in by the run that promotes. Every copy also gets the tag <code>promote-ami:attempt</code>.`,
    '',
  ];
  const organization = 'arn:aws:organizations::111122223333:organization/o-abcdef1234';

  it('of a copy: from where, its name, description, key, tags, and who may use it', () => {
    const writes: readonly PlannedWrite[] = [
      opening(),
      copying({ completionMinutes: 60 }),
      { kind: 'require-imds-v2', imageId: null, ifNeeded: true },
      { kind: 'share-image', imageId: null, add: [accounts.eu, organization] },
      { kind: 'share-snapshot', snapshotId: null, add: [accounts.eu] },
      { kind: 'share-snapshot', snapshotId: null, add: [accounts.eu] },
    ];
    const of = plan([planTarget({ writes })]);
    const written = (description?: Template) =>
      part(summarise(of, [planned()], description), 'What would be written');
    expect(written()).not.toContain('Description');
    expect(written(['web, promoted']).split('\n')).toEqual([
      ...copyNote,
      '<b>web × prod × eu-west-1</b>: 1 target, 8 GiB to copy',
      `- Copy <code>${sourceId}</code> from us-east-1, 8 GiB, as a time-based copy within 60 minutes`,
      '- Name: <code>web-2026-11-20</code>',
      '- Description: <code>web, promoted</code>',
      '- Key <code>alias/ami</code>: <code>1234abcd-12ab-34cd-56ef-1234567890ab</code>',
      '- Tags of the image: <code>team = blue</code>, <code>promote-ami:run = {run}</code>',
      '- Tags of its snapshots: <code>team = blue</code>',
      '- Require IMDSv2, if the copy does not have it from its source',
      `- Add launch permission for <code>${accounts.eu}</code>, <code>${organization}</code>`,
      `- Add create-volume permission for <code>${accounts.eu}</code>: each of its snapshots`,
    ]);
  });

  it('to an image that is there: tags and permissions, on which resources', () => {
    const writes: readonly PlannedWrite[] = [
      { kind: 'set-tags', resourceIds: [copyId, snapshot().id], tags: { team: 'blue', cost: '7' } },
      { kind: 'share-image', imageId: copyId, add: ['all'] },
      { kind: 'require-imds-v2', imageId: copyId, ifNeeded: false },
    ];
    const of = plan([planTarget({ imageId: copyId, writes })]);
    expect(part(summarise(of), 'What would be written').split('\n')).toEqual([
      ...note,
      '<b>web × prod × eu-west-1</b>: 1 target',
      `- Set <code>team = blue</code>, <code>cost = 7</code>: <code>${copyId}</code>, <code>${snapshot().id}</code>`,
      `- Add launch permission for <b>everyone</b>: <code>${copyId}</code>`,
      `- Require IMDSv2, which cannot be taken back: <code>${copyId}</code>`,
    ]);
  });

  it('who loses access comes first, and stands out, also in the table', () => {
    const writes: readonly PlannedWrite[] = [
      { kind: 'set-tags', resourceIds: [copyId], tags: { team: 'blue' } },
      { kind: 'share-image', imageId: copyId, add: [accounts.eu] },
      { kind: 'unshare-image', imageId: copyId, remove: ['all', organization, '999988887777'] },
      { kind: 'unshare-snapshot', snapshotId: snapshot().id, remove: ['999988887777', 'all'] },
    ];
    const summary = summarise(plan([planTarget({ imageId: copyId, writes })]));
    expect(part(summary, 'What would be written').split('\n').slice(2)).toEqual([
      '<b>web × prod × eu-west-1</b>: 1 target',
      `- <b>No longer share</b> with <b>everyone</b>, <code>${organization}</code>, <code>999988887777</code> (launch permission): <code>${copyId}</code>`,
      `- <b>No longer share</b> snapshots with <code>999988887777</code>, <b>everyone</b> (create-volume permission): <code>${snapshot().id}</code>`,
      `- Set <code>team = blue</code>: <code>${copyId}</code>`,
      `- Add launch permission for <code>${accounts.eu}</code>: <code>${copyId}</code>`,
    ]);
    expect(part(summary, 'Targets')).toContain(
      `| <b>no longer public, no longer share with o-abcdef1234, 999988887777, its snapshots no longer public, no longer share its snapshots with 999988887777</b>, set 1 tag, share with ${accounts.eu} |`,
    );
  });

  it('what is removed of failed copies, and what keeps the source open to consumers', () => {
    const writes: readonly PlannedWrite[] = [
      { kind: 'remove-failed-copy', imageId: copyId },
      { kind: 'remove-failed-copy', imageId: null },
      { kind: 'keep-open', imageId: sourceId },
    ];
    const summary = summarise(plan([planTarget({ imageId: copyId, writes })]));
    expect(part(summary, 'What would be written').split('\n').slice(3)).toEqual([
      `- Remove a failed copy and its snapshots, once the copy that takes its place can be seen: <code>${copyId}</code>, snapshots that are left of it`,
      `- Keep the source open to consumers when it is closed to those who only pull: <code>${sourceId}</code>`,
    ]);
    expect(part(summary, 'Targets')).toContain('| remove a failed copy, keep the source open to consumers |');
  });

  it('says that a copy is not encrypted', () => {
    const of = plan([planTarget({ writes: [copying({ keyArn: null })] })]);
    expect(part(summarise(of), 'What would be written')).toContain('\n- Not encrypted\n');
  });

  it('is one block for the Regions of an owner where the same would be done, with the key of each', () => {
    const regions = Array.from({ length: 18 }, (_, index) => `eu-west-${index + 1}`);
    const targets = ['prod', 'staging'].flatMap((owner) =>
      regions.map((region, index) =>
        planTarget({ owner, region, writes: [copying({ keyArn: keyOf(region, `key-${index + 1}`) })] }),
      ),
    );
    const written = part(summarise(plan(targets)), 'What would be written');
    expect(written.match(/^<b>.*/gm)).toEqual(
      ['prod', 'staging'].map(
        (owner) => `<b>web × ${owner} × ${regions.toSorted().join(', ')}</b>: 18 targets, 144 GiB to copy`,
      ),
    );
    expect(written).toContain('<code>key-1</code> (eu-west-1), <code>key-10</code> (eu-west-10)');
    expect(written.match(/- Name: <code>web-2026-11-20<\/code>\n/g)).toHaveLength(2);
  });

  it('is another block where something else would be done, and says which Regions are optional', () => {
    const targets = [
      planTarget(),
      planTarget({ region: 'eu-west-2', required: false }),
      planTarget({ region: 'eu-west-3', writes: [copying({ imageTags: { team: 'red' } })] }),
      planTarget({ image: 'db' }),
    ];
    expect(part(summarise(plan(targets)), 'What would be written').match(/^<b>[^:]*/gm)).toEqual([
      '<b>db × prod × eu-west-1</b>',
      '<b>web × prod × eu-west-1, eu-west-2 (optional)</b>',
      '<b>web × prod × eu-west-3</b>',
    ]);
  });
});

describe('the rest of a plan', () => {
  it('says what would be opened on the source, for whom, and that a tag notes it', () => {
    const targets = [
      planTarget({ writes: [opening(), copying()] }),
      planTarget({ region: 'eu-west-2', writes: [opening(), copying()] }),
      planTarget({ owner: 'eu', writes: [opening(accounts.eu), copying()] }),
      planTarget({ owner: 'no', state: 'blocked', writes: [opening('999988887777'), copying()] }),
    ];
    expect(part(summarise(plan(targets)), 'What would be opened on the source')).toBe(
      `- <code>${sourceId}</code> for <code>${accounts.eu}</code>, <code>${accounts.prod}</code>: launch permission on it, and create-volume permission on <code>${snapshot().id}</code>. A tag <code>promote-ami:pull:…</code> on it notes that first. The same step closes it again, once no copy of it needs that.`,
    );
  });

  it('says that what is opened stays open, where that is asked for', () => {
    const of = result([planned()], { plan: plan([planTarget({ writes: [opening(), copying()] })]) });
    const summary = summaryOf(of, promotion({ keepSourceAccess: true }), run());
    expect(part(summary, 'What would be opened on the source')).toContain(
      'notes that first. It stays open, as <code>keep-source-access</code> asks.',
    );
  });

  it('says each warning once, and names the source images', () => {
    const warnings = [{ wanted: 'gp3', found: 'gp2', says: 'It has gp2, not gp3.' }];
    const others = [planTarget({ region: 'sa-east-1', warnings }), planTarget({ region: 'us-east-2' })];
    const of = plan([planTarget({ warnings }), ...others]);
    expect(part(summarise(of), 'Warnings')).toBe(
      '- 2 targets, web × prod (eu-west-1, sa-east-1): It has gp2, not gp3.',
    );
    expect(part(summarise(of), 'Source images')).toContain(
      `| web | <code>${sourceId}</code> | ${accounts.home} | us-east-1 | web-2026-11-20 | x86&#95;64 | itself |`,
    );
  });
});

describe('the summary of a plan as a whole', () => {
  it('lets no text out of its place', () => {
    const evil = '<img src=x>|\n\n# *a* [b](http://c) `d` $e$';
    const writes: readonly PlannedWrite[] = [
      { kind: 'open-source', imageId: evil, snapshotIds: [evil], account: evil },
      copying({
        imageId: evil,
        fromRegion: evil,
        name: evil,
        description: evil,
        keyArn: evil,
        imageTags: { [evil]: evil },
        snapshotTags: { [evil]: evil },
      }),
      { kind: 'set-tags', resourceIds: [evil], tags: { [evil]: evil } },
      { kind: 'share-image', imageId: evil, add: [evil] },
      { kind: 'share-snapshot', snapshotId: evil, add: [evil] },
      { kind: 'unshare-image', imageId: evil, remove: [evil] },
      { kind: 'unshare-snapshot', snapshotId: evil, remove: [evil] },
      { kind: 'remove-failed-copy', imageId: evil },
      { kind: 'keep-open', imageId: evil },
      { kind: 'require-imds-v2', imageId: evil, ifNeeded: false },
    ];
    const problems = [{ code: evil, meaning: evil, cure: evil }];
    const warnings = [{ wanted: evil, found: evil, says: evil }];
    const one = planTarget({ image: evil, owner: evil, region: evil, imageId: evil, writes, warnings });
    const summary = summarise(plan([one, { ...one, state: 'blocked', problems }, { ...one, region: 'x' }]));
    expect(summary).not.toMatch(/<img|^# |\*a\*|\[b\]|`d`|\$e\$/m);
  });

  it('shows what would reorder or hide what is approved', () => {
    const tags = { team: 'blue\u202Eder\u2066x\u200By\uFEFFz\u2060\u0085\u200F' };
    const summary = summarise(plan([planTarget({ writes: [copying({ imageTags: tags })] })]));
    expect(summary).not.toMatch(/[^\P{C}\n]/u);
    expect(summary).toContain(
      'blue&#60;U+202E&#62;der&#60;U+2066&#62;x&#60;U+200B&#62;y&#60;U+FEFF&#62;z&#60;U+2060&#62;&#60;U+0085&#62;&#60;U+200F&#62;',
    );
  });

  it('stays below a million bytes, and says how much it left out', () => {
    const targets = Array.from({ length: 4_000 }, (_, index) =>
      planTarget({
        image: `ä${index}`,
        imageId: copyId,
        writes: [
          {
            kind: 'open-source',
            imageId: `ami-${index}`,
            snapshotIds: [snapshot().id],
            account: accounts.prod,
          },
          copying({ imageTags: { [`<${index}>`]: '|'.repeat(256) } }),
        ],
        warnings: [{ wanted: `${index}`, found: 'none', says: `${index} ${'|'.repeat(500)}` }],
      }),
    );
    const summary = summarise(plan(targets));
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toMatch(/<i>\d+ more did not fit here; the plan file has them all\.<\/i>/);
    expect(part(summary, 'What would be written').match(/^<b>/gm)?.length).toBeGreaterThan(100);
  });
});
