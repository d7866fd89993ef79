import { RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  encryptedImage,
  encryptedSnapshot,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  imageOf,
  ireland,
  plainImage,
  plainSnapshot,
  production,
  user,
} from './fixture.ts';
import { policy, statement } from './fixture-roles.ts';

const input = {
  ImageId: plainImage,
  InstanceType: 't3.micro',
  MinCount: 1,
  MaxCount: 1,
  DryRun: true,
} as const;
const launch = (world: World, more: Partial<RunInstancesCommandInput> = {}, number = 1, region = frankfurt) =>
  failure(ec2(world, number, region).send(new RunInstancesCommand({ ...input, ...more })));
const passed = {
  code: 'DryRunOperation',
  status: 412,
  message: 'Request would have succeeded, but DryRun flag is set.',
};
const notFound = {
  code: 'InvalidAMIID.NotFound',
  status: 400,
  message: `The image id '[${plainImage}]' does not exist`,
};

/** A world whose plain image is as `more` says, with users of these policies. */
function worldWith(
  more: Record<string, unknown> = {},
  policies?: readonly unknown[],
  settings: object = {},
): World {
  const regions = { [frankfurt]: settings };
  return fixture({
    accounts: [
      { id: home, name: 'home', users: [user(1, policies)], regions },
      { id: production, name: 'production', users: [user(2, policies)], regions },
    ],
    images: [image(plainImage, plainSnapshot, more), image(encryptedImage, encryptedSnapshot)],
  }).world;
}
const shared = { 'launch-permissions': [production] };

describe('RunInstances', () => {
  it('says that a launch would succeed, changes nothing and is no write', async () => {
    const world = worldWith();
    expect(await launch(world)).toEqual(passed);
    expect(await launch(world, { MinCount: 2, MaxCount: 5, ClientToken: 'once' })).toEqual(passed);
    expect(world.record).toMatchObject([
      { action: 'RunInstances', mutating: false, code: 'DryRunOperation' },
      { action: 'RunInstances', mutating: false, code: 'DryRunOperation' },
    ]);
    expect(world.complaints).toEqual([]);
  });

  it.each([undefined, false])('launches nothing, and says so loudly: DryRun %s', async (DryRun) => {
    const world = worldWith({}, []);
    expect(await launch(world, { DryRun })).toMatchObject({ code: 'UnsupportedOperation', status: 400 });
    expect(world.complaints).toEqual([expect.stringContaining('launches nothing')]);
  });

  it('takes no other parameter, and says so loudly', async () => {
    const world = worldWith();
    expect(await launch(world, { KeyName: 'x' })).toMatchObject({ code: 'UnsupportedOperation' });
    expect(world.complaints).toHaveLength(1);
  });

  it.each([
    [{ ImageId: undefined }, 'MissingParameter'],
    [{ InstanceType: undefined }, 'MissingParameter'],
    [{ MinCount: undefined }, 'MissingParameter'],
    [{ MaxCount: undefined }, 'MissingParameter'],
    [{ MinCount: 0 }, 'InvalidParameterValue'],
    [{ MinCount: 2 }, 'InvalidParameterValue'],
    [{ ImageId: 'ami-1' }, 'InvalidAMIID.Malformed'],
  ])('refuses %j', async (more, code) => {
    const world = worldWith();
    expect(await launch(world, more)).toMatchObject({ code, status: 400 });
    expect(world.complaints).toEqual([]);
  });

  it('has its own small bucket: 5 calls, then 2 a second', async () => {
    const { world, clock } = fixture();
    const untilRefused = async (): Promise<number> => {
      let count = 0;
      while ((await launch(world)).code === 'DryRunOperation') {
        count += 1;
      }
      return count;
    };
    expect(await untilRefused()).toBe(5);
    clock.advance(1000);
    expect(await untilRefused()).toBe(2);
  });
});

