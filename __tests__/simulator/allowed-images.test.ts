import { DescribeImagesCommand, type DescribeImagesCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
  stranger,
  user,
} from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';

const now = Date.parse('2026-11-20T12:00:00.000Z');
const daysAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString();

/** A world in which production, whose setting this is, may launch and copy an image of home. */
function withSetting(setting: object, more: Record<string, unknown> = {}): World {
  return fixture({
    accounts: [
      { id: home, name: 'home', users: [user(1)], regions: { [frankfurt]: { 'allowed-images': setting } } },
      {
        id: production,
        name: 'production',
        users: [user(2)],
        regions: { [frankfurt]: { 'allowed-images': setting } },
      },
    ],
    snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production] })],
    images: [
      image(plainImage, plainSnapshot, { name: 'web-1.2', 'launch-permissions': [production], ...more }),
    ],
  }).world;
}
const enabled = (...criteria: object[]) => ({ state: 'enabled', criteria });

const ask = async (world: World, input: DescribeImagesCommandInput, number = 2) =>
  (await ec2(world, number).send(new DescribeImagesCommand(input))).Images ?? [];
const seen = async (world: World): Promise<boolean> => (await ask(world, {})).length === 1;

describe('Allowed AMIs, enabled', () => {
  it('hide what fits no criterion from searches, ids and copies', async () => {
    const world = withSetting(enabled({ providers: [stranger] }));
    expect(await ask(world, {})).toEqual([]);
    const notFound = {
      code: 'InvalidAMIID.NotFound',
      message: `The image id '[${plainImage}]' does not exist`,
    };
    expect(await failure(ask(world, { ImageIds: [plainImage] }))).toMatchObject(notFound);
    expect(await refused(world, {}, ireland, 2)).toMatchObject(notFound);
  });

  it('let through what fits one', async () => {
    const world = withSetting(enabled({ providers: [stranger] }, { providers: [home] }));
    expect(await ask(world, { ImageIds: [plainImage] })).toMatchObject([{ ImageAllowed: true }]);
    await copy(world, {}, ireland, 2);
  });

  it('never restrict own images', async () => {
    const world = withSetting(enabled({ providers: ['none'] }));
    expect(await ask(world, { ImageIds: [plainImage] }, 1)).toMatchObject([{ ImageAllowed: true }]);
    await copy(world);
  });

  it('work in their own Region only', async () => {
    const { world } = fixture({
      accounts: [
        { id: home, name: 'home' },
        {
          id: production,
          name: 'production',
          users: [user(2)],
          regions: { [ireland]: { 'allowed-images': enabled({ providers: ['none'] }) } },
        },
      ],
      snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production] })],
      images: [image(plainImage, plainSnapshot, { 'launch-permissions': [production] })],
    });
    await copy(world, {}, ireland, 2);
  });

  it.each<[boolean, object, Record<string, unknown>]>([
    [true, { names: ['web-*'] }, {}],
    [true, { names: ['db', 'web-?.2'] }, {}],
    [false, { names: ['web', 'WEB-1.2', 'web-1?2?'] }, {}],
    [true, { providers: [home], names: ['web-1.2'] }, {}],
    [false, { providers: [home], names: ['db-*'] }, {}],
    [false, { providers: ['amazon', 'aws-marketplace'] }, {}],
    [true, { 'created-within-days': 10 }, { created: daysAgo(10) }],
    [false, { 'created-within-days': 9 }, { created: daysAgo(10) }],
    [true, { 'deprecated-within-days': 0 }, {}],
    [true, { 'deprecated-within-days': 0 }, { deprecated: daysAgo(-1) }],
    [true, { 'marketplace-product-codes': ['b', 'a'] }, { 'product-codes': ['a'] }],
    [false, { 'marketplace-product-codes': ['b'] }, { 'product-codes': ['a'] }],
  ])('%s for %j', async (allowed, criterion, more) => {
    expect(await seen(withSetting(enabled(criterion), more))).toBe(allowed);
  });

  it.each([
    [0, 0, false],
    [1, 1, true],
    [1, 2, false],
  ])('%d days since deprecation, and it was %d days ago', async (most, days, allowed) => {
    const world = withSetting(enabled({ 'deprecated-within-days': most }), { deprecated: daysAgo(days) });
    const found = await ask(world, { IncludeDeprecated: true });
    expect(found).toHaveLength(allowed ? 1 : 0);
  });

  it.each<[boolean, object]>([
    [true, { key: `${home}:hard*` }],
    [false, { key: `${home}:soft*` }],
    [true, { key: '*', region: 'eu-central-?' }],
    [false, { key: `${home}:hardened`, region: 'us-*' }],
    [false, { 'source-created-within-days': 4 }],
    [false, { 'attached-within-days': 4 }],
    [true, { 'attached-within-days': 5, 'source-created-within-days': 5 }],
  ])('%s for the watermark %j', async (allowed, filter) => {
    const world = withSetting(enabled({ watermarks: [filter] }), {
      watermarks: [`${home}:hardened`],
      created: daysAgo(5),
    });
    expect(await seen(world)).toBe(allowed);
  });

  it('let nothing of others through without a criterion, or to whom has no watermark', async () => {
    expect(await seen(withSetting(enabled()))).toBe(false);
    expect(await seen(withSetting(enabled({ watermarks: [{ key: '*' }] })))).toBe(false);
  });
});

describe('Allowed AMIs', () => {
  it('in audit mode only show what would be allowed', async () => {
    const world = withSetting({ state: 'audit-mode', criteria: [{ providers: [stranger] }] });
    expect(await ask(world, { ImageIds: [plainImage] })).toMatchObject([{ ImageAllowed: false }]);
    const filter = (value: string) => ({ Filters: [{ Name: 'image-allowed', Values: [value] }] });
    expect([await ask(world, filter('true')), await ask(world, filter('false'))]).toMatchObject([[], [{}]]);
    await copy(world, {}, ireland, 2);
  });

  it('say nothing while disabled', async () => {
    const [shown] = await ask(withSetting({ state: 'disabled', criteria: [{ providers: ['none'] }] }), {});
    expect(shown).not.toHaveProperty('ImageAllowed');
  });
});
