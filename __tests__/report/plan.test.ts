import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { misfits, type Schema } from '../../simulator/json-schema.ts';
import type { Plan, PlannedWrite } from '../../src/model/plan.ts';
import { planLines, planText } from '../../src/report/plan.ts';
import { accounts, copyId, snapshot, sourceId } from '../support/builders.ts';
import { copying, opening, plan, planTarget } from './plans.ts';

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../schemas/plan.v1.json', import.meta.url), 'utf8'),
);
const parsed = (of: Plan): Plan => JSON.parse(planText(of));
const organization = 'arn:aws:organizations::111122223333:organization/o-abcdef1234';
const missing = { code: 'KeyNotUsable', meaning: 'The key is disabled.', cure: 'Enable it.' };

/** One of every kind, with ids and without. */
const writes: readonly PlannedWrite[] = [
  opening(),
  copying(),
  copying({ keyArn: null, completionMinutes: 60 }),
  { kind: 'set-tags', resourceIds: [copyId, snapshot().id], tags: { team: 'blue' } },
  { kind: 'share-image', imageId: null, add: [accounts.eu, organization] },
  { kind: 'share-image', imageId: copyId, add: ['all'] },
  { kind: 'share-snapshot', snapshotId: null, add: [accounts.eu] },
  { kind: 'share-snapshot', snapshotId: snapshot().id, add: [accounts.eu] },
  { kind: 'unshare-image', imageId: copyId, remove: [accounts.home, organization, 'all'] },
  { kind: 'unshare-snapshot', snapshotId: snapshot().id, remove: [accounts.home, 'all'] },
  { kind: 'remove-failed-copy', imageId: copyId },
  { kind: 'remove-failed-copy', imageId: null },
  { kind: 'keep-open', imageId: sourceId },
  { kind: 'require-imds-v2', imageId: null, ifNeeded: true },
  { kind: 'require-imds-v2', imageId: copyId, ifNeeded: false },
];
const everything = plan([
  planTarget({ writes }),
  planTarget({ region: 'us-gov-west-1', state: 'pending', imageId: copyId, writes: [] }),
  planTarget({ region: 'eu-north-1', state: 'blocked', writes: [], problems: [missing] }),
  planTarget({
    region: 'us-east-2',
    state: 'unchanged',
    imageId: copyId,
    writes: [],
    warnings: [{ wanted: 'gp3', found: 'gp2', says: 'It has gp2, not gp3.' }],
  }),
]);

describe('the text of a plan', () => {
  it('is the plan, in indented JSON that ends with a line break', () => {
    expect(planText(everything)).toMatch(/^{\n {2}"version": 1,\n[\s\S]*\n}\n$/);
    expect(parsed(plan([planTarget({ writes })]))).toEqual(plan([planTarget({ writes })]));
  });

  it('does not depend on the order in which targets were looked at or tags were read', () => {
    const tagged = (imageTags: Record<string, string>) =>
      planTarget({ image: 'db', writes: [copying({ imageTags })] });
    const one = plan([...everything.targets, tagged({ a: '1', b: '2' })]);
    const other = plan([tagged({ b: '2', a: '1' }), ...everything.targets.toReversed()]);
    expect(planText(other)).toBe(planText(one));
    expect(parsed(one).targets.map(({ image, region }) => `${image} ${region}`)).toEqual([
      'db eu-west-1',
      'web eu-north-1',
      'web eu-west-1',
      'web us-east-2',
      'web us-gov-west-1',
    ]);
  });

  it('keeps a tag whose key is a name of JavaScript', () => {
    const tags = JSON.parse('{ "__proto__": "x" }');
    expect(planText(plan([planTarget({ writes: [copying({ imageTags: tags })] })]))).toContain(
      '"__proto__": "x"',
    );
  });
});