describe('RunInstances needs an image', () => {
  it('that is the caller’s or shared with it', async () => {
    expect(await launch(worldWith(shared), {}, 2)).toEqual(passed);
    expect(await launch(worldWith(), {}, 2)).toEqual(notFound);
    expect(await launch(worldWith(), { ImageId: 'ami-0000000000000dead' })).toMatchObject({
      code: 'InvalidAMIID.NotFound',
    });
  });

  it('in the Region of the call', async () => {
    expect(await launch(worldWith(), {}, 1, ireland)).toEqual(notFound);
  });

  it('that can be seen by now', async () => {
    const world = worldWith();
    imageOf(world, plainImage).hiddenUntil = world.clock.now() + 1;
    expect(await launch(world)).toEqual(notFound);
  });

  it('that Allowed AMIs do not hide', async () => {
    const hiding = { 'allowed-images': { state: 'enabled', criteria: [{ providers: ['none'] }] } };
    expect(await launch(worldWith(shared, undefined, hiding), {}, 2)).toEqual(notFound);
    expect(await launch(worldWith(shared, undefined, hiding))).toEqual(passed);
    const watching = { 'allowed-images': { ...hiding['allowed-images'], state: 'audit-mode' } };
    expect(await launch(worldWith(shared, undefined, watching), {}, 2)).toEqual(passed);
  });

  it('whose permission is seen: a share counts only when it shows', async () => {
    const world = worldWith();
    imageOf(world, plainImage).launchPermissions = {
      current: [{ kind: 'account', id: production }],
      past: [{ until: world.clock.now() + 1000, shown: [] }],
    };
    expect(await launch(world, {}, 2)).toEqual(notFound);
  });

  it.each(['pending', 'failed', 'disabled'])('that is not %s, for its owner', async (state) => {
    const world = worldWith({ ...shared, state });
    expect(await launch(world)).toEqual({
      code: 'InvalidAMIID.Unavailable',
      status: 400,
      message: `The image ID '${plainImage}' is currently ${state} and may not be launched`,
    });
    expect(await launch(world, {}, 2)).toEqual(notFound);
  });

  it('that is registered', async () => {
    expect(await launch(worldWith({ state: 'deregistered' }))).toEqual(notFound);
  });

  it('before it asks IAM', async () => {
    expect(await launch(worldWith({}, []), {}, 2)).toEqual(notFound);
  });
});

describe('RunInstances needs an instance type', () => {
  it.each([
    ['t2.micro', 'x86_64'],
    ['t2.micro', 'i386'],
    ['t3.micro', 'x86_64'],
    ['t4g.micro', 'arm64'],
  ] as const)('that fits: %s and %s', async (InstanceType, architecture) => {
    expect(await launch(worldWith({ architecture }), { InstanceType })).toEqual(passed);
  });

  it.each([
    ['t2.micro', 'arm64'],
    ['t3.micro', 'i386'],
    ['t3.micro', 'arm64'],
    ['t3.micro', 'x86_64_mac'],
    ['t4g.micro', 'x86_64'],
  ] as const)('that fits, unlike %s and %s', async (InstanceType, architecture) => {
    const refusal = await launch(worldWith({ architecture }), { InstanceType });
    expect(refusal).toMatchObject({ code: 'InvalidParameterValue', status: 400 });
    expect(refusal.message).toContain(
      `does not match the architecture '${architecture}' of the specified AMI`,
    );
  });

  it.each([
    ['t3.micro', { 'ena-support': false }, 'InvalidParameterCombination'],
    ['t4g.micro', { architecture: 'arm64', 'ena-support': false }, 'InvalidParameterCombination'],
    ['t2.micro', { 'boot-mode': 'uefi' }, 'Unsupported'],
    ['t2.micro', { 'virtualization-type': 'paravirtual' }, 'Unsupported'],
    ['t2.micro', { 'ena-support': false, 'boot-mode': 'uefi-preferred' }, 'DryRunOperation'],
    ['t3.micro', { 'boot-mode': 'uefi' }, 'DryRunOperation'],
  ] as const)('%s with %j: %s', async (InstanceType, more, code) => {
    expect(await launch(worldWith(more), { InstanceType })).toMatchObject({ code });
  });

  it('that it knows: of another it complains, unless no type is called so', async () => {
    const world = worldWith();
    const InvalidParameterValue = { code: 'InvalidParameterValue', status: 400 };
    const send = (name: string) => launch(world, JSON.parse(JSON.stringify({ InstanceType: name })));
    expect(await send('huge')).toMatchObject(InvalidParameterValue);
    expect(world.complaints).toEqual([]);
    expect(await send('m5.large')).toEqual({
      ...InvalidParameterValue,
      message: "Invalid value 'm5.large' for InstanceType.",
    });
    expect(world.complaints).toHaveLength(1);
  });
});

