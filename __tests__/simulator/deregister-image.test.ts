import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import {
  allowAll,
  ec2,
  failure,
  fixture,
  home,
  image,
  imageOf,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
  user,
} from './fixture.ts';
import { copy } from './fixture-copy.ts';
import { codeOf, deregister, look, removeWithSnapshots, started } from './fixture-removal.ts';

const one = (more: object, parts: object = {}) =>
  fixture({ images: [image(plainImage, plainSnapshot, { ...more })], ...parts }).world;
const denied = (...Action: string[]) => {
  const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action, Resource: '*' } };
  return { accounts: [{ id: home, name: 'home', users: [user(1, [allowAll, deny])] }] };
};

describe('DeregisterImage', () => {
  it.each(['available', 'pending', 'failed', 'disabled'])(
    'takes an image that is %s, and leaves its snapshots',
    async (state) => {
      const world = one({ state });
      expect(await deregister(world)).toMatchObject({ Return: true, DeleteSnapshotResults: [] });
      expect(await look(world)).toEqual([]);
      expect(await look(world, { Owners: ['self'], IncludeDisabled: true })).toEqual([]);
      expect(world.snapshots.has(plainSnapshot)).toBe(true);
    },
  );

  it('says of one that is gone that it is no longer available', async () => {
    const { world } = fixture();
    await deregister(world);
    expect(await failure(deregister(world))).toMatchObject({
      code: 'InvalidAMIID.Unavailable',
      status: 400,
      message: `The image ID '${plainImage}' is no longer available`,
    });
  });

  it('does not find what never existed, what is elsewhere and what reads do not show yet', async () => {
    const { world } = fixture({ switches: { 'visibility-lag-seconds': 10 } });
    expect(await codeOf(deregister(world, { ImageId: 'ami-0000000000000dead' }))).toBe(
      'InvalidAMIID.NotFound',
    );
    expect(await codeOf(deregister(world, {}, 1, ireland))).toBe('InvalidAMIID.NotFound');
    const ImageId = await copy(world);
    expect(await codeOf(deregister(world, { ImageId }, 1, ireland))).toBe('InvalidAMIID.NotFound');
    expect(await codeOf(deregister(world, { ImageId: 'ami-1' }))).toBe('InvalidAMIID.Malformed');
  });

  it('is for the owner only', async () => {
    const world = one({ 'launch-permissions': [production] });
    expect(await codeOf(deregister(world, {}, 2))).toBe('AuthFailure');
    expect(imageOf(world, plainImage).state).toBe('available');
  });

  it('needs ec2:DeregisterImage on the image', async () => {
    const { world } = fixture(denied('ec2:DeregisterImage'));
    const refusal = await failure(deregister(world));
    expect(refusal).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
    expect(refusal.message).toContain(`::image/${plainImage}`);
  });

  it('may be allowed for images with a tag, and their snapshots', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/by': 'us' } };
    const Statement = { Effect: 'Allow', Action: ['ec2:De*'], Resource: '*', Condition };
    const accounts = [{ id: home, name: 'home', users: [user(1, [{ Version: '2012-10-17', Statement }])] }];
    const by = { tags: { by: 'us' } };
    const snapshots = [snapshot(plainSnapshot, by)];
    const world = one(by, { accounts, snapshots });
    expect(await removeWithSnapshots(world)).toEqual({ [plainSnapshot]: 'success' });
    expect(await codeOf(deregister(one({}, { accounts, snapshots })))).toBe('UnauthorizedOperation');
  });

  it('frees the name, while the token of its copy still answers with its id', async () => {
    const { world } = fixture();
    const ClientToken = 'once';
    const ImageId = await copy(world, { ClientToken });
    await deregister(world, { ImageId }, 1, ireland);
    expect(await copy(world, { ClientToken })).toBe(ImageId);
    expect(await copy(world)).not.toBe(ImageId);
  });

  it('leaves nothing that could be tagged', async () => {
    const { world } = fixture();
    await deregister(world);
    const tag = new CreateTagsCommand({ Resources: [plainImage], Tags: [{ Key: 'a', Value: '' }] });
    expect(await codeOf(ec2(world).send(tag))).toBe('InvalidAMIID.NotFound');
  });
});

