import { describe, expect, it } from '@jest/globals';
import { compare } from '../../src/aspects/compare.ts';
import { accounts, copy, holding, image, source, target } from '../support/builders.ts';
import { codesOf } from '../support/differences.ts';
import { failure } from '../support/outcomes.ts';
import {
  codesFor,
  encryptedSource,
  everyone,
  knowing,
  managed,
  marketplace,
  none,
  push,
  shared,
} from './refused.ts';

describe('a copy for everyone', () => {
  const open = { ...none, ...everyone };
  const watermarked = source({ image: image({ watermarks: [`${accounts.home}:golden`] }) });
  const unencrypted = { key: undefined };

  it('is not refused where it is plain', () => {
    expect(codesFor(open, knowing({ publicSharing: { value: 'allowed' } }, unencrypted))).toEqual([]);
  });

  it('is refused where it would be encrypted, by its key or by its source', () => {
    expect(codesFor(everyone)).toEqual(['EncryptedCannotBePublic']);
    expect(codesFor({ ...open, source: encryptedSource }, unencrypted)).toEqual(['EncryptedCannotBePublic']);
  });

  it('is refused of an image of the Marketplace, or with a watermark, even within its account', () => {
    expect(codesFor({ ...open, ...push, source: marketplace }, unencrypted)).toEqual([
      'MarketplaceCannotBePublic',
    ]);
    expect(codesFor({ ...open, source: watermarked }, unencrypted)).toEqual(['WatermarkedCannotBePublic']);
  });

  it('is refused while that account and Region block it, unless that could not be read', () => {
    const blocked = knowing({ publicSharing: { value: 'blocked' } }, unencrypted);
    expect(codesFor(open, blocked)).toEqual(['PublicSharingBlocked']);
    const unread = knowing({ publicSharing: { failure: failure() } }, unencrypted);
    expect(codesFor(open, unread)).toEqual([]);
  });

  it('is refused for all of that at once', () => {
    const all = source({ image: image({ ...marketplace.image, watermarks: ['1:a'] }) });
    const seen = knowing({ publicSharing: { value: 'blocked' } }, { key: managed });
    expect(codesFor({ ...everyone, ...push, source: all }, seen)).toEqual([
      'ManagedKeyCannotBeShared',
      'EncryptedCannotBePublic',
      'MarketplaceCannotBePublic',
      'WatermarkedCannotBePublic',
      'PublicSharingBlocked',
    ]);
  });

  it('concerns nobody who shares with accounts only', () => {
    expect(codesFor({ ...shared, source: watermarked })).toEqual([]);
    expect(codesFor({ ...shared, ...push, source: marketplace })).toEqual([]);
    expect(codesFor(shared, knowing({ publicSharing: { value: 'blocked' } }))).toEqual([]);
  });

  it('is not waited for while it is under way: it can never become public', () => {
    const pending = holding({ image: copy({ state: 'pending' }), snapshots: [] });
    const blocked = { ...pending, ...knowing({ publicSharing: { value: 'blocked' } }, unencrypted) };
    expect(codesOf(compare(target(open), blocked))).toEqual(['PublicSharingBlocked']);
  });
});
