import { describe, expect, it } from '@jest/globals';
import { hideAccounts } from '../../src/report/accounts.ts';
import { accounts, owner } from '../support/builders.ts';

describe('hiding accounts', () => {
  const owners = [owner('prod'), owner('eu', { name: accounts.eu })];

  it('names the owner', () => {
    expect(hideAccounts(`a_${accounts.prod}_b`, owners)).toBe('a_prod_b');
  });

  it('hides an owner that has no name but its id', () => {
    expect(hideAccounts(`role of ${accounts.eu}`, owners)).toBe('role of ************');
  });

  it('leaves the ids of images, snapshots and requests as they are, though twelve digits stand in them', () => {
    const text =
      'ami-123456789012 snap-0123456789012 request 59dbff89-35bd-4eac-99ed-123456789012 at 1234567890123';
    expect(hideAccounts(text, owners)).toBe(text);
  });
});
