import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { misfits, type Schema } from '../../simulator/json-schema.ts';
import type { ApprovedPlan, Plan, PlannedWrite } from '../../src/model/plan.ts';
import { around, promotionOf, sentencesOf } from './asking.ts';

const imageId = 'ami-0123456789abcdef0';
const writes: readonly PlannedWrite[] = [
  { kind: 'open-source', imageId, snapshotIds: ['snap-1', 'snap-2'], account: '444455556666' },
  {
    kind: 'copy-image',
    imageId,
    fromRegion: 'us-east-1',
    name: 'web-{sha}',
    description: '',
    keyArn: null,
    completionMinutes: 15,
    sizeGiB: 8,
    imageTags: { constructor: 'x', ['__proto__']: 'y' },
    snapshotTags: {},
  },
  { kind: 'set-tags', resourceIds: ['ami-1'], tags: { a: '' } },
  { kind: 'share-image', imageId: null, add: ['123456789012', 'all'] },
  { kind: 'share-snapshot', snapshotId: 'snap-3', add: [] },
  { kind: 'unshare-image', imageId: 'ami-1', remove: ['123456789012', 'all'] },
  { kind: 'unshare-snapshot', snapshotId: 'snap-3', remove: ['123456789012'] },
  { kind: 'remove-failed-copy', imageId: null },
  { kind: 'keep-open', imageId },
  { kind: 'require-imds-v2', imageId: 'ami-1', ifNeeded: true },
];
const plan: Plan = {
  version: 1,
  converged: false,
  sources: [
    {
      key: 'web',
      origin: `111122223333/us-east-1/${imageId}`,
      id: imageId,
      account: '111122223333',
      region: 'us-east-1',
      name: null,
      architecture: 'x86_64',
      sizeGiB: 8,
    },
  ],
  targets: [
    {
      image: 'web',
      source: imageId,
      owner: 'prod',
      account: '444455556666',
      region: 'eu-west-1',
      required: true,
      key: 'none',
      state: 'change',
      imageId: null,
      writes,
      problems: [],
      warnings: [],
    },
  ],
};

function approved(text: string): ApprovedPlan | undefined {
  return promotionOf({ 'approved-plan': 'plan.json' }, around({ 'plan.json': text })).approvedPlan;
}

function refused(text: string): readonly string[] {
  return sentencesOf({ 'approved-plan': 'plan.json' }, around({ 'plan.json': text }));
}

describe('An approved plan', () => {
  const expected = {
    sources: [{ id: imageId, account: '111122223333', region: 'us-east-1' }],
    targets: [{ source: imageId, account: '444455556666', region: 'eu-west-1', key: 'none', writes }],
  };

  it.each([undefined, 2, '\t'])(
    'says which images and which writes, and nothing else: indented by %j',
    (space) => {
      expect(approved(JSON.stringify(plan, undefined, space))).toEqual(expected);
    },
  );

  it('is one by the schema of plans, with every kind of write', () => {
    const schema: Schema = JSON.parse(
      readFileSync(new URL('../../schemas/plan.v1.json', import.meta.url), 'utf8'),
    );
    expect(misfits(plan, schema)).toEqual([]);
    const text = JSON.stringify(schema);
    const kinds = [...text.matchAll(/"kind":\{"const":"([a-z0-9-]+)"\}/g)].map(([, kind]) => kind);
    expect(kinds.toSorted()).toEqual(writes.map(({ kind }) => kind).toSorted());
  });

  it('keeps the tags that JavaScript is careless with', () => {
    const [, copy] = approved(JSON.stringify(plan))?.targets[0]?.writes ?? [];
    expect(copy?.kind === 'copy-image' && Object.entries(copy.imageTags)).toEqual([
      ['constructor', 'x'],
      ['__proto__', 'y'],
    ]);
  });

  it('may have been changed by a text editor for Windows', () => {
    expect(approved(`\uFEFF${JSON.stringify(plan, undefined, 2).replaceAll('\n', '\r\n')}`)).toEqual(
      expected,
    );
  });

  it('may hold fields that a later version of the action writes', () => {
    const [target] = plan.targets;
    const later = {
      ...plan,
      cost: 1,
      targets: [{ ...target, risk: 'low', writes: writes.map((write) => ({ ...write, hint: [] })) }],
    };
    expect(approved(JSON.stringify(later))).toEqual(expected);
  });

  it('comes back as it was written, whatever it holds', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(text, text), text, (tags, name) => {
        const write = { kind: 'set-tags', resourceIds: [name], tags: { ...tags } } as const;
        const one = { ...plan, targets: [{ ...plan.targets[0], writes: [write] }] };
        expect(approved(JSON.stringify(one))?.targets[0]?.writes).toEqual([write]);
      }),
    );
  });
});

