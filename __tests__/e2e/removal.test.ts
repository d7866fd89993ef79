import {
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { SimulatorHandler } from '../../simulator/handler.ts';
import { imagesIn, snapshotsIn } from '../../simulator/look.ts';
import { sessionOf } from '../../simulator/sessions.ts';
import type { World } from '../../simulator/world.ts';
import {
  home,
  organization,
  prod,
  sourceId,
  sourceRegion,
  sourceSnapshots,
} from '../support/organization.ts';

/** What the roles could do if somebody else had their credentials: remove copies of ours, and nothing beside. */
const [copy, copied] = ['ami-0c0ffee0000000001', 'snap-0c0ffee0000000001'];
const [byHand, byHandSnapshot] = ['ami-0c0ffee0000000002', 'snap-0c0ffee0000000002'];
const ours = { 'promote-ami:source': `${home}/${sourceRegion}/${sourceId}`, 'promote-ami:attempt': '1' };

describe.each([
  { role: 'home', account: home, policies: ['../iam/home-policy.json', '../iam/rollback-policy.json'] },
  { role: 'owner', account: prod, policies: ['../iam/owner-policy.json', '../iam/rollback-policy.json'] },
])("the $role account's role", ({ account, policies }) => {
  it('may remove a copy of ours with its snapshots', async () => {
    const world = worldOf(account, policies);
    await send(
      world,
      account,
      new DeregisterImageCommand({ ImageId: copy, DeleteAssociatedSnapshots: true }),
    );
    expect(imagesIn(world, account, 'eu-west-1').find(({ id }) => id === copy)?.state).toBe('deregistered');
    expect(snapshotsIn(world, account, 'eu-west-1').map(({ id }) => id)).toEqual([byHandSnapshot]);
  });

  it.each([
    { what: 'deregister an image of the account that is none of ours', id: byHand, region: 'eu-west-1' },
    { what: 'deregister the source', id: sourceId, region: sourceRegion },
  ])('may not $what, with its snapshots or without', async ({ id, region }) => {
    const world = worldOf(account, policies);
    for (const DeleteAssociatedSnapshots of [true, false]) {
      const command = new DeregisterImageCommand({ ImageId: id, DeleteAssociatedSnapshots });
      await expect(send(world, account, command, region)).rejects.toThrow(
        /UnauthorizedOperation|not authorized/,
      );
    }
    expect(world.images.get(id)?.state).toBe('available');
  });

  it.each([
    { what: 'of an image of the account that is none of ours', id: byHandSnapshot, region: 'eu-west-1' },
    { what: 'of the source', id: sourceSnapshots[0], region: sourceRegion },
  ])('may not delete the snapshot $what', async ({ id, region }) => {
    const world = worldOf(account, policies);
    world.images.clear();
    const command = new DeleteSnapshotCommand({ SnapshotId: id });
    await expect(send(world, account, command, region)).rejects.toThrow(
      /UnauthorizedOperation|not authorized/,
    );
    expect(world.snapshots.has(id)).toBe(true);
  });

  it('may not take tags off with one call that names none of them', async () => {
    const world = worldOf(account, policies);
    const command = new DeleteTagsCommand({ Resources: [byHand] });
    await expect(send(world, account, command)).rejects.toThrow(/UnauthorizedOperation|not authorized/);
    expect(world.images.get(byHand)?.tags.size).toBe(1);
  });
});

it("without the rollback policy, the home account's role may take no tag off but notes of the source", async () => {
  const world = worldOf(home, ['../iam/home-policy.json']);
  const take = (...keys: readonly string[]) =>
    send(
      world,
      home,
      new DeleteTagsCommand({ Resources: [sourceId], Tags: keys.map((Key) => ({ Key })) }),
      sourceRegion,
    );
  const note = 'promote-ami:pull:example/images/1/1/00000000';
  world.images.get(sourceId)?.tags.set(note, '2026-01-01T00:00:00Z');
  for (const keys of [['team'], [], ['team', note]]) {
    await expect(take(...keys)).rejects.toThrow(/UnauthorizedOperation|not authorized/);
  }
  await take(note);
  expect([...(world.images.get(sourceId)?.tags.keys() ?? [])]).toEqual(['Name', 'team']);
});

/** The scenario with a copy of ours and an image made by hand in the account. */
function worldOf(account: string, policies: readonly string[]): World {
  const place = { account, region: 'eu-west-1' };
  const device = (snapshot: string) => ({
    'root-device': '/dev/xvda',
    devices: [{ name: '/dev/xvda', snapshot }],
  });
  return organization({
    roles: { [account]: { policies } },
    snapshots: [
      { id: copied, ...place, 'size-gib': 8, tags: ours },
      { id: byHandSnapshot, ...place, 'size-gib': 8 },
    ],
    images: [
      { id: copy, ...place, name: 'web-1', tags: ours, ...device(copied) },
      { id: byHand, ...place, name: 'by-hand', tags: { Name: 'by hand' }, ...device(byHandSnapshot) },
    ],
  });
}

type Command = DeregisterImageCommand | DeleteSnapshotCommand | DeleteTagsCommand;

async function send(world: World, account: string, command: Command, region = 'eu-west-1'): Promise<void> {
  const client = new EC2Client({
    region,
    maxAttempts: 1,
    requestHandler: new SimulatorHandler(world),
    credentials: sessionOf(world, `arn:aws:iam::${account}:role/ami-promotion`),
  });
  if (command instanceof DeregisterImageCommand) {
    await client.send(command);
  } else if (command instanceof DeleteSnapshotCommand) {
    await client.send(command);
  } else {
    await client.send(command);
  }
}
