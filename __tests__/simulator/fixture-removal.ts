import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  type DeregisterImageCommandInput,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
} from '@aws-sdk/client-ec2';
import { snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { ec2, failure, frankfurt, home, ireland, plainImage, plainSnapshot } from './fixture.ts';
import { copy } from './fixture-copy.ts';

type Input = Partial<DeregisterImageCommandInput>;

/** Deregisters the plain image, unless told otherwise. */
export function deregister(world: World, input: Input = {}, number = 1, region = frankfurt) {
  const request = { ImageId: plainImage, ...input };
  return ec2(world, number, region).send(new DeregisterImageCommand(request));
}

/** Deregisters an image with its snapshots; what became of each of them, by id. */
export async function removeWithSnapshots(
  world: World,
  ImageId = plainImage,
  region = frankfurt,
): Promise<Readonly<Record<string, string | undefined>>> {
  const request = { ImageId, DeleteAssociatedSnapshots: true };
  const { DeleteSnapshotResults: results } = await deregister(world, request, 1, region);
  return Object.fromEntries((results ?? []).map((one) => [one.SnapshotId, one.ReturnCode]));
}

export function deleteSnapshot(world: World, SnapshotId = plainSnapshot, number = 1, region = frankfurt) {
  return ec2(world, number, region).send(new DeleteSnapshotCommand({ SnapshotId }));
}

/** The code that a call is refused with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await failure(call)).code;
}

/** What DescribeImages shows, of the plain image unless told otherwise. */
export async function look(
  world: World,
  input: DescribeImagesCommandInput = { ImageIds: [plainImage] },
  number = 1,
  region = frankfurt,
) {
  return (await ec2(world, number, region).send(new DescribeImagesCommand(input))).Images ?? [];
}

/** Starts a copy to Ireland; its image and the first of its snapshots, which carries the tag `of: copy`. */
export async function started(world: World, input: Parameters<typeof copy>[1] = {}) {
  const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags: [{ Key: 'of', Value: 'copy' }] }];
  const imageId = await copy(world, { TagSpecifications, ...input });
  const [snapshot] = snapshotsIn(world, home, ireland);
  if (snapshot === undefined) {
    throw new Error('the copy has no snapshot');
  }
  return { imageId, snapshotId: snapshot.id };
}
