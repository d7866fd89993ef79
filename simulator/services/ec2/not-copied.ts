import type { CopiedAttribute } from '../../settings.ts';
import type { Device, ImageAttributes } from '../../world.ts';

/** What a copy has instead, where a switch says that an attribute does not survive. */
const instead: {
  readonly [Name in keyof ImageAttributes]: (value: ImageAttributes[Name]) => ImageAttributes[Name];
} = {
  architecture: (value) => (value === 'x86_64' ? 'arm64' : 'x86_64'),
  virtualizationType: (value) => (value === 'hvm' ? 'paravirtual' : 'hvm'),
  rootDeviceName: (value) => (value === '/dev/sda1' ? '/dev/xvda' : '/dev/sda1'),
  bootMode: (value) => (value === undefined ? 'uefi' : undefined),
  tpmSupport: (value) => (value === undefined ? 'v2.0' : undefined),
  imdsSupport: (value) => (value === undefined ? 'v2.0' : undefined),
  enaSupport: (value) => !value,
  sriovNetSupport: (value) => (value === undefined ? 'simple' : undefined),
  platformDetails: (value) => (value === 'Linux/UNIX' ? 'Red Hat Enterprise Linux' : 'Linux/UNIX'),
  usageOperation: (value) => (value === 'RunInstances' ? 'RunInstances:0010' : 'RunInstances'),
};

/** The attributes of a copy: the source's, but for those that the switch names. */
export function changedAttributes(
  source: ImageAttributes,
  notCopied: readonly CopiedAttribute[],
): ImageAttributes {
  const pick = <Name extends keyof ImageAttributes & CopiedAttribute>(name: Name): ImageAttributes[Name] =>
    notCopied.includes(name) ? instead[name](source[name]) : source[name];
  return {
    architecture: pick('architecture'),
    virtualizationType: pick('virtualizationType'),
    rootDeviceName: pick('rootDeviceName'),
    bootMode: pick('bootMode'),
    tpmSupport: pick('tpmSupport'),
    imdsSupport: pick('imdsSupport'),
    enaSupport: pick('enaSupport'),
    sriovNetSupport: pick('sriovNetSupport'),
    platformDetails: pick('platformDetails'),
    usageOperation: pick('usageOperation'),
  };
}

export function changedDevice(device: Device, notCopied: readonly CopiedAttribute[]): Device {
  if (device.kind === 'ephemeral') {
    return device;
  }
  const changes = (name: CopiedAttribute): boolean => notCopied.includes(name);
  return {
    ...device,
    sizeGiB: device.sizeGiB + (changes('volumeSize') ? 1 : 0),
    volumeType: changes('volumeType')
      ? device.volumeType === 'standard'
        ? 'gp2'
        : 'standard'
      : device.volumeType,
    deleteOnTermination: changes('deleteOnTermination')
      ? !device.deleteOnTermination
      : device.deleteOnTermination,
  };
}

/** Whether a device does not come along at all. */
export function isLost(device: Device, notCopied: readonly CopiedAttribute[]): boolean {
  return device.kind === 'ephemeral' && notCopied.includes('ephemeral');
}
