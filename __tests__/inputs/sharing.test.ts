import { describe, expect, it } from '@jest/globals';
import { around, faultsOf, placementOf, promotionOf, sentencesOf } from './asking.ts';

const prod = '444455556666';
const reader = '123456789012';
const organization = 'arn:aws:organizations::123456789012:organization/o-abcdef1234';

describe('share-snapshots', () => {
  it('shares with the accounts of share-with', () => {
    const said = { 'share-snapshots': 'true', 'share-with': `${organization}\n${reader}` };
    expect(promotionOf(said).shareSnapshots).toBe(true);
    expect(promotionOf({ ...said, 'share-snapshots': 'false' }).shareSnapshots).toBe(false);
  });

  it('may find its accounts in the targets file', () => {
    const said = { 'share-snapshots': 'true', 'targets-file': 't.yml' };
    const text = `accounts: { home: { regions: { us-east-1: { share-with: ["${reader}"] } } } }`;
    expect(promotionOf(said, around({ 't.yml': text })).shareSnapshots).toBe(true);
  });

  it.each(['none', organization])('needs an account, and share-with: %s has none', (shareWith) => {
    expect(sentencesOf({ 'share-snapshots': 'true', 'share-with': shareWith })).toEqual([
      'share-snapshots: "true" shares with nobody, because snapshots are shared with accounts only and share-with names none; name account ids in share-with, or leave share-snapshots out',
    ]);
  });

  it('is not complained about when only share-with is wrong', () => {
    const said = { 'share-snapshots': 'true', 'share-with': '123' };
    expect(faultsOf(said).map(({ input }) => input)).toEqual(['share-with']);
  });
});

describe('public', () => {
  it('adds everyone to the consumers', () => {
    expect(placementOf({ public: 'true' }).consumers).toEqual([{ kind: 'everyone', id: 'all' }]);
    expect(placementOf({ public: 'true', 'share-with': reader }).consumers).toEqual([
      { kind: 'account', id: reader },
      { kind: 'everyone', id: 'all' },
    ]);
  });

  it('needs one owner, for everyone would see twins', () => {
    expect(sentencesOf({ public: 'true', accounts: `home\n${prod}` })).toEqual([
      'public: "true" would show everyone 2 equal images, one of each account in accounts; make images public from exactly one account, in a step of its own',
    ]);
  });

  it.each(['ebs-default', 'alias/ami'])('cannot be with kms-key: %s', (key) => {
    expect(sentencesOf({ public: 'true', 'kms-key': key, regions: 'us-east-1\neu-west-1' })).toEqual([
      'public: "true" meets a kms-key in us-east-1, eu-west-1, and an encrypted image can never be public; write kms-key: none, or leave public out',
    ]);
  });

  it('looks at the key of every place', () => {
    const said = { public: 'true', regions: 'us-east-1\neu-west-1', 'targets-file': 't.yml' };
    const refined = (key: string) =>
      around({ 't.yml': `accounts: { home: { regions: { eu-west-1: { kms-key: ${key} } } } }` });
    expect(sentencesOf(said, refined('alias/x'))).toEqual([
      expect.stringContaining('meets a kms-key in eu-west-1, and'),
    ]);
    const all = around({ 't.yml': 'accounts: { home: { kms-key: none } }' });
    expect(promotionOf({ ...said, 'kms-key': 'alias/x' }, all).placements).toHaveLength(2);
  });
});
