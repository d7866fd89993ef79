import {
  DescribeImageAttribute$,
  type DescribeImageAttributeRequest,
  ModifyImageAttribute$,
  type ModifyImageAttributeRequest,
} from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../arn.ts';
import { shown } from '../../lagging.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedImage } from '../../world.ts';
import { checkIds, given, permit } from './common.ts';
import { checkModificationSize, permissionView } from './launch-permission.ts';
import { ownImage } from './own-resources.ts';
import { resourceContext } from './resource-context.ts';
import { changeLaunchPermissions, readChanges } from './share-image.ts';

/** DescribeImageAttribute of launch permissions. AWS: for the owner only, anybody else gets AuthFailure. */
export const describeImageAttribute = operation(DescribeImageAttribute$, {
  service: 'ec2',
  mutating: false,
  accepts: ['Attribute', 'ImageId', 'DryRun'],
  run: (call, input: DescribeImageAttributeRequest) => {
    const id = given(input.ImageId, 'ImageId');
    checkIds([id], 'ami');
    if (input.Attribute !== 'launchPermission') {
      throw new UnknownToSimulator(
        'InvalidParameterValue',
        `The simulator cannot read the attribute ${input.Attribute}`,
      );
    }
    permit(call, input, [{ action: 'ec2:DescribeImageAttribute', resource: '*' }]);
    const image = ownImage(call, id);
    const permissions = shown(image.launchPermissions, call.world.clock.now());
    return { ImageId: id, LaunchPermissions: permissions.map(permissionView) };
  },
});

const attributes = ['LaunchPermission', 'ImdsSupport', 'Description'] as const;
const names: Readonly<Record<string, (typeof attributes)[number]>> = {
  launchPermission: 'LaunchPermission',
  imdsSupport: 'ImdsSupport',
  description: 'Description',
};

/**
 * ModifyImageAttribute, one attribute a call: launch permissions in both forms, IMDS support, description.
 * AWS: only the owner, and only while the image is available.
 */
export const modifyImageAttribute = operation(ModifyImageAttribute$, {
  service: 'ec2',
  mutating: true,
  accepts: [
    'ImageId',
    'Attribute',
    'OperationType',
    'LaunchPermission',
    'UserIds',
    'UserGroups',
    'OrganizationArns',
    'OrganizationalUnitArns',
    'ImdsSupport',
    'Description',
    'Value',
    'DryRun',
  ],
  run: (call, input: ModifyImageAttributeRequest) => {
    const id = given(input.ImageId, 'ImageId');
    checkIds([id], 'ami');
    const attribute = attributeOf(input);
    const changes = readChanges(call.world, input);
    checkModificationSize(changes.add.length + changes.remove.length);
    const known = call.world.images.get(id);
    permit(call, input, [
      {
        action: 'ec2:ModifyImageAttribute',
        resource: ec2Arn(call.world, call.region, 'image', id),
        context: resourceContext(call, known),
      },
    ]);
    const image = ownImage(call, id);
    if (image.state !== 'available') {
      const message = `The AMI ID '${id}' is currently ${image.state} and may not be used for this operation`;
      throw new AwsError('InvalidAMIID.Unavailable', message);
    }
    switch (attribute) {
      case 'LaunchPermission':
        changeLaunchPermissions(call, image, changes);
        break;
      case 'ImdsSupport':
        requireImdsV2(image, input.ImdsSupport?.Value ?? input.Value);
        break;
      case 'Description':
        image.description = input.Description?.Value ?? input.Value ?? '';
        break;
    }
    return {};
  },
});

/** The one attribute that a request changes. */
function attributeOf(input: ModifyImageAttributeRequest): (typeof attributes)[number] {
  const named = input.Attribute === undefined ? undefined : names[input.Attribute];
  if (input.Attribute !== undefined && named === undefined) {
    throw new UnknownToSimulator(
      'InvalidParameterValue',
      `The simulator cannot modify the attribute ${input.Attribute}`,
    );
  }
  const lists = [input.UserIds, input.UserGroups, input.OrganizationArns, input.OrganizationalUnitArns];
  const flat = lists.some((list) => list !== undefined) ? (['LaunchPermission'] as const) : [];
  const given = attributes.filter((name) => input[name] !== undefined);
  const all = [...new Set([...given, ...flat, ...(named === undefined ? [] : [named])])];
  const [only] = all;
  if (only === undefined) {
    throw new AwsError('InvalidParameterCombination', 'No attributes specified.');
  }
  if (all.length > 1) {
    const listed = all.map((name) => name.charAt(0).toLowerCase() + name.slice(1)).join(', ');
    throw new AwsError(
      'InvalidParameterCombination',
      `Fields for multiple attribute types specified: ${listed}`,
    );
  }
  return only;
}

/** AWS: v2.0 is the only value there is, and it cannot be taken back. */
function requireImdsV2(image: SimulatedImage, value: string | undefined): void {
  if (value !== 'v2.0') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${value ?? ''}) for parameter imdsSupport is invalid.`,
    );
  }
  image.attributes = { ...image.attributes, imdsSupport: 'v2.0' };
}
