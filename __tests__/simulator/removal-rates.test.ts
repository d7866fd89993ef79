import { DeleteSnapshotCommand, DeleteTagsCommand, DeregisterImageCommand } from '@aws-sdk/client-ec2';
import { expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { ec2, fixture, plainImage, plainSnapshot } from './fixture.ts';
import { codeOf } from './fixture-removal.ts';

const DryRun = true;
const calls: readonly [string, number, (world: World) => Promise<unknown>][] = [
  [
    'DeregisterImage',
    5,
    (world) => ec2(world).send(new DeregisterImageCommand({ DryRun, ImageId: plainImage })),
  ],
  [
    'DeleteSnapshot',
    5,
    (world) => ec2(world).send(new DeleteSnapshotCommand({ DryRun, SnapshotId: plainSnapshot })),
  ],
  ['DeleteTags', 10, (world) => ec2(world).send(new DeleteTagsCommand({ DryRun, Resources: [plainImage] }))],
];

it.each(calls)('%s is throttled after 100 calls, then to %i a second', async (_, perSecond, call) => {
  const { world, clock } = fixture();
  const before = async (): Promise<number> => {
    let count = 0;
    while ((await codeOf(call(world))) === 'DryRunOperation') {
      count += 1;
    }
    return count;
  };
  expect(await before()).toBe(100);
  clock.advance(1000);
  expect(await before()).toBe(perSecond);
});