describe('A file that is no plan', () => {
  it('is of another version', () => {
    expect(refused('{\n  "version": 2,\n  "steps": []\n}')).toEqual([
      'approved-plan: "plan.json:2:14 version" is not 1, the only version of plans that this version of the action reads; take the file as mode: plan wrote it',
    ]);
  });

  it.each([
    ['[1]', '1:1" is no plan; write the path of a plan-file'],
    ['{"version": 1, "sources": []}', '1:1 targets" is missing; take the file as mode: plan wrote it'],
    [
      JSON.stringify({ ...plan, sources: [{ id: imageId, account: 123456789012, region: 'us-east-1' }] }),
      ' sources.0.account" is read by YAML as a number; put quotes around it',
    ],
    [
      JSON.stringify({ ...plan, targets: [{ ...plan.targets[0], writes: [{ kind: 'delete-image' }] }] }),
      ' targets.0.writes.0.kind" is no kind of write that this version knows; take the file as mode: plan wrote it',
    ],
    [
      JSON.stringify({ ...plan, targets: [{ ...plan.targets[0], writes: [{ ...writes[2], tags: [] }] }] }),
      ' targets.0.writes.0.tags" is not a map of tags; take the file as mode: plan wrote it',
    ],
  ])('is %s', (text, message) => {
    expect(refused(text)).toEqual([expect.stringContaining(message)]);
  });

  it('is one that was cut off, wherever that was', () => {
    const text = JSON.stringify(plan);
    for (const end of Array.from({ length: text.length - 1 }, (_, index) => index + 1)) {
      expect(refused(text.slice(0, end))).toEqual([
        `approved-plan: "plan.json:1:${end + 1}" is not JSON: it breaks off here; take the file as mode: plan wrote it`,
      ]);
    }
  });

  it.each([
    ['{\n  "version": 1,,\n  "sources": []\n}', '2:16'],
    ['{"version": 1} {"version": 1}', '1:16'],
  ])('is one with something in it that no JSON has: %j', (text, place) => {
    expect(refused(text)).toEqual([
      `approved-plan: "plan.json:${place}" is not JSON: this may not stand here; take the file as mode: plan wrote it`,
    ]);
  });

  it('is a manifest', () => {
    const manifest = { version: 1, run: {}, sources: [], targets: [], opened: [] };
    expect(refused(JSON.stringify(manifest, undefined, 2))).toEqual([
      'approved-plan: "plan.json:1:1" is the manifest of a promotion; name the plan-file of a step with mode: plan',
    ]);
  });

  it('is not there, or empty', () => {
    expect(sentencesOf({ 'approved-plan': 'plan.json' })).toEqual([
      'approved-plan: "plan.json" does not exist; write the path of a file, or none',
    ]);
    expect(refused(' \n')).toEqual([
      'approved-plan: "plan.json" is an empty file; take the file as mode: plan wrote it',
    ]);
  });
});

describe('A plan that is to be made', () => {
  it('has no approved one', () => {
    const said = { mode: 'plan', 'approved-plan': 'plan.json' };
    expect(sentencesOf(said, around({ 'plan.json': JSON.stringify(plan) }))).toEqual([
      'approved-plan: "plan.json" is given together with mode: plan, which writes nothing that a plan could permit; leave approved-plan out to make a plan, or write mode: promote',
    ]);
    expect(promotionOf({ mode: 'plan', 'approved-plan': 'none' }).approvedPlan).toBeUndefined();
  });
});
