import { describe, expect, it } from '@jest/globals';
import { promotionOf, sentencesOf } from './asking.ts';

const prod = '444455556666';

describe('The source account', () => {
  it('keeps the zeros in front', () => {
    expect(promotionOf({ 'source-account': '000000000001' }).home.id).toBe('000000000001');
  });

  it('that lost digits was most likely a number', () => {
    expect(sentencesOf({ 'source-account': '11122223333' })).toEqual([
      'source-account: "11122223333" has 11 digits, and an account id has 12; write all 12; where YAML reads it as a number, put quotes around it, because a number loses the zeros in front',
    ]);
  });

  it.each([
    ['1111-2222-3333', 'did you mean "111122223333"?'],
    ['1111222233334', 'write 12 digits, in quotes'],
    ['home', 'write 12 digits, in quotes'],
    ['111122223333 444455556666', 'write one per line and nothing else: no comma, dash, bracket or comment'],
  ])('is not %s', (account, right) => {
    expect(sentencesOf({ 'source-account': account })).toEqual([
      `source-account: "${account}" is not an account id; ${right}`,
    ]);
  });

  it('is by default the account in source-role', () => {
    const said = {
      'source-account': 'auto',
      'source-role': 'arn:aws:iam::777788889999:role/read',
      role: `arn:aws:iam::${prod}:role/write`,
      accounts: prod,
    };
    expect(promotionOf(said).home.id).toBe('777788889999');
  });

  it.each(['auto', 'read'])('is by default the account in role, when source-role is %s', (sourceRole) => {
    const said = {
      'source-account': 'auto',
      'source-role': sourceRole,
      role: `arn:aws:iam::${prod}:role/write`,
    };
    expect(promotionOf(said).home.id).toBe(prod);
  });

  it.each(['ami-promotion', 'arn:aws:iam::{account}:role/ami-promotion'])(
    'has no default when role is %s',
    (role) => {
      expect(sentencesOf({ 'source-account': 'auto', role })).toEqual([
        'source-account: "auto" finds no account, because neither source-role nor role is an ARN with an account id in it; set source-account to the 12 digits of the account that owns the source image',
      ]);
    },
  );

  it('is not complained about when only the role is missing', () => {
    expect(sentencesOf({ 'source-account': 'auto', role: '' })).toEqual([
      expect.stringMatching(/^role is required/),
    ]);
  });
});

describe('Accounts', () => {
  it('are home, ids, and ids with names', () => {
    const said = { accounts: `home\nprod=${prod}\n777788889999` };
    expect(promotionOf(said).owners.map(({ name, id }) => [name, id])).toEqual([
      ['home', '111122223333'],
      ['prod', prod],
      ['777788889999', '777788889999'],
    ]);
  });

  it('may hold the home account by its id, under its own name or none', () => {
    expect(promotionOf({ accounts: 'build=111122223333' }).owners[0]?.name).toBe('build');
    expect(promotionOf({ accounts: '111122223333' }).owners[0]?.name).toBe('111122223333');
  });

  it('hold the home account once', () => {
    expect(sentencesOf({ accounts: 'home\nbuild=111122223333' })).toEqual([
      'accounts: "build=111122223333" is the same account as "home", which is listed before; list every account once',
    ]);
    expect(sentencesOf({ accounts: '111122223333\nhome' })).toHaveLength(1);
    expect(sentencesOf({ accounts: 'home\nhome' })).toHaveLength(1);
    expect(sentencesOf({ accounts: 'home\nhome', 'source-account': '1' })).toHaveLength(2);
  });

  it('are listed once', () => {
    expect(sentencesOf({ accounts: `a=${prod}\nb=${prod}` })).toEqual([
      `accounts: "b=${prod}" is the same account as "a", which is listed before; list every account once`,
    ]);
  });

  it.each(['prod', 'PROD'])('have names of their own, so prod is not %s', (name) => {
    expect(sentencesOf({ accounts: `prod=${prod}\n${name}=777788889999` })).toEqual([
      `accounts: "${name}=777788889999" has a name that is used before (case does not count); give every account a name of its own`,
    ]);
  });

  it.each(['', 'a b', 'ü', 'x'.repeat(65), '777788889999'])('may not be named "%s"', (name) => {
    expect(sentencesOf({ accounts: `${name}=${prod}` })).toEqual([
      expect.stringContaining('write a name of 1 to 64 letters, digits, dots, underscores and hyphens'),
    ]);
  });

  it('may not take the name of the home account', () => {
    expect(sentencesOf({ accounts: `home=${prod}` })).toEqual([
      `accounts: "home=${prod}" gives an account the name of the home account; write home alone, or choose another name`,
    ]);
    expect(sentencesOf({ accounts: 'build=home' })).toEqual([
      'accounts: "build=home" gives the home account a name; write home alone, because outputs call it home',
    ]);
  });

  it.each([
    ['Home', 'is not an account; did you mean "home"?'],
    ['prod', 'is not an account id; write 123456789012, name=123456789012 or home'],
    [
      'prod=44445555666',
      'has 11 digits, and an account id has 12; write all 12; where YAML reads it as a number, put quotes around it, because a number loses the zeros in front',
    ],
    ['all', 'is not an account id; write 123456789012, name=123456789012 or home'],
    ['ou-abcd-12345678', 'is not an account id; write 123456789012, name=123456789012 or home'],
    [
      `home, ${prod}`,
      'is not an account id; write one per line and nothing else: no comma, dash, bracket or comment',
    ],
  ])('do not hold %s', (entry, message) => {
    expect(sentencesOf({ accounts: entry })).toEqual([`accounts: "${entry}" ${message}`]);
  });
});
