import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  encryptedImage,
  failure,
  fixture,
  frankfurt,
  home,
  image,
  innerUnitArn,
  managedImage,
  organizationArn,
  plainImage,
  plainSnapshot,
  production,
  stranger,
  user,
} from './fixture.ts';

type ImageChange = Omit<ModifyImageAttributeCommandInput, 'ImageId'>;
const share = (world: World, change: ImageChange, ImageId = plainImage, number = 1) =>
  ec2(world, number).send(new ModifyImageAttributeCommand({ ImageId, ...change }));
const sharedWith = async (world: World, ImageId = plainImage, number = 1) =>
  (
    await ec2(world, number).send(
      new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }),
    )
  ).LaunchPermissions;

const add = (...UserId: string[]) => ({ LaunchPermission: { Add: UserId.map((id) => ({ UserId: id })) } });
const open = {
  accounts: [
    { id: home, name: 'home', users: [user(1)], regions: { [frankfurt]: { 'public-sharing': true } } },
  ],
};

describe('ModifyImageAttribute of launch permissions', () => {
  it('adds and removes in one call of the structured form', async () => {
    const { world } = fixture();
    await share(world, add(production));
    await share(world, {
      LaunchPermission: {
        Add: [
          { UserId: stranger },
          { OrganizationArn: organizationArn },
          { OrganizationalUnitArn: innerUnitArn },
        ],
        Remove: [{ UserId: production }],
      },
    });
    expect(await sharedWith(world)).toEqual([
      { UserId: stranger },
      { OrganizationArn: organizationArn },
      { OrganizationalUnitArn: innerUnitArn },
    ]);
  });

  it('knows the flat form', async () => {
    const { world } = fixture();
    const flat = {
      Attribute: 'launchPermission',
      UserIds: [production],
      OrganizationArns: [organizationArn],
    } as const;
    await share(world, {
      ...flat,
      UserIds: [...flat.UserIds],
      OrganizationArns: [...flat.OrganizationArns],
      OperationType: 'add',
    });
    expect(await sharedWith(world)).toEqual([{ UserId: production }, { OrganizationArn: organizationArn }]);
    await share(world, { Attribute: 'launchPermission', UserIds: [production], OperationType: 'remove' });
    expect(await sharedWith(world)).toEqual([{ OrganizationArn: organizationArn }]);
    expect(await failure(share(world, { UserIds: [production] }))).toMatchObject({
      code: 'MissingParameter',
    });
  });

  it('may be repeated, and takes the owner itself', async () => {
    const { world } = fixture();
    await share(world, add(production, home));
    await share(world, add(production));
    await share(world, { LaunchPermission: { Remove: [{ UserId: stranger }] } });
    expect(await sharedWith(world)).toEqual([{ UserId: production }, { UserId: home }]);
  });

  it('is only for images that are available', async () => {
    const { world } = fixture({ images: [image(plainImage, plainSnapshot, { state: 'pending' })] });
    expect(await failure(share(world, add(production)))).toMatchObject({
      code: 'InvalidAMIID.Unavailable',
      message: `The AMI ID '${plainImage}' is currently pending and may not be used for this operation`,
    });
  });

  it('is only for the owner', async () => {
    const { world } = fixture();
    await share(world, add(production));
    expect(await failure(share(world, add(stranger), plainImage, 2))).toMatchObject({ code: 'AuthFailure' });
    expect(await failure(sharedWith(world, plainImage, 2))).toMatchObject({
      code: 'AuthFailure',
      message: `Not authorized for image:${plainImage}`,
    });
    expect(await failure(sharedWith(world, 'ami-0000000000000dead'))).toMatchObject({
      code: 'InvalidAMIID.NotFound',
    });
  });

  it('refuses snapshots under the key that AWS manages, but takes permissions away', async () => {
    const { world } = fixture();
    expect(await failure(share(world, add(production), managedImage))).toMatchObject({
      code: 'InvalidParameter',
    });
    await share(world, { LaunchPermission: { Remove: [{ UserId: production }] } }, managedImage);
    await share(world, add(production), encryptedImage);
  });

  it.each([
    [
      { UserId: '123' },
      'InvalidAMIAttributeItemValue',
      'Invalid attribute item value "123 " for userId item type.',
    ],
    [{ OrganizationArn: 'o-exampleorg1' }, 'InvalidParameterValue', 'Value (o-exampleorg1)'],
    [{ OrganizationalUnitArn: 'ou-ab12-11111111' }, 'InvalidParameterValue', 'Value (ou-ab12-11111111)'],
    [
      { OrganizationArn: organizationArn.replace('arn:aws:', 'arn:aws-cn:') },
      'InvalidParameterValue',
      'Value (arn:aws-cn',
    ],
    [{ OrganizationArn: innerUnitArn }, 'InvalidParameterValue', 'Value (arn:aws'],
  ])('refuses %j', async (permission, code, text) => {
    const refusal = await failure(share(fixture().world, { LaunchPermission: { Add: [permission] } }));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(text);
  });

  it('refuses more principals than the quota', async () => {
    const { world } = fixture({ quotas: { 'launch-permissions': 2 } });
    await share(world, add(production, stranger));
    expect(await failure(share(world, add(home)))).toMatchObject({ code: 'ResourceLimitExceeded' });
    expect(await sharedWith(world)).toHaveLength(2);
  });

  it('makes public only what is not encrypted and not blocked', async () => {
    const everyone = { LaunchPermission: { Add: [{ Group: 'all' as const }] } };
    expect(await failure(share(fixture().world, everyone))).toMatchObject({ code: 'OperationNotPermitted' });
    const { world } = fixture(open);
    expect(await failure(share(world, everyone, encryptedImage))).toMatchObject({
      code: 'OperationNotPermitted',
    });
    await share(world, everyone);
    const { Images } = await ec2(world).send(new DescribeImagesCommand({ ImageIds: [plainImage] }));
    expect(Images?.[0]?.Public).toBe(true);
    expect(await sharedWith(world)).toEqual([{ Group: 'all' }]);
  });

  it('is seen late where attributes lag, by the owner and by others', async () => {
    const { world, clock } = fixture({ switches: { 'attribute-lag-seconds': 30 } });
    const seen = async () =>
      (await ec2(world, 2).send(new DescribeImagesCommand({ ImageIds: [plainImage] }))).Images?.length;
    await share(world, add(production));
    clock.advance(29_000);
    await share(world, add(stranger));
    expect([await sharedWith(world), await seen()]).toEqual([[], 0]);
    clock.advance(1000);
    expect([await sharedWith(world), await seen()]).toEqual([[{ UserId: production }], 1]);
    clock.advance(29_000);
    expect(await sharedWith(world)).toHaveLength(2);
  });
});

describe('ModifyImageAttribute', () => {
  it('changes exactly one attribute', async () => {
    const { world } = fixture();
    expect(await failure(share(world, {}))).toMatchObject({
      code: 'InvalidParameterCombination',
      message: 'No attributes specified.',
    });
    expect(await failure(share(world, { ...add(production), Description: { Value: 'x' } }))).toMatchObject({
      code: 'InvalidParameterCombination',
      message: 'Fields for multiple attribute types specified: launchPermission, description',
    });
  });

  it('sets IMDS support and the description', async () => {
    const { world } = fixture();
    await share(world, { ImdsSupport: { Value: 'v2.0' } });
    await share(world, { Description: { Value: 'new' } });
    const { Images } = await ec2(world).send(new DescribeImagesCommand({ ImageIds: [plainImage] }));
    expect(Images?.[0]).toMatchObject({ ImdsSupport: 'v2.0', Description: 'new' });
    await share(world, { Attribute: 'description', Value: 'newer' });
    expect(world.images.get(plainImage)?.description).toBe('newer');
    expect(await failure(share(world, { ImdsSupport: { Value: 'v1.0' } }))).toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});
