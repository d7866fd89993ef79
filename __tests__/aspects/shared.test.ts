import { describe, expect, it } from '@jest/globals';
import { includes, shared } from '../../src/aspects/shared.ts';
import type { Principal } from '../../src/model/image.ts';
import { account, accounts, copy, copyId, holding, key, observation, target } from '../support/builders.ts';
import { codesOf, mendsOf, writesOf } from '../support/differences.ts';

const organization: Principal = {
  kind: 'organization',
  id: 'arn:aws:organizations::111122223333:organization/o-abcdef1234',
};
const wanted = target({ consumers: [account(accounts.eu), organization] });

describe('consumers', () => {
  it('who may launch the image need nothing', () => {
    expect(shared(wanted, holding({ permissions: [organization, account(accounts.eu)] }))).toEqual([]);
  });

  it('whom nobody wants are said, and left alone', () => {
    const permissions = [account('999999999999'), organization, account(accounts.eu)];
    const differences = shared(wanted, holding({ permissions }));
    expect(mendsOf(differences)).toEqual(['warning']);
    expect(differences[0]?.found).toBe('also shared with 999999999999');
  });

  it('do not include accounts that the source is noted to be open to for pulling', () => {
    const tags = { 'promote-ami:pull:acme/images/1/1': `2026-11-23T13:00:00Z ${accounts.eu}` };
    const here = holding({ image: copy({ tags }), permissions: [account(accounts.eu)] });
    expect(shared(target(), here)).toEqual([]);
  });

  it('who may not are given the permission, and only they', () => {
    expect(writesOf(shared(wanted, holding({ permissions: [organization] })))).toEqual([
      {
        kind: 'share-image',
        place: { account: accounts.prod, region: 'eu-west-1' },
        imageId: copyId,
        add: [account(accounts.eu)],
      },
    ]);
  });

  it('are all added in one call', () => {
    const writes = writesOf(shared(wanted, holding({ permissions: [] })));
    expect(writes).toMatchObject([{ add: wanted.consumers }]);
  });

  it('are none where none are wanted: what others shared stays', () => {
    const differences = shared(target(), holding({ permissions: [account(accounts.eu)] }));
    expect(mendsOf(differences)).toEqual(['warning']);
  });

  it('wait until the image is available: AWS takes no permissions before', () => {
    expect(shared(wanted, holding({ image: copy({ state: 'pending' }) }))).toEqual([]);
    expect(shared(wanted, observation())).toEqual([]);
  });

  it('can never be given an image under a key that AWS manages', () => {
    const differences = shared(wanted, holding({ permissions: [] }, { key: key({ manager: 'AWS' }) }));
    expect(codesOf(differences)).toEqual(['ManagedKeyCannotBeShared']);
    expect(writesOf(differences)).toEqual([]);
  });
});

describe('a permission', () => {
  it('is that of its kind: an account is no organization', () => {
    expect(includes([organization], organization)).toBe(true);
    expect(includes([organization], { kind: 'account', id: organization.id })).toBe(false);
    expect(includes([{ kind: 'everyone', id: 'all' }], account(accounts.eu))).toBe(false);
  });
});
