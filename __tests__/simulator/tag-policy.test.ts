import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  imageOf,
  ireland,
  management,
  plainImage,
  plainSnapshot,
  stranger,
  user,
} from './fixture.ts';
import { copy, refused } from './fixture-copy.ts';

/** A world with this tag policy, in which home is a member of the organization and stranger is not. */
function withPolicy(policy: object, more: Record<string, unknown> = {}): World {
  return fixture({
    organization: {
      id: 'o-exampleorg1',
      'management-account': management,
      units: [{ id: 'ou-ab12-11111111', accounts: [home] }],
      'tag-policies': [policy],
    },
    accounts: [
      { id: home, name: 'home', users: [user(1)] },
      { id: stranger, name: 'stranger', users: [user(3)] },
    ],
    snapshots: [
      { id: plainSnapshot, account: home, region: frankfurt, 'size-gib': 8 },
      { id: 'snap-0000000000000000d', account: stranger, region: frankfurt, 'size-gib': 8 },
    ],
    images: [
      image(plainImage, plainSnapshot, more),
      image('ami-0000000000000000d', 'snap-0000000000000000d', { account: stranger }),
    ],
  }).world;
}
const policy = { key: 'team', values: ['platform', 'data', 'web-*'], 'enforced-for': ['image', 'snapshot'] };
const tagged = (ResourceType: 'image' | 'snapshot', Key: string, Value: string) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key, Value }] }],
});
const tag = (world: World, id: string, Key: string, Value: string, DryRun = false, number = 1) =>
  ec2(world, number).send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value }], DryRun }));
const violation = {
  code: 'TagPolicyViolation',
  status: 400,
  message: "The tag policy does not allow the specified value for the following tag key: 'team'.",
};

describe('a tag policy refuses another value', () => {
  it.each(['image', 'snapshot'] as const)('for the %s that a copy makes, on a dry run too', async (type) => {
    const world = withPolicy(policy);
    expect(await refused(world, tagged(type, 'team', 'sales'))).toMatchObject(violation);
    expect(await refused(world, { ...tagged(type, 'team', 'sales'), DryRun: true })).toMatchObject(violation);
    expect(await refused(world, { ...tagged(type, 'team', 'data'), DryRun: true })).toMatchObject({
      code: 'DryRunOperation',
    });
    await copy(world, tagged(type, 'team', 'data'));
  });

  it.each([plainImage, plainSnapshot])('for %s, on a dry run too', async (id) => {
    const world = withPolicy(policy);
    expect(await failure(tag(world, id, 'team', 'sales'))).toMatchObject(violation);
    expect(await failure(tag(world, id, 'team', 'sales', true))).toMatchObject(violation);
    await tag(world, id, 'team', 'platform');
  });

  it('in a tag that a copy takes over', async () => {
    const world = withPolicy(policy, { tags: { team: 'sales' } });
    expect(await refused(world, { CopyImageTags: true })).toMatchObject(violation);
    await copy(world);
  });
});

describe('a tag policy', () => {
  it('refuses other capitals of its key', async () => {
    expect(await failure(tag(withPolicy(policy), plainImage, 'Team', 'data'))).toMatchObject({
      code: 'TagPolicyViolation',
    });
  });

  it('may have wildcards, or no values at all', async () => {
    await tag(withPolicy(policy), plainImage, 'team', 'web-7');
    const any = { key: 'team', 'enforced-for': ['image'] };
    await tag(withPolicy(any), plainImage, 'team', 'whatever');
  });

  it('concerns only its key, its types of resource and the organization', async () => {
    const world = withPolicy({ ...policy, 'enforced-for': ['image'] });
    await tag(world, plainImage, 'stage', 'sales');
    await tag(world, plainSnapshot, 'team', 'sales');
    await tag(world, 'ami-0000000000000000d', 'team', 'sales', false, 3);
  });

  it('changes nothing if one resource of several violates it', async () => {
    const world = withPolicy({ ...policy, 'enforced-for': ['snapshot'] });
    const call = ec2(world).send(
      new CreateTagsCommand({
        Resources: [plainImage, plainSnapshot],
        Tags: [{ Key: 'team', Value: 'sales' }],
      }),
    );
    expect(await failure(call)).toMatchObject(violation);
    expect(imageOf(world, plainImage).tags.size).toBe(0);
  });

  it('is judged after the permission', async () => {
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1, [])] }] });
    expect(await refused(world, tagged('image', 'team', 'sales'), ireland)).toMatchObject({
      code: 'UnauthorizedOperation',
    });
  });
});
