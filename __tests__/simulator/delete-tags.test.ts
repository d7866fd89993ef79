import { DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { ec2, fixture, home, image, imageOf, plainImage, plainSnapshot, snapshot, user } from './fixture.ts';
import { codeOf } from './fixture-removal.ts';

type Tag = { Key: string; Value?: string };

const untag = (world: World, named?: readonly Tag[], Resources = [plainImage, plainSnapshot]) =>
  ec2(world).send(new DeleteTagsCommand({ Resources, Tags: named && [...named] }));
const tagsOf = (world: World) => Object.fromEntries(imageOf(world, plainImage).tags);
const tags = { a: '1', b: '', 'aws:of': 'AWS' };
const tagged = (parts: object = {}) =>
  fixture({
    snapshots: [snapshot(plainSnapshot, { tags })],
    images: [image(plainImage, plainSnapshot, { tags, state: 'pending' })],
    ...parts,
  }).world;

describe('DeleteTags', () => {
  it.each<[string, readonly Tag[] | undefined, object]>([
    ['a key alone, any value', [{ Key: 'a' }], { b: '' }],
    ['a key with another value, nothing', [{ Key: 'a', Value: '2' }], { a: '1', b: '' }],
    ['a key with its value', [{ Key: 'a', Value: '1' }], { b: '' }],
    [
      'an empty value only where it is',
      [
        { Key: 'a', Value: '' },
        { Key: 'b', Value: '' },
      ],
      { a: '1' },
    ],
    ['no keys, every tag', undefined, {}],
  ])('takes by %s', async (_, named, left) => {
    const world = tagged();
    await untag(world, named);
    expect(tagsOf(world)).toEqual({ ...left, 'aws:of': 'AWS' });
  });

  it('works on pending images and on snapshots alike, and again', async () => {
    const world = tagged();
    await untag(world, [{ Key: 'a' }, { Key: 'absent' }]);
    await untag(world, [{ Key: 'a' }]);
    expect(tagsOf(world)).toEqual({ b: '', 'aws:of': 'AWS' });
    expect(world.snapshots.get(plainSnapshot)?.tags).toEqual(imageOf(world, plainImage).tags);
  });

  it('never takes the tags of AWS', async () => {
    const world = tagged();
    expect(await codeOf(untag(world, [{ Key: 'a' }, { Key: 'aws:of' }]))).toBe('InvalidTagKey.Malformed');
    expect(tagsOf(world)).toEqual(tags);
  });

  it('is all or nothing', async () => {
    const world = tagged();
    const absent = [plainImage, 'snap-0000000000000dead'];
    expect(await codeOf(untag(world, [{ Key: 'a' }], absent))).toBe('InvalidSnapshot.NotFound');
    expect(await codeOf(untag(world, [{ Key: 'a' }], [plainImage, 'x']))).toBe('InvalidID');
    expect(tagsOf(world)).toEqual(tags);
  });

  it('meets another writer only where a fault says so', async () => {
    const conflict = { do: 'error', code: 'ConcurrentTagAccess', message: 'Another writer is at work.' };
    const world = tagged({ faults: [{ action: 'ec2:DeleteTags', nth: 1, ...conflict }] });
    expect(await codeOf(untag(world))).toBe('ConcurrentTagAccess');
    expect(tagsOf(world)).toEqual(tags);
    await untag(world);
  });

  it('is allowed by the resource, its tags and the keys', async () => {
    const allowed = (Resource: string, Condition: object) => {
      const Statement = { Effect: 'Allow', Action: 'ec2:DeleteTags', Resource, Condition };
      const users = [user(1, [{ Version: '2012-10-17', Statement }])];
      return tagged({ accounts: [{ id: home, name: 'home', users }] });
    };
    const keys = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } };
    const images = 'arn:aws:ec2:*::image/*';
    await untag(allowed(images, keys), [{ Key: 'a' }], [plainImage]);
    await untag(
      allowed(images, { StringEquals: { 'ec2:ResourceTag/a': '1' } }),
      [{ Key: 'a' }],
      [plainImage],
    );
    const refused = [
      untag(allowed(images, keys), [{ Key: 'a' }, { Key: 'b' }], [plainImage]),
      untag(allowed(images, keys), [{ Key: 'a' }]),
      untag(allowed(images, { StringEquals: { 'ec2:ResourceTag/a': '2' } }), [{ Key: 'a' }], [plainImage]),
    ];
    expect(await Promise.all(refused.map(codeOf))).toEqual(refused.map(() => 'UnauthorizedOperation'));
  });
});
