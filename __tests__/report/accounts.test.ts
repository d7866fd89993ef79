import { describe, expect, it } from '@jest/globals';
import { hideAccounts, othersOf } from '../../src/report/accounts.ts';
import { accounts, owner, placement, promotion } from '../support/builders.ts';

describe('hiding accounts', () => {
  const owners = [owner('prod'), owner('eu', { name: accounts.eu })];

  it('names the owner', () => {
    expect(hideAccounts(`a_${accounts.prod}_b`, owners)).toBe('a_prod_b');
  });

  it('hides an owner that has no name but its id', () => {
    expect(hideAccounts(`role of ${accounts.eu}`, owners)).toBe('role of ************');
  });

  it('says what another account is to the promotion, except within an ARN', () => {
    const consumers = [accounts.eu, accounts.home].map((id) => ({ kind: 'account', id }) as const);
    const others = othersOf(promotion({ placements: [placement({ consumers })] }));
    expect(hideAccounts(`shared with ${accounts.eu}`, [], others)).toBe(
      'shared with an account of share-with',
    );
    expect(hideAccounts(`with ${accounts.eu}, ${accounts.home}.`, [], others)).toBe(
      'with accounts of share-with.',
    );
    expect(hideAccounts(`arn:aws:iam::${accounts.eu}:role/x`, [], others)).toBe(
      'arn:aws:iam::************:role/x',
    );
    expect(hideAccounts(`with ${accounts.prod}`, owners, others)).toBe('with prod');
  });

  it('leaves the ids of images, snapshots and requests as they are, though twelve digits stand in them', () => {
    const text =
      'ami-123456789012 snap-0123456789012 request 59dbff89-35bd-4eac-99ed-123456789012 at 1234567890123';
    expect(hideAccounts(text, owners)).toBe(text);
  });
});