describe('deregistration protection', () => {
  it.each(['enabled-without-cooldown', 'enabled-with-cooldown'])('%s is in the way', async (protection) => {
    const world = one({ 'deregistration-protection': protection });
    expect(await codeOf(removeWithSnapshots(world))).toBe('OperationNotPermitted');
    expect(world.snapshots.has(plainSnapshot)).toBe(true);
    expect(await codeOf(deregister(world, { DryRun: true }))).toBe('DryRunOperation');
    expect(await look(world)).toMatchObject([{ State: 'available', DeregistrationProtection: protection }]);
  });

  it('is shown to the owner only, and no copy has it', async () => {
    const world = one({
      'deregistration-protection': 'enabled-with-cooldown',
      'launch-permissions': [production],
    });
    const [seen] = await look(world, undefined, 2);
    expect(seen?.ImageId).toBe(plainImage);
    expect(seen).not.toHaveProperty('DeregistrationProtection');
    const { imageId } = await started(world);
    expect(await look(world, { ImageIds: [imageId] }, 1, ireland)).toMatchObject([
      { DeregistrationProtection: 'disabled' },
    ]);
  });
});

describe('DeregisterImage with DeleteAssociatedSnapshots', () => {
  const second = 'snap-0000000000000000d';
  const other = 'ami-0000000000000000d';
  const both = {
    snapshots: [snapshot(plainSnapshot), snapshot(second)],
    images: [
      image(plainImage, plainSnapshot, {
        devices: [
          { name: '/dev/xvda', snapshot: plainSnapshot },
          { name: '/dev/xvdb', snapshot: second },
          { name: '/dev/xvdc', snapshot: second },
          { name: '/dev/xvdd', virtual: 'ephemeral0' },
        ],
      }),
    ],
  };

  it('deletes each of its snapshots once', async () => {
    const { world } = fixture(both);
    expect(await removeWithSnapshots(world)).toEqual({ [plainSnapshot]: 'success', [second]: 'success' });
    expect(world.snapshots.size).toBe(0);
    expect(world.record[0]?.allowedBy.map(({ action }) => action)).toEqual([
      'ec2:DeregisterImage',
      'ec2:DeleteSnapshot',
      'ec2:DeleteSnapshot',
    ]);
  });

  it('skips what another image uses', async () => {
    const { world } = fixture({ ...both, images: [...both.images, image(other, second)] });
    expect(await removeWithSnapshots(world)).toEqual({ [plainSnapshot]: 'success', [second]: 'skipped' });
    expect([...world.snapshots.keys()]).toEqual([second]);
    expect(await removeWithSnapshots(world, other)).toEqual({ [second]: 'success' });
  });

  it('deregisters though no snapshot may be deleted', async () => {
    const { world } = fixture({ ...both, ...denied('ec2:DeleteSnapshot') });
    expect(new Set(Object.values(await removeWithSnapshots(world)))).toEqual(
      new Set(['missing-permissions']),
    );
    expect(world.snapshots.size).toBe(2);
    expect(await look(world)).toEqual([]);
  });

  it('asks for the permission on each snapshot by itself', async () => {
    const only = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ec2:DeregisterImage', Resource: '*' },
        { Effect: 'Allow', Action: 'ec2:DeleteSnapshot', Resource: `arn:aws:ec2:*::snapshot/${second}` },
      ],
    };
    const accounts = [{ id: home, name: 'home', users: [user(1, [only])] }];
    const { world } = fixture({ ...both, accounts });
    expect(await removeWithSnapshots(world)).toEqual({
      [plainSnapshot]: 'missing-permissions',
      [second]: 'success',
    });
  });

  it('fails for one snapshot where a fault says so', async () => {
    const faults = [{ action: 'ec2:DeregisterImage/snapshot', nth: 2, do: 'server-error' }];
    const { world } = fixture({ ...both, faults });
    expect(await removeWithSnapshots(world)).toEqual({
      [plainSnapshot]: 'success',
      [second]: 'internal-error',
    });
    expect([...world.snapshots.keys()]).toEqual([second]);
  });

  it.each([true, false])('is unknown to older endpoints, even as %s', async (DeleteAssociatedSnapshots) => {
    const { world } = fixture({ switches: { 'delete-associated-snapshots': 'refused' } });
    expect(await codeOf(deregister(world, { DeleteAssociatedSnapshots }))).toBe('UnknownParameter');
    expect(world.complaints).toEqual([]);
    await deregister(world);
    expect(imageOf(world, plainImage).state).toBe('deregistered');
  });
});
