import { ec2Arn } from '../../arn.ts';
import type { Check } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { shown } from '../../lagging.ts';
import { settingsOf } from '../../places.ts';
import type { SimulatedImage } from '../../world.ts';
import { resourceContext } from './resource-context.ts';

/**
 * All that AWS asks IAM of a launch: the image, the instance, each volume, and the network interface, subnet and
 * security group that a default network has. Each comes with the condition keys that AWS says of it.
 */
export function launchChecks(call: Call, image: SimulatedImage, instanceType: string): readonly Check[] {
  const { world, region, caller } = call;
  const isPublic = shown(image.launchPermissions, world.clock.now()).some(({ kind }) => kind === 'everyone');
  const own = (type: string, context: Check['context'] = {}): Check => ({
    action: 'ec2:RunInstances',
    resource: `arn:${world.partition}:ec2:${region}:${caller.account}:${type}/*`,
    context: { 'aws:resourceaccount': [caller.account], ...context },
  });
  return [
    {
      action: 'ec2:RunInstances',
      resource: ec2Arn(world, region, 'image', image.id),
      context: {
        ...resourceContext(call, image),
        'ec2:imageid': [image.id],
        'ec2:imagetype': ['machine'],
        'ec2:public': [String(isPublic)],
        'ec2:rootdevicetype': ['ebs'],
      },
    },
    own('instance', {
      'ec2:instancetype': [instanceType],
      'ec2:instancemarkettype': ['on-demand'],
      'ec2:rootdevicetype': ['ebs'],
      'ec2:tenancy': ['default'],
    }),
    ...volumes(call, image).map((context) => own('volume', context)),
    ...['network-interface', 'subnet', 'security-group'].map((type) => own(type)),
  ];
}

/** The volumes that the launch makes. AWS: encrypted if the snapshot is, or if the account wants all to be. */
function volumes({ world, region, caller }: Call, image: SimulatedImage): readonly Check['context'][] {
  const byDefault = settingsOf(world, caller.account, region).encryptionByDefault;
  return image.devices.flatMap((device) => {
    if (device.kind === 'ephemeral') {
      return [];
    }
    const id = device.kind === 'volume' ? device.snapshotId : undefined;
    const isEncrypted = id !== undefined && world.snapshots.get(id)?.key !== undefined;
    return {
      'ec2:encrypted': [String(byDefault || isEncrypted)],
      ...(id === undefined ? {} : { 'ec2:parentsnapshot': [ec2Arn(world, region, 'snapshot', id)] }),
      'ec2:volumesize': [String(device.sizeGiB)],
      'ec2:volumetype': [device.volumeType],
    };
  });
}
