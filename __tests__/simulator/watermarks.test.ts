import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  fixture,
  frankfurt,
  home,
  image,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
} from './fixture.ts';
import { copy } from './fixture-copy.ts';

const created = '2026-11-01T10:05:00.000Z';
const marked = () =>
  fixture({
    snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production] })],
    images: [
      image(plainImage, plainSnapshot, {
        created,
        watermarks: [`${home}:hardened`],
        'launch-permissions': [production],
      }),
    ],
  });
const watermarks = async (world: World, ImageId: string, number: number, region: string) =>
  (await ec2(world, number, region).send(new DescribeImagesCommand({ ImageIds: [ImageId] }))).Images?.[0]
    ?.ImageWatermarks;
const expected = [
  {
    WatermarkKey: `${home}:hardened`,
    SourceImageRegion: frankfurt,
    SourceImageId: plainImage,
    SourceImageCreationTime: new Date(created),
    WatermarkCreationTime: new Date(created),
  },
];

it('a watermark is shown to the owner and to whom the image is shared with', async () => {
  const { world } = marked();
  expect(await watermarks(world, plainImage, 1, frankfurt)).toEqual(expected);
  expect(await watermarks(world, plainImage, 2, frankfurt)).toEqual(expected);
});

it('copies, and copies of copies, carry it as it was, once they are available', async () => {
  const { world, clock } = marked();
  const theirs = await copy(world, {}, ireland, 2);
  expect(await watermarks(world, theirs, 2, ireland)).toBeUndefined();
  clock.advance(100_000);
  expect(await watermarks(world, theirs, 2, ireland)).toEqual(expected);
  const again = await copy(world, { SourceImageId: theirs, SourceRegion: ireland }, ireland, 2);
  clock.advance(100_000);
  expect(await watermarks(world, again, 2, ireland)).toEqual(expected);
});

it('images can be searched for by it', async () => {
  const { world } = marked();
  const found = async (Name: string, value: string) =>
    (
      await ec2(world).send(
        new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name, Values: [value] }] }),
      )
    ).Images?.length;
  expect(await found('image-watermark.watermark-key', `${home}:*`)).toBe(1);
  expect(await found('image-watermark.watermark-key', `${production}:*`)).toBe(0);
  expect(await found('image-watermark.source-image-id', plainImage)).toBe(1);
  expect(await found('image-watermark.source-image-region', ireland)).toBe(0);
});

it('a world file writes it as account and name', () => {
  for (const watermark of ['hardened', `${home}:ab`, `${home}:a#b#c`]) {
    const images = [image(plainImage, plainSnapshot, { watermarks: [watermark] })];
    expect(() => fixture({ images })).toThrow('images.0.watermarks.0');
  }
});
