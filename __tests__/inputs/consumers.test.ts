import { describe, expect, it } from '@jest/globals';
import { placementOf, sentencesOf } from './asking.ts';

const organization = 'arn:aws:organizations::123456789012:organization/o-abcdef1234';
const unit = 'arn:aws:organizations::123456789012:ou/o-abcdef1234/ou-abcd-12345678';

describe('Consumers', () => {
  it('are accounts, organizations and organizational units', () => {
    expect(placementOf({ 'share-with': `777788889999\n${organization}\n${unit}` }).consumers).toEqual([
      { kind: 'account', id: '777788889999' },
      { kind: 'organization', id: organization },
      { kind: 'organizational-unit', id: unit },
    ]);
  });

  it.each([
    [
      'o-abcdef1234',
      'is only the id of an organization; write arn:aws:organizations::MANAGEMENT-ACCOUNT-ID:organization/o-abcdef1234',
    ],
    [
      'ou-abcd-12345678',
      'is only the id of an organizational unit; write arn:aws:organizations::MANAGEMENT-ACCOUNT-ID:ou/o-ORGANIZATION-ID/ou-abcd-12345678',
    ],
    [
      'r-abcd',
      'is the root of an organization, which EC2 does not share with; write the organization itself, arn:aws:organizations::MANAGEMENT-ACCOUNT-ID:organization/o-ORGANIZATION-ID',
    ],
    [
      'all',
      'is not how an image is made public; leave it out and set public: true, if everyone shall have the image',
    ],
    [
      'Public',
      'is not how an image is made public; leave it out and set public: true, if everyone shall have the image',
    ],
    [
      '77788889999',
      'has 11 digits, and an account id has 12; write all 12; where YAML reads it as a number, put quotes around it, because a number loses the zeros in front',
    ],
    ['111122223333', 'owns the image; leave it out, because an owner needs no permission'],
    [
      'arn:aws-cn:organizations::123456789012:organization/o-abcdef1234',
      'is in the partition aws-cn, and the source is in aws; share within aws only',
    ],
  ])('may not be %s', (entry, message) => {
    expect(sentencesOf({ 'share-with': entry })).toEqual([`share-with: "${entry}" ${message}`]);
  });

  it.each([
    'none\n777788889999',
    'home',
    'arn:aws:organizations::123456789012:organization/o-short',
    'arn:aws:organizations::1:organization/o-abcdef1234',
    'arn:aws:iam::777788889999:root',
    '777788889999,777788889998',
  ])('are not %j', (text) => {
    expect(sentencesOf({ 'share-with': text })).toEqual([
      expect.stringContaining('is not a consumer; write one per line, an account id, '),
    ]);
  });

  it('are listed once', () => {
    expect(sentencesOf({ 'share-with': `${unit}\n${unit}` })).toEqual([
      `share-with: "${unit}" is listed twice; list it once`,
    ]);
  });

  it('would see twins with two owners', () => {
    const said = { accounts: 'home\n444455556666', 'share-with': '777788889999' };
    expect(sentencesOf(said)).toEqual([
      'share-with: "777788889999" would show every consumer 2 equal images, one of each account in accounts; say in targets-file which account shares with whom, and leave share-with out',
    ]);
  });

  it('may be the home account when another account owns the copy', () => {
    const said = { accounts: '444455556666', 'share-with': '111122223333' };
    expect(placementOf(said).consumers).toEqual([{ kind: 'account', id: '111122223333' }]);
  });
});
