import { describe, expect, it } from '@jest/globals';
import { placementOf, sentencesOf } from './asking.ts';

const uuid = '01234567-89ab-cdef-0123-456789abcdef';
const mrk = `mrk-${'0123456789abcdef'.repeat(2)}`;
const home = '111122223333';
const prod = '444455556666';
const wide = { accounts: `home\n${prod}`, regions: 'us-east-1\neu-west-1' };

describe('The key', () => {
  it.each(['none', 'ebs-default'])('is %s', (text) => {
    expect(placementOf({ ...wide, 'kms-key': text }).key).toEqual({ kind: text });
  });

  it.each([
    'alias/ami',
    'alias/aws/ebs',
    'alias/{account}/{region}',
    'arn:{partition}:kms:{region}:{account}:alias/ami',
    'arn:aws:kms:{region}:{account}:alias/ami-{region}',
  ])('is %s everywhere', (text) => {
    expect(placementOf({ ...wide, 'kms-key': text }).key).toEqual({ kind: 'named', key: text });
  });

  it.each([
    uuid,
    `arn:aws:kms:us-east-1:${home}:key/${uuid}`,
    `arn:aws:kms:us-east-1:${home}:alias/ami`,
    `arn:aws:kms:{region}:{account}:key/${uuid}`,
  ])('is %s at one target', (text) => {
    expect(placementOf({ 'kms-key': text }).key).toEqual({ kind: 'named', key: text });
  });

  it.each([mrk, `arn:aws:kms:{region}:${home}:key/${mrk}`])(
    'is the multi-Region %s in one account',
    (text) => {
      expect(placementOf({ regions: wide.regions, 'kms-key': text }).key).toEqual({
        kind: 'named',
        key: text,
      });
      expect(sentencesOf({ ...wide, 'kms-key': text })).toHaveLength(1);
    },
  );

  it.each(['ami', 'team/ami', 'key-{region}'])('is not the bare name %s', (text) => {
    expect(sentencesOf({ 'kms-key': text })).toEqual([
      `kms-key: "${text}" is not an alias, id or ARN of a key; if it is an alias, write alias/${text}`,
    ]);
  });

  it.each([
    'alias/',
    'alias/a b',
    `arn:aws:kms:us-east-1:${home}:${uuid}`,
    `arn:aws:iam::${home}:role/x`,
    `arn:aws:kms:{region}:12:alias/x`,
    'alias/a\nalias/b',
  ])('is not %j', (text) => {
    expect(sentencesOf({ 'kms-key': text })).toEqual([
      expect.stringContaining('is not an alias, id or ARN of a key; write alias/NAME, '),
    ]);
  });

  it('has no other placeholders', () => {
    expect(sentencesOf({ 'kms-key': 'alias/{regoin}' })).toEqual([
      'kms-key: "alias/{regoin}" holds "{regoin}", which stands for nothing here; did you mean "{region}"?',
    ]);
    expect(sentencesOf({ 'kms-key': 'alias/{key}' })).toHaveLength(1);
    expect(sentencesOf({ 'kms-key': 'alias/{' })).toHaveLength(1);
  });

  it('is in the Region of every target, optional ones too', () => {
    const text = 'arn:aws:kms:us-east-1:{account}:alias/ami';
    expect(sentencesOf({ 'optional-regions': 'eu-west-1\neu-west-2', 'kms-key': text })).toEqual([
      `kms-key: "${text}" is in another Region than the snapshots in eu-west-1, eu-west-2, which need a key there; write {region} in place of the Region`,
    ]);
  });

  it('is of the account of every target', () => {
    const text = `arn:aws:kms:{region}:${home}:alias/ami`;
    expect(sentencesOf({ ...wide, 'kms-key': text })).toEqual([
      `kms-key: "${text}" is of another account than the copies in ${prod}, which need a key of their own; write {account} in place of the account id`,
    ]);
  });

  it('is in the partition of the source', () => {
    expect(sentencesOf({ 'kms-key': 'arn:aws-cn:kms:{region}:{account}:alias/ami' })).toEqual([
      expect.stringContaining('is in another partition than the source, which is in aws'),
    ]);
  });

  it('does not take one placeholder for another', () => {
    expect(sentencesOf({ 'kms-key': 'arn:aws:kms:{account}:{account}:alias/ami' })).toEqual([
      expect.stringContaining('is in another Region'),
    ]);
  });

  it.each([uuid, `arn:aws:kms:{region}:${home}:key/${uuid}`])('with the id %s is in one Region', (text) => {
    expect(sentencesOf({ regions: wide.regions, 'kms-key': text })).toEqual([
      expect.stringContaining('is the id of a key in one Region only, and there are 2; write an alias'),
    ]);
  });

  it.each([uuid, mrk, `arn:aws:kms:{region}:{account}:key/${mrk}`])(
    'with the id %s is in one account',
    (text) => {
      expect(sentencesOf({ accounts: wide.accounts, 'kms-key': text })).toEqual([
        expect.stringContaining(
          'is a key id, which exists in one account only, and there are 2; write an alias',
        ),
      ]);
    },
  );
});
