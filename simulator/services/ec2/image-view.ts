import { shown } from '../../lagging.ts';
import { settingsOf } from '../../places.ts';
import type { Device, SimulatedImage, Watermark, World } from '../../world.ts';
import { isAllowed } from './allowed-images.ts';
import { tagSet } from './common.ts';
import { listedDevices } from './image-snapshots.ts';
import { stateShown } from './visibility.ts';

export type ImageView = ReturnType<typeof imageView>;

/**
 * An image as DescribeImages shows it to an account. AWS: while a copy is pending, and after it failed, there are
 * placeholders instead of name, devices and attributes; tags are shown to the owner only, watermarks to everybody,
 * KmsKeyId never, protection to the owner; ImageAllowed is there unless the viewer's Allowed AMIs are disabled.
 */
export function imageView(world: World, image: SimulatedImage, viewer: string) {
  const owned = image.account === viewer;
  const before = image.deregistered?.before ?? image.state;
  const settled = before !== 'pending' && before !== 'failed';
  const permissions = shown(image.launchPermissions, world.clock.now());
  return {
    ImageId: image.id,
    State: stateShown(world, image),
    StateReason:
      image.stateReason === undefined
        ? undefined
        : { Code: image.stateReason.code, Message: image.stateReason.message },
    OwnerId: image.account,
    CreationDate: new Date(image.created).toISOString(),
    Public: permissions.some((permission) => permission.kind === 'everyone'),
    ImageType: 'machine',
    Hypervisor: 'xen',
    DeprecationTime: image.deprecated === undefined ? undefined : new Date(image.deprecated).toISOString(),
    ImageAllowed:
      settingsOf(world, viewer, image.region).allowedImages.state === 'disabled'
        ? undefined
        : isAllowed(world, image, viewer),
    Tags: owned ? tagSet(image.tags) : undefined,
    DeregistrationProtection: owned ? image.deregistrationProtection : undefined,
    BlockDeviceMappings: listedDevices(world, image).map((device) => deviceView(world, device)),
    ...(settled ? settledView(image) : placeholders),
  };
}

const placeholders = {
  Architecture: 'i386',
  Description: undefined,
  ImageLocation: 'N/A',
  Name: undefined,
  RootDeviceName: undefined,
  RootDeviceType: 'instance-store',
  VirtualizationType: 'paravirtual',
  BootMode: undefined,
  TpmSupport: undefined,
  ImdsSupport: undefined,
  EnaSupport: undefined,
  SriovNetSupport: undefined,
  Platform: undefined,
  PlatformDetails: undefined,
  UsageOperation: undefined,
  SourceImageId: undefined,
  SourceImageRegion: undefined,
  ProductCodes: undefined,
  ImageWatermarks: undefined,
};

function settledView(image: SimulatedImage) {
  const { attributes, lineage } = image;
  return {
    Architecture: attributes.architecture,
    Description: image.description === '' ? undefined : image.description,
    ImageLocation: `${image.account}/${image.name}`,
    Name: image.name,
    RootDeviceName: attributes.rootDeviceName,
    RootDeviceType: rootDeviceType(image),
    VirtualizationType: attributes.virtualizationType,
    BootMode: attributes.bootMode,
    TpmSupport: attributes.tpmSupport,
    ImdsSupport: attributes.imdsSupport,
    EnaSupport: attributes.enaSupport,
    SriovNetSupport: attributes.sriovNetSupport,
    Platform: attributes.platformDetails.startsWith('Windows') ? 'windows' : undefined,
    PlatformDetails: attributes.platformDetails,
    UsageOperation: attributes.usageOperation,
    SourceImageId: lineage?.imageId,
    SourceImageRegion: lineage?.region,
    ProductCodes:
      image.productCodes.length === 0
        ? undefined
        : image.productCodes.map((code) => ({ ProductCodeId: code, ProductCodeType: 'marketplace' })),
    ImageWatermarks: image.watermarks.length === 0 ? undefined : image.watermarks.map(watermarkView),
  };
}

function watermarkView(watermark: Watermark) {
  return {
    WatermarkKey: watermark.key,
    SourceImageRegion: watermark.region,
    SourceImageId: watermark.imageId,
    SourceImageCreationTime: new Date(watermark.imageCreated),
    WatermarkCreationTime: new Date(watermark.attached),
  };
}

function deviceView(world: World, device: Device) {
  if (device.kind === 'ephemeral') {
    return { DeviceName: device.name, VirtualName: device.virtualName, Ebs: undefined };
  }
  const snapshotId = device.kind === 'volume' ? device.snapshotId : undefined;
  return {
    DeviceName: device.name,
    VirtualName: undefined,
    Ebs: {
      SnapshotId: snapshotId,
      VolumeSize: device.sizeGiB,
      VolumeType: device.volumeType,
      DeleteOnTermination: device.deleteOnTermination,
      Encrypted: snapshotId !== undefined && world.snapshots.get(snapshotId)?.key !== undefined,
    },
  };
}

/** AWS: what an image boots from, a volume or a disk of the host; the latter are relics of the first years. */
function rootDeviceType({ devices, attributes }: SimulatedImage): 'ebs' | 'instance-store' {
  const root = devices.find(({ name }) => name === attributes.rootDeviceName);
  return root?.kind === 'ephemeral' ? 'instance-store' : 'ebs';
}
