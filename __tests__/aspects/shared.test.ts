import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
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
    expect(differences[0]?.found).toBe(
      `${copyId} also shared with 999999999999, which sharing: exact would take away`,
    );
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

describe('what is too much', () => {
  const exact = target({ ...wanted, sharing: 'exact' });
  const stranger = '999999999999';
  const permissions = [...wanted.consumers, account(stranger)];

  it('is taken away where sharing is exact, from image and snapshots', () => {
    const differences = shared(exact, held({ 'snap-1': [stranger], 'snap-2': [] }, permissions));
    expect(writesOf(differences)).toEqual([
      { kind: 'unshare-image', place, imageId: copyId, remove: [account(stranger)] },
      { kind: 'unshare-snapshot', place, snapshotId: 'snap-1', remove: [stranger] },
    ]);
    expect(differences.map(({ found }) => found)).toEqual([
      `${copyId} also shared with ${stranger}`,
      `snap-1 also shared with ${stranger}`,
    ]);
  });

  it('are the consumers too on snapshots, where they shall not copy; `all` is everyone', () => {
    expect(writesOf(shared(exact, held({ 'snap-1': [accounts.eu, 'all'] })))).toMatchObject([
      { kind: 'unshare-snapshot', remove: [accounts.eu, 'all'] },
    ]);
    const copying = target({ ...copiers, sharing: 'exact' });
    expect(writesOf(shared(copying, held({ 'snap-1': [accounts.eu, 'all'] })))).toMatchObject([
      { kind: 'unshare-snapshot', remove: ['all'] },
    ]);
  });

  it('goes beside what is missing, in calls of its own', () => {
    const writes = writesOf(shared(exact, held({}, [account(stranger), everyone])));
    expect(writes).toMatchObject([
      { kind: 'share-image', add: wanted.consumers },
      { kind: 'unshare-image', remove: [account(stranger), everyone] },
    ]);
  });

  it('goes where nobody at all is wanted', () => {
    const nobody = target({ sharing: 'exact' });
    expect(writesOf(shared(nobody, held({ 'snap-1': [stranger] }, permissions)))).toMatchObject([
      { kind: 'unshare-image', remove: permissions },
      { kind: 'unshare-snapshot', remove: [stranger] },
    ]);
  });

  it.each([
    [500, [500]],
    [501, [500, 1]],
    [1000, [500, 500]],
  ])('goes 500 a call: %i are %j', (count, sizes) => {
    const ids = many(count);
    const writes = writesOf(shared(target({ sharing: 'exact' }), held({ 'snap-1': ids }, ids.map(account))));
    const images = writes.filter((write) => write.kind === 'unshare-image');
    const snapshots = writes.filter((write) => write.kind === 'unshare-snapshot');
    expect(images.map(({ remove }) => remove.length)).toEqual(sizes);
    expect(images.flatMap(({ remove }) => remove.map(({ id }) => id))).toEqual(ids);
    expect(snapshots.map(({ remove }) => remove.length)).toEqual(sizes);
    expect(snapshots.flatMap(({ remove }) => remove)).toEqual(ids);
  });

  it('stays, and is said, on the source in its own place', () => {
    const seen = holding({
      inPlace: true,
      permissions,
      snapshotPermissions: new Map([['snap-1', [stranger]]]),
    });
    const differences = shared(exact, seen);
    expect(mendsOf(differences)).toEqual(['warning', 'warning']);
    expect(writesOf(differences)).toEqual([]);
  });

  it('is never an account that a note lists as pulling from this image', () => {
    const tags = { 'promote-ami:pull:acme/images/1/1': `2026-11-23T13:00:00Z ${stranger}s` };
    const image = copy({ tags });
    const snapshotPermissions = new Map([['snap-1', [stranger]]]);
    expect(shared(exact, holding({ image, permissions, snapshotPermissions }))).toEqual([]);
  });

  it('leaves nothing to write once it was taken, and never what is wanted', () => {
    const ids = ['111111111111', '222222222222', '333333333333', accounts.eu];
    const some = fc.subarray(ids);
    const worlds = fc.record({ people: some, readers: some, consumers: some, copies: fc.boolean() });
    fc.assert(
      fc.property(worlds, ({ people, readers, consumers, copies }) => {
        const now = target({ consumers: consumers.map(account), shareSnapshots: copies, sharing: 'exact' });
        const writes = writesOf(shared(now, held({ 'snap-1': readers }, people.map(account))));
        let [launch, read]: [readonly string[], readonly string[]] = [people, readers];
        for (const write of writes) {
          if (write.kind === 'share-image') {
            launch = [...launch, ...write.add.map(({ id }) => id)];
          } else if (write.kind === 'unshare-image') {
            const gone = write.remove.map(({ id }) => id);
            launch = launch.filter((id) => !gone.includes(id));
          } else if (write.kind === 'share-snapshot') {
            read = [...read, ...write.add];
          } else if (write.kind === 'unshare-snapshot') {
            read = read.filter((id) => !write.remove.includes(id));
          }
        }
        expect([...launch].sort()).toEqual([...consumers].sort());
        expect([...read].sort()).toEqual(copies ? [...consumers].sort() : []);
        expect(shared(now, held({ 'snap-1': read }, launch.map(account)))).toEqual([]);
      }),
    );
  });
});

describe('a consumer of the source in its own place', () => {
  const tags = { 'promote-ami:pull:acme/images/1/1': `2026-11-23T13:00:00Z ${accounts.eu} ${accounts.prod}` };
  const seen = holding({ inPlace: true, image: copy({ tags }), permissions: wanted.consumers });

  it('who is noted as open for pulling only is taken off the note: nobody takes that permission then', () => {
    expect(writesOf(shared(wanted, seen))).toEqual([
      {
        kind: 'set-tags',
        place,
        resourceIds: [copyId],
        tags: { 'promote-ami:pull:acme/images/1/1': `2026-11-23T13:00:00Z ${accounts.prod}` },
      },
    ]);
  });

  it('is taken off only once the permission is there, and not where nobody wants it', () => {
    const shut = holding({ inPlace: true, image: copy({ tags }), permissions: [] });
    expect(writesOf(shared(wanted, shut)).map(({ kind }) => kind)).toEqual(['share-image']);
    expect(writesOf(shared(target(), seen))).toEqual([]);
  });

  it("stays on the note of a copy of ours: that note is none of this run's", () => {
    const there = holding({ image: copy({ tags }), permissions: wanted.consumers });
    expect(shared(wanted, there)).toEqual([]);
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
    expect(shared(copiers, held({ 'snap-1': ['999999999999', accounts.eu] }))).toEqual([
      {
        aspect: 'shared',
        wanted: 'shared with nobody else',
        found: 'snap-1 also shared with 999999999999, which sharing: exact would take away',
        mend: {
          kind: 'warning',
          says: 'snap-1 is also shared with 999999999999, which is left alone because sharing is add (exact would take it away).',
        },
      },
    ]);
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
