import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { misfits, type Schema } from '../../simulator/json-schema.ts';
import { parseJournal } from '../../src/inputs/journal.ts';
import type { Write } from '../../src/model/difference.ts';
import type { Principal } from '../../src/model/image.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import { consumer, prod } from '../support/organization.ts';
import { scenario } from '../support/scenario.ts';

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../schemas/journal.v1.json', import.meta.url), 'utf8'),
);
const place = { account: prod, region: 'eu-west-1' };
const imageId = 'ami-0123456789abcdef0';
const snapshotId = 'snap-0123456789abcdef0';
const tags = { team: 'blue', ['__proto__']: 'x', 'ä\u2028': '' };
const principals: readonly Principal[] = [
  { kind: 'account', id: consumer },
  { kind: 'organization', id: 'arn:aws:organizations::111122223333:organization/o-abcdef1234' },
  { kind: 'organizational-unit', id: 'arn:aws:organizations::111122223333:ou/o-abcdef1234/ou-ab12-work' },
  { kind: 'everyone', id: 'all' },
];
const copy = {
  kind: 'copy-image',
  place,
  source: { imageId, region: 'us-east-1' },
  name: 'web',
  description: '',
  keyArn: undefined,
  tags: { image: tags, snapshots: {} },
  completionMinutes: undefined,
  token: 'a'.repeat(64),
  attempt: 1,
} as const;

/** One of every kind; the type says when one is missing. */
const writes: { readonly [K in Write['kind']]: Extract<Write, { kind: K }> } = {
  'copy-image': { ...copy, keyArn: 'arn:aws:kms:eu-west-1:1:key/x', completionMinutes: 15 },
  'set-tags': { kind: 'set-tags', place, resourceIds: [imageId, snapshotId], tags },
  'remove-tags': { kind: 'remove-tags', place, resourceIds: [imageId], tags },
  'share-image': { kind: 'share-image', place, imageId, add: principals },
  'unshare-image': { kind: 'unshare-image', place, imageId, remove: principals },
  'share-snapshot': { kind: 'share-snapshot', place, snapshotId, add: [consumer] },
  'unshare-snapshot': { kind: 'unshare-snapshot', place, snapshotId, remove: [consumer, 'all'] },
  'require-imds-v2': { kind: 'require-imds-v2', place, imageId },
  'deregister-image': { kind: 'deregister-image', place, imageId },
  'delete-snapshot': { kind: 'delete-snapshot', place, snapshotId },
};

const entries: readonly JournalEntry[] = [
  ...[...Object.values(writes), copy].map(
    (request, index): JournalEntry => ({
      seq: index + 1,
      at: '2026-11-21T09:00:00.000Z',
      phase: 'intent',
      target: index % 2 === 0 ? 'web × prod × eu-west-1' : null,
      kind: request.kind,
      request,
      before: request.kind === 'set-tags' ? { tags: { [imageId]: { team: 'red' } } } : {},
    }),
  ),
  { seq: 1, phase: 'done', result: { imageId, deleted: [] }, requestId: 'x' },
  { seq: 2, phase: 'done', result: { imageId: null, deleted: [snapshotId] }, requestId: null },
  { seq: 3, phase: 'failed', result: { code: 'Throttled', mayHaveHappened: true }, requestId: null },
  { seq: 3, phase: 'rollback' },
  { seq: 3, phase: 'cancelled' },
  { seq: 3, phase: 'finished' },
];

const linesOf = (some: readonly unknown[]) => some.map((one) => `${JSON.stringify(one)}\n`).join('');

describe('the journal that is read back', () => {
  it('is what was written, every phase and every kind of write', () => {
    expect(parseJournal(linesOf(entries))).toStrictEqual(entries);
    expect(parseJournal('')).toEqual([]);
  });

  it('keeps the tags that JavaScript is careless with', () => {
    const [, second] = parseJournal(linesOf(entries));
    expect(
      second?.phase === 'intent' && second.request.kind === 'set-tags' && Object.keys(second.request.tags),
    ).toEqual(['team', '__proto__', 'ä\u2028']);
  });

  it('ends before a last line that is not whole, wherever it was cut off', () => {
    const text = linesOf(entries);
    const last = linesOf(entries.slice(-1));
    const before = text.length - last.length;
    for (let length = before; length < text.length - 2; length++) {
      expect(parseJournal(text.slice(0, length))).toEqual(entries.slice(0, -1));
    }
  });

  it('leaves out lines that are none of its own, and never throws', () => {
    const strange = [
      'null',
      '[]',
      '{}',
      '"x"',
      '{"seq":1}',
      '{"seq":"1","phase":"finished"}',
      '{"seq":1,"phase":"begun"}',
      '{"seq":1,"phase":"intent","target":null,"kind":"x","request":{"kind":"x"},"before":{}}',
      `${'['.repeat(50_000)}`,
    ].join('\n');
    expect(parseJournal(`${strange}\n${linesOf(entries)}${strange}`)).toEqual(entries);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Array.isArray(parseJournal(text))).toBe(true);
      }),
    );
  });

  it('may hold more than this version writes', () => {
    const [first, ...more] = entries;
    expect(parseJournal(linesOf([{ ...first, host: 'x' }, ...more]))).toEqual(entries);
  });
});

describe('the schema of the journal', () => {
  const misfitting = (some: readonly unknown[]) =>
    some.flatMap((one) => misfits(JSON.parse(JSON.stringify(one)), schema));

  it('accepts every phase and every kind of write', () => {
    expect(misfitting(entries)).toEqual([]);
    const kinds = [...JSON.stringify(schema).matchAll(/"([a-z0-9]+(?:-[a-z0-9]+)+)"/g)].map(
      ([, kind]) => kind,
    );
    expect(Object.keys(writes).filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it.each<[string, object]>([
    ['an entry without its number', { phase: 'finished' }],
    ['a phase that nobody knows', { seq: 1, phase: 'begun' }],
    ['an intent without what undoing needs', { ...entries[0], before: undefined }],
    ['a write of another kind', { ...entries[0], request: { kind: 'run-instances', place } }],
    ['a write without its place', { ...entries[0], request: { kind: 'deregister-image', imageId } }],
    ['a result without its snapshots', { seq: 1, phase: 'done', result: { imageId }, requestId: null }],
  ])('refuses %s', (_what, entry) => {
    expect(misfitting([entry])).not.toEqual([]);
  });

  it('holds for what runs write: pulled copies, failed ones removed, tags and permissions changed', async () => {
    const policies = ['../iam/owner-policy.json', '../iam/share-snapshots-policy.json'];
    const { run } = scenario({
      roles: { [prod]: { policies } },
      faults: [{ action: 'ec2:CopyImage', account: prod, nth: 1, do: 'fail-copy', reason: 'Internal error' }],
    });
    const wanted = {
      accounts: `prod=${prod}`,
      regions: 'eu-west-1',
      'share-with': consumer,
      'share-snapshots': 'true',
      tags: 'team=blue',
    };
    const first = await run(wanted);
    const nobody = { 'share-with': 'none', 'share-snapshots': 'false', sharing: 'exact', tags: 'team=red' };
    const second = await run({ ...wanted, ...nobody }, { runId: '1002' });
    const journal = [...first.journal, ...second.journal];
    const written = new Set(journal.flatMap((entry) => (entry.phase === 'intent' ? [entry.kind] : [])));
    const never = ['require-imds-v2'];
    expect(Object.keys(writes).filter((kind) => ![...written, ...never].includes(kind))).toEqual([]);
    expect(misfitting(journal)).toEqual([]);
    expect(parseJournal(linesOf(journal))).toEqual(journal);
  });
});
