import { CopyImageCommand, type CopyImageCommandInput } from '@aws-sdk/client-ec2';
import type { World } from '../../simulator/world.ts';
import { ec2, failure, frankfurt, ireland, plainImage } from './fixture.ts';

type Input = Partial<CopyImageCommandInput>;

/** Copies the plain image from Frankfurt under the name `copy`, unless told otherwise; the new id. */
export async function copy(world: World, input: Input = {}, region = ireland, number = 1): Promise<string> {
  const request = { Name: 'copy', SourceImageId: plainImage, SourceRegion: frankfurt, ...input };
  return (await ec2(world, number, region).send(new CopyImageCommand(request))).ImageId ?? '';
}

/** What such a copy is refused with. */
export function refused(world: World, input: Input, region = ireland, number = 1) {
  return failure(copy(world, input, region, number));
}
