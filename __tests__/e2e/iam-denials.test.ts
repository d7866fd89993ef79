import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeSnapshotAttributeCommand,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  frankfurt,
  home,
  plainSnapshot,
  production,
  snapshot,
  stranger,
  user,
} from '../simulator/fixture.ts';

interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Effect: string }[];
}

const root = join(import.meta.dirname, '../..');
const policyOf = (file: string): Policy => JSON.parse(readFileSync(join(root, file), 'utf8'));
const denying = globSync('iam/*.json', { cwd: root })
  .filter((file) => policyOf(file).Statement.some(({ Effect }) => Effect === 'Deny'))
  .sort();

/** A world in which a snapshot may become public, and a user that has one policy, and may read what became of it. */
function under(policy: Policy): World {
  const values = { HOME_ACCOUNT_ID: home, ACCOUNT_ID: home, SOURCE_REGION: frankfurt };
  const reading = { Effect: 'Allow', Action: 'ec2:DescribeSnapshotAttribute', Resource: '*' };
  const whole = { ...policy, Statement: [...policy.Statement, reading] };
  const open = { [frankfurt]: { 'public-sharing': true } };
  return fixture({
    accounts: [{ id: home, name: 'home', users: [{ ...user(1, [whole]), values }], regions: open }],
    snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production, 'all'] })],
    keys: [],
    images: [],
  }).world;
}

const withoutDeny = ({ Statement, ...rest }: Policy): Policy => ({
  ...rest,
  Statement: Statement.filter(({ Effect }) => Effect !== 'Deny'),
});

type Change = Omit<ModifySnapshotAttributeCommandInput, 'SnapshotId'>;
const change = (world: World, changed: Change) =>
  ec2(world).send(new ModifySnapshotAttributeCommand({ SnapshotId: plainSnapshot, ...changed }));

async function holders(world: World) {
  const asked = { SnapshotId: plainSnapshot, Attribute: 'createVolumePermission' } as const;
  const { CreateVolumePermissions } = await ec2(world).send(new DescribeSnapshotAttributeCommand(asked));
  return CreateVolumePermissions?.map(({ UserId, Group }) => UserId ?? Group);
}

const removeAll: Change = { CreateVolumePermission: { Remove: [{ Group: 'all' }] } };
const publishing: readonly (readonly [string, Change])[] = [
  ['alone', { CreateVolumePermission: { Add: [{ Group: 'all' }] } }],
  ['beside an account', { CreateVolumePermission: { Add: [{ UserId: stranger }, { Group: 'all' }] } }],
  ['twice', { CreateVolumePermission: { Add: [{ Group: 'all' }, { Group: 'all' }] } }],
  ['in the older form', { OperationType: 'add', GroupNames: ['all'] }],
  ['in the older form, tried out', { OperationType: 'add', GroupNames: ['all'], DryRun: true }],
];

it('the policies that deny something are the ones tested here', () => {
  expect(denying).toEqual(['iam/home-policy.json', 'iam/share-snapshots-policy.json']);
});

describe.each(denying)('%s', (file) => {
  it.each(publishing)('lets nobody make a snapshot public: %s', async (_, changed) => {
    const world = under(policyOf(file));
    await change(world, removeAll);
    expect(await failure(change(world, changed))).toMatchObject({
      code: 'UnauthorizedOperation',
      status: 403,
      message: expect.stringContaining('explicit deny'),
    });
    expect(await holders(world)).toEqual([production]);
  });

  it('would let it without its Deny', async () => {
    const world = under(withoutDeny(policyOf(file)));
    await change(world, removeAll);
    await change(world, { OperationType: 'add', GroupNames: ['all'] });
    expect(await holders(world)).toEqual([production, 'all']);
  });

  it('lets accounts be added, and accounts and everybody be removed, in both forms', async () => {
    const world = under(policyOf(file));
    await change(world, { CreateVolumePermission: { Add: [{ UserId: stranger }, { UserId: home }] } });
    await change(world, removeAll);
    await change(world, { OperationType: 'remove', GroupNames: ['all'], UserIds: [production] });
    expect(await holders(world)).toEqual([stranger, home]);
    await change(world, { OperationType: 'add', UserIds: [production] });
    await change(world, { CreateVolumePermission: { Remove: [{ UserId: stranger }] } });
    expect(await holders(world)).toEqual([home, production]);
  });
});
