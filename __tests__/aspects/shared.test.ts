import { describe, expect, it } from '@jest/globals';
import { includes, shared } from '../../src/aspects/shared.ts';
import type { Principal } from '../../src/model/image.ts';
import {
  account,
  accounts,
  copiedSnapshot,
  copy,
  copyId,
  facts,
  holding,
  key,
  observation,
  target,
} from '../support/builders.ts';
import { codesOf, mendsOf, writesOf } from '../support/differences.ts';

const organization: Principal = {
  kind: 'organization',
  id: 'arn:aws:organizations::111122223333:organization/o-abcdef1234',
};
const wanted = target({ consumers: [account(accounts.eu), organization] });

const everyone: Principal = { kind: 'everyone', id: 'all' };
const place = { account: accounts.prod, region: 'eu-west-1' };
const copiers = target({ ...wanted, shareSnapshots: true });

/** Account ids, all of them different. */
function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(100_000_000_000 + index));
}

/** The copy, its launch permissions as wanted, with these holders of its snapshots. */
function held(snapshots: Readonly<Record<string, readonly string[]>>, permissions = wanted.consumers) {
  return holding({ permissions, snapshotPermissions: new Map(Object.entries(snapshots)) });
}

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

describe('a call', () => {
  it.each([
    [500, [500]],
    [501, [500, 1]],
    [1000, [500, 500]],
    [1001, [500, 500, 1]],
  ])('takes 500 permissions at most: %i are %j', (count, sizes) => {
    const ids = many(count);
    const all = target({ consumers: ids.map(account), shareSnapshots: true });
    const writes = writesOf(shared(all, held({ 'snap-1': [] }, [])));
    const images = writes.filter((write) => write.kind === 'share-image');
    const snapshots = writes.filter((write) => write.kind === 'share-snapshot');
    expect(images.map(({ add }) => add.length)).toEqual(sizes);
    expect(images.flatMap(({ add }) => add.map(({ id }) => id))).toEqual(ids);
    expect(snapshots.map(({ add }) => add.length)).toEqual(sizes);
    expect(snapshots.flatMap(({ add }) => add)).toEqual(ids);
  });
});

describe('the snapshots', () => {
  it('are shared with the accounts among the consumers: AWS takes nobody else there', () => {
    const mixed = target({ consumers: [...wanted.consumers, everyone], shareSnapshots: true });
    const seen = { ...held({ 'snap-1': [], 'snap-2': [] }, mixed.consumers), key: undefined };
    expect(writesOf(shared(mixed, seen))).toEqual([
      { kind: 'share-snapshot', place, snapshotId: 'snap-1', add: [accounts.eu] },
      { kind: 'share-snapshot', place, snapshotId: 'snap-2', add: [accounts.eu] },
    ]);
  });

  it('are left alone where every account has its permission, whoever else has', () => {
    expect(shared(copiers, held({ 'snap-1': ['999999999999', accounts.eu] }))).toEqual([]);
  });

  it('are shared each where it lacks something, and said so', () => {
    const differences = shared(copiers, held({ 'snap-1': [accounts.eu], 'snap-2': [] }));
    expect(writesOf(differences)).toMatchObject([{ snapshotId: 'snap-2', add: [accounts.eu] }]);
    expect(differences).toMatchObject([
      { wanted: `snap-2 shared with ${accounts.eu}`, found: 'no create-volume permission' },
    ]);
  });

  it('are shared beside the image', () => {
    const writes = writesOf(shared(copiers, held({ [copiedSnapshot().id]: [] }, [])));
    expect(writes.map(({ kind }) => kind)).toEqual(['share-image', 'share-snapshot']);
  });

  it('are left alone where that is not asked for, or no account is among the consumers', () => {
    expect(shared(wanted, held({ 'snap-1': [] }))).toEqual([]);
    const units = target({ consumers: [organization], shareSnapshots: true });
    expect(shared(units, held({ 'snap-1': [] }, units.consumers))).toEqual([]);
  });
});

describe('what can never be shared as wanted', () => {
  const toAll = target({ consumers: [account(accounts.eu), everyone] });
  const blocked = facts({ publicSharing: { value: 'blocked' } });
  const plain = { key: undefined, facts: blocked };

  it('is told where something is missing, with all that is wanted, and nothing is written', () => {
    const differences = shared(toAll, holding({ permissions: [] }, plain));
    expect(codesOf(differences)).toEqual(['PublicSharingBlocked']);
    expect(writesOf(differences)).toEqual([]);
    const snapshots = shared(copiers, {
      ...held({ 'snap-1': [] }),
      key: key({ manager: 'AWS' }),
    });
    expect(codesOf(snapshots)).toEqual(['ManagedKeyCannotBeShared']);
    expect(snapshots[0]?.wanted).toBe(`shared with ${accounts.eu}, ${organization.id}`);
  });

  it('is each told by itself', () => {
    const differences = shared(
      toAll,
      holding({ permissions: [] }, { key: key({ manager: 'AWS' }), facts: blocked }),
    );
    expect(codesOf(differences)).toEqual([
      'ManagedKeyCannotBeShared',
      'EncryptedCannotBePublic',
      'PublicSharingBlocked',
    ]);
  });

  it('is no news where everything is shared already', () => {
    expect(shared(toAll, holding({ permissions: toAll.consumers }, plain))).toEqual([]);
  });
});

describe('a permission', () => {
  it('is that of its kind: an account is no organization', () => {
    expect(includes([organization], organization)).toBe(true);
    expect(includes([organization], { kind: 'account', id: organization.id })).toBe(false);
    expect(includes([{ kind: 'everyone', id: 'all' }], account(accounts.eu))).toBe(false);
  });
});