describe('RunInstances asks IAM', () => {
  const resources = [
    `arn:aws:ec2:${frankfurt}::image/${plainImage}`,
    ...['instance', 'volume', 'network-interface', 'subnet', 'security-group'].map(
      (type) => `arn:aws:ec2:${frankfurt}:${home}:${type}/*`,
    ),
  ];
  const allow = (Resource: readonly string[] | string, Condition: object = {}) =>
    statement('Allow', 'ec2:RunInstances', { Resource, Condition });

  it('for the image, the instance and all that comes with it', async () => {
    const world = worldWith({}, [policy(allow(resources))]);
    expect(await launch(world)).toEqual(passed);
    expect(world.record[0]?.allowedBy.map((one) => one.resource)).toEqual(resources);
  });

  it.each(resources)('and is denied without %s', async (resource) => {
    const world = worldWith({}, [policy(allow(resources.filter((one) => one !== resource)))]);
    expect(await launch(world)).toEqual({
      code: 'UnauthorizedOperation',
      status: 403,
      message:
        `You are not authorized to perform this operation. User: arn:aws:iam::${home}:user/user1 is not authorized ` +
        `to perform: ec2:RunInstances on resource: ${resource} because no identity-based policy allows the ` +
        'ec2:RunInstances action. Encoded authorization failure message: c2ltdWxhdGVk',
    });
  });

  it('for another account’s image as well, in the words of that account', async () => {
    const own = resources.slice(1).map((one) => one.replace(home, production));
    const owner = { StringEquals: { 'ec2:Owner': home } };
    const world = worldWith(shared, [policy(allow(own), allow(resources[0] ?? '', owner))]);
    expect(await launch(world, {}, 2)).toEqual(passed);
  });

  it('with the type of the instance, which only the instance has', async () => {
    const small = { StringEquals: { 'ec2:InstanceType': 't3.micro' } };
    const [imageArn = '', instance = '', ...others] = resources;
    const rest = [imageArn, ...others];
    expect(await launch(worldWith({}, [policy(allow(instance, small), allow(rest))]))).toEqual(passed);
    const other = { StringEquals: { 'ec2:InstanceType': 't2.micro' } };
    const refusal = await launch(worldWith({}, [policy(allow(instance, other), allow(rest))]));
    expect(refusal.message).toContain(`on resource: ${instance} `);
    expect((await launch(worldWith({}, [policy(allow('*', small))]))).message).toContain(
      `on resource: ${imageArn} `,
    );
  });

  it('with each volume, and whether it will be encrypted', async () => {
    const deny = statement('Deny', 'ec2:RunInstances', { Condition: { Bool: { 'ec2:Encrypted': 'false' } } });
    const policies = [policy(allow('*'), deny)];
    const refusal = await launch(worldWith({}, policies));
    expect(refusal).toMatchObject({ code: 'UnauthorizedOperation' });
    expect(refusal.message).toContain(`volume/* with an explicit deny in an identity-based policy`);
    expect(await launch(worldWith({}, policies), { ImageId: encryptedImage })).toEqual(passed);
    expect(await launch(worldWith({}, policies, { 'encryption-by-default': true }))).toEqual(passed);
  });

  it('with the tags of its own image', async () => {
    const released = { StringEquals: { 'aws:ResourceTag/stage': 'released' } };
    const policies = [policy(allow(resources.slice(1)), allow(resources[0] ?? '', released))];
    expect(await launch(worldWith({ tags: { stage: 'released' } }, policies))).toEqual(passed);
    expect(await launch(worldWith({}, policies))).toMatchObject({ code: 'UnauthorizedOperation' });
  });
});