describe('the schema of the plan', () => {
  it('accepts what is written, every kind of write in it', () => {
    expect(misfits(parsed(everything), schema)).toEqual([]);
  });

  it('refuses what is missing or of another kind', () => {
    const [first] = parsed(everything).targets;
    const { writes: _writes, ...withoutWrites } = first ?? { writes: [] };
    const withTarget = (target: object) => misfits({ ...everything, targets: [target] }, schema);
    expect(misfits({ ...everything, version: 2 }, schema)).toHaveLength(1);
    expect(withTarget(withoutWrites)).toEqual(['$.targets[0]: without writes']);
    expect(withTarget({ ...first, state: 'done', account: 'prod' })).toHaveLength(2);
  });

  it.each([
    ['a kind that nobody knows', { kind: 'delete-image', imageId: sourceId }],
    ['a write without its place', { kind: 'share-image', add: [] }],
    [
      'a snapshot shared with an organization',
      { kind: 'share-snapshot', snapshotId: null, add: [organization] },
    ],
    ['a removal of nobody knows what', { kind: 'unshare-image', imageId: null, remove: [] }],
    [
      'a snapshot taken from an organization',
      { kind: 'unshare-snapshot', snapshotId: snapshot().id, remove: [organization] },
    ],
    ['a tag that is no text', { kind: 'set-tags', resourceIds: [], tags: { a: 1 } }],
  ])('refuses %s', (_what, write) => {
    const target = { ...planTarget(), writes: [write] };
    expect(misfits({ ...everything, targets: [target] }, schema)).toEqual([
      '$.targets[0].writes[0]: fits 0 of the choices, not one',
    ]);
  });

  it('takes what a later version adds', () => {
    const target = { ...planTarget(), cost: 3, writes: [{ ...copying(), priority: 1 }] };
    expect(misfits({ ...everything, author: 'somebody', targets: [target] }, schema)).toEqual([]);
  });

  it('requires every property that it knows, so that readers need not ask', () => {
    const objects: string[][] = [];
    JSON.stringify(schema, (_key, value) => {
      if (value?.properties !== undefined) {
        objects.push(Object.keys(value.properties));
        expect(value.required).toEqual(Object.keys(value.properties));
      }
      return value;
    });
    expect(objects).toHaveLength(15);
  });
});

describe('the lines of a plan', () => {
  it('are one for each target and one of totals', () => {
    expect(planLines(everything)).toEqual([
      '✘ web × prod × eu-north-1: blocked: KeyNotUsable',
      `+ web × prod × eu-west-1: no longer public, no longer share with ${accounts.home}, o-abcdef1234, its snapshots no longer public, no longer share its snapshots with ${accounts.home}, open the source, copy 8 GiB from us-east-1, set 1 tag, make public, share with ${accounts.eu}, o-abcdef1234, share its snapshots with ${accounts.eu}, remove a failed copy, keep the source open to consumers, require IMDSv2`,
      `= web × prod × us-east-2: ${copyId} unchanged`,
      `… web × prod × us-gov-west-1: ${copyId} a copy is under way`,
      'Plan: 1 target to copy (16 GiB), 1 under way, 1 unchanged, 1 blocked',
    ]);
  });

  it('tell what would be changed on an image that is there, and what is optional', () => {
    const target = planTarget({
      required: false,
      imageId: copyId,
      writes: [{ kind: 'set-tags', resourceIds: [copyId], tags: { a: '1', b: '2' } }],
    });
    expect(planLines(plan([target]))).toEqual([
      `~ web × prod × eu-west-1 (optional): ${copyId} set 2 tags`,
      'Plan: 1 target to change',
    ]);
  });

  it.each([
    ['everyone', ['all'], 'make public'],
    [
      'a unit and an account',
      ['arn:aws:organizations::111122223333:ou/o-abcdef1234/ou-ab12-workloads', '999988887777'],
      'share with ou-ab12-workloads, 999988887777',
    ],
    ['many accounts', ['1', '2', '3', '4', '5', '6', '7'], 'share with 1, 2, 3, 4, 5 and 2 more'],
  ])('say for whom an image would be opened: %s', (_what, add, words) => {
    const portions = add.map((id) => ({ kind: 'share-image', imageId: copyId, add: [id] }) as const);
    expect(planLines(plan([planTarget({ writes: portions })]))[0]).toBe(`~ web × prod × eu-west-1: ${words}`);
  });

  it('begin with who loses access, however many writes that takes', () => {
    const some = ['1', '2', '3', '4', '5', '6', '7'];
    const writes: readonly PlannedWrite[] = [
      { kind: 'share-image', imageId: copyId, add: [accounts.eu] },
      ...some.map((id) => ({ kind: 'unshare-image', imageId: copyId, remove: [id] }) as const),
    ];
    const removal = 'no longer share with 1, 2, 3, 4, 5 and 2 more';
    expect(planLines(plan([planTarget({ writes })]))[0]).toBe(
      `~ web × prod × eu-west-1: ${removal}, share with ${accounts.eu}`,
    );
    const pending = planTarget({ state: 'pending', imageId: copyId, writes: writes.slice(1, 2) });
    expect(planLines(plan([pending]))[0]).toBe(
      `… web × prod × eu-west-1: ${copyId} a copy is under way, then no longer share with 1`,
    );
  });

  it('say when there is nothing to do', () => {
    const unchanged = planTarget({ state: 'unchanged', imageId: copyId, writes: [] });
    expect(planLines(plan([unchanged], { converged: true })).at(-1)).toBe(
      'Plan: nothing to do, 1 target unchanged',
    );
  });
});
