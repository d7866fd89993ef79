import {
  type CreateVolumePermission,
  DescribeSnapshotAttributeCommand,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  allowAll,
  ec2,
  encryptedSnapshot,
  failure,
  fixture,
  frankfurt,
  home,
  homeKeyArn,
  managedSnapshot,
  plainSnapshot,
  production,
  stranger,
  user,
} from './fixture.ts';

type SnapshotChange = Omit<ModifySnapshotAttributeCommandInput, 'SnapshotId'>;
const shareSnapshot = (world: World, change: SnapshotChange, SnapshotId = plainSnapshot, number = 1) =>
  ec2(world, number).send(new ModifySnapshotAttributeCommand({ SnapshotId, ...change }));
const snapshotSharedWith = async (world: World, SnapshotId = plainSnapshot) =>
  (
    await ec2(world).send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }),
    )
  ).CreateVolumePermissions;

const open = {
  accounts: [
    { id: home, name: 'home', users: [user(1)], regions: { [frankfurt]: { 'public-sharing': true } } },
  ],
};

describe('ModifySnapshotAttribute', () => {
  const addTo = (...UserId: string[]) => ({
    CreateVolumePermission: { Add: UserId.map((id) => ({ UserId: id })) },
  });

  it('adds or removes, in both forms', async () => {
    const { world } = fixture();
    await shareSnapshot(world, addTo(production, stranger));
    await shareSnapshot(world, { CreateVolumePermission: { Remove: [{ UserId: stranger }] } });
    expect(await snapshotSharedWith(world)).toEqual([{ UserId: production }]);
    const flat = { Attribute: 'createVolumePermission', UserIds: [stranger] } as const;
    await shareSnapshot(world, { ...flat, UserIds: [...flat.UserIds], OperationType: 'add' });
    await shareSnapshot(world, {
      Attribute: 'createVolumePermission',
      UserIds: [production],
      OperationType: 'remove',
    });
    expect(await snapshotSharedWith(world)).toEqual([{ UserId: stranger }]);
    const both = { CreateVolumePermission: { Add: [{ UserId: home }], Remove: [{ UserId: stranger }] } };
    expect(await failure(shareSnapshot(world, both))).toMatchObject({ code: 'InvalidParameterCombination' });
  });

  it('changes at most 500 at a time', async () => {
    const { world } = fixture();
    const many = (count: number) =>
      addTo(...Array.from({ length: count }, (_, n) => String(100_000_000_000 + n)));
    expect(await failure(shareSnapshot(world, many(501)))).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'Modification size must not be greater than 500.',
    });
    await shareSnapshot(world, many(500));
  });

  it('is only for the owner', async () => {
    const { world } = fixture();
    expect(await failure(shareSnapshot(world, addTo(stranger), plainSnapshot, 2))).toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
    await shareSnapshot(world, addTo(production));
    expect(await failure(shareSnapshot(world, addTo(stranger), plainSnapshot, 2))).toMatchObject({
      code: 'AuthFailure',
    });
  });

  it('never shares under the key that AWS manages', async () => {
    expect(await failure(shareSnapshot(fixture().world, addTo(production), managedSnapshot))).toMatchObject({
      code: 'OperationNotPermitted',
      message: 'Encrypted snapshots with EBS default key cannot be shared',
    });
  });

  it('needs a key that is enabled', async () => {
    const { world } = fixture();
    Object.assign(world.keys.get(homeKeyArn) ?? {}, { state: 'Disabled' });
    expect(await failure(shareSnapshot(world, addTo(production), encryptedSnapshot))).toMatchObject({
      code: 'AuthFailure',
    });
  });

  it.each(['kms:DescribeKey', 'kms:Decrypt'])('needs %s for an encrypted snapshot', async (Action) => {
    const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action, Resource: '*' } };
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1, [allowAll, deny])] }] });
    expect(await failure(shareSnapshot(world, addTo(production), encryptedSnapshot))).toMatchObject({
      code: 'AuthFailure',
      message: `Not authorized to use key ${homeKeyArn}`,
    });
    await shareSnapshot(fixture().world, addTo(production), encryptedSnapshot);
  });

  it('makes public only what is not encrypted and not blocked', async () => {
    const everyone = { CreateVolumePermission: { Add: [{ Group: 'all' as const }] } };
    expect(await failure(shareSnapshot(fixture().world, everyone))).toMatchObject({
      code: 'OperationNotPermitted',
    });
    const { world } = fixture(open);
    expect(await failure(shareSnapshot(world, everyone, encryptedSnapshot))).toMatchObject({
      code: 'OperationNotPermitted',
    });
    await shareSnapshot(world, everyone);
    expect(await snapshotSharedWith(world)).toEqual([{ Group: 'all' }]);
  });

  it.each<readonly [string, SnapshotChange]>([
    ['12', addTo('12')],
    ['all', addTo('all')],
    ['all', { OperationType: 'add', UserIds: ['all'] }],
    [stranger, { OperationType: 'add', GroupNames: [stranger] }],
  ])('refuses %s where it is malformed', async (value, change) => {
    expect(await failure(shareSnapshot(fixture(open).world, change))).toMatchObject({
      code: 'InvalidAMIAttributeItemValue',
      message: expect.stringContaining(`"${value} "`),
    });
  });
});

describe("IAM's condition keys of ModifySnapshotAttribute", () => {
  const named = { userId: stranger, group: 'all' } as const;
  const forms = (['Add', 'Remove'] as const).flatMap((operation): readonly [string, SnapshotChange][] => {
    const OperationType = operation === 'Add' ? 'add' : 'remove';
    const nested = (item: CreateVolumePermission) => ({ CreateVolumePermission: { [operation]: [item] } });
    return [
      [`ec2:${operation}/userId`, nested({ UserId: stranger })],
      [`ec2:${operation}/userId`, { OperationType, UserIds: [stranger] }],
      [`ec2:${operation}/group`, nested({ Group: 'all' })],
      [`ec2:${operation}/group`, { OperationType, GroupNames: ['all'] }],
    ];
  });
  const keys = [...new Set(forms.map(([key]) => key))];

  it.each(forms)('%s, and no other, is in %j', async (key, change) => {
    const denied: string[] = [];
    for (const one of keys) {
      const value = one.endsWith('/group') ? named.group : named.userId;
      const Condition = { 'ForAnyValue:StringEquals': { [one]: value } };
      const deny = { Effect: 'Deny', Action: 'ec2:ModifySnapshotAttribute', Resource: '*', Condition };
      const policies = [allowAll, { Version: '2012-10-17', Statement: deny }];
      const [account] = open.accounts;
      const { world } = fixture({ accounts: [{ ...account, users: [user(1, policies)] }] });
      const refused = await shareSnapshot(world, change).then(() => false, isDenied);
      denied.push(...(refused ? [one] : []));
    }
    expect(denied).toEqual([key]);
  });

  function isDenied(error: unknown): true {
    expect(error).toMatchObject({ name: 'UnauthorizedOperation' });
    return true;
  }
});
