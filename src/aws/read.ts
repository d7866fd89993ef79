import type {
  BlockDeviceMapping,
  Image as Ec2Image,
  Snapshot as Ec2Snapshot,
  Filter,
  GetAllowedImagesSettingsResult,
  ImageCriterion,
  LaunchPermission,
  Tag,
} from '@aws-sdk/client-ec2';
import type {
  BlockDevice,
  Image,
  ImageState,
  Principal,
  Snapshot,
  SnapshotState,
  Tags,
} from '../model/image.ts';
import type { AllowedImages } from '../model/observation.ts';
import { portions } from '../model/portions.ts';
import { ownTags } from '../model/tags.ts';
import type { ImageQuery, SnapshotQuery } from '../promotion/ports.ts';

/** AWS takes at most this many values in one filter. */
const maxFilterValues = 200;

/** A query as filters, in portions that AWS takes; by id as a filter, so that one unknown id spoils nothing. */
export function imageFilters(query: ImageQuery): readonly Filter[] {
  switch (query.by) {
    case 'id':
      return filters('image-id', query.ids);
    case 'origin':
      return filters(`tag:${ownTags.source}`, query.origins);
    case 'name':
      return filters('name', query.names);
    case 'parent':
      return filters('source-image-id', query.ids);
  }
}

/** The same for snapshots. */
export function snapshotFilters(query: SnapshotQuery): readonly Filter[] {
  return query.by === 'id'
    ? filters('snapshot-id', query.ids)
    : filters(`tag:${ownTags.source}`, query.origins);
}

/** An image as the model knows it. What AWS leaves out is its default or unknown, never a reason to fail. */
export function imageFrom(image: Ec2Image, region: string): Image {
  return {
    id: image.ImageId ?? '',
    account: image.OwnerId ?? '',
    region,
    name: image.Name,
    state: (image.State ?? 'pending') as ImageState,
    stateReason: reasonOf(image),
    created: image.CreationDate ?? '',
    architecture: image.Architecture ?? '',
    virtualizationType: image.VirtualizationType ?? '',
    rootDeviceType: image.RootDeviceType ?? '',
    rootDeviceName: image.RootDeviceName,
    bootMode: image.BootMode,
    tpmSupport: image.TpmSupport,
    imdsSupport: image.ImdsSupport,
    enaSupport: image.EnaSupport ?? false,
    sriovNetSupport: image.SriovNetSupport,
    platformDetails: image.PlatformDetails,
    usageOperation: image.UsageOperation,
    devices: (image.BlockDeviceMappings ?? []).flatMap(deviceFrom),
    tags: tagsFrom(image.Tags),
    isPublic: image.Public ?? false,
    productCodes: (image.ProductCodes ?? []).map(({ ProductCodeId = '', ProductCodeType = '' }) => ({
      code: ProductCodeId,
      type: ProductCodeType,
    })),
    watermarks: (image.ImageWatermarks ?? []).flatMap(({ WatermarkKey }) => WatermarkKey ?? []),
    deprecated: image.DeprecationTime,
    lineage:
      image.SourceImageId === undefined
        ? undefined
        : { imageId: image.SourceImageId, region: image.SourceImageRegion ?? region },
  };
}

/** A snapshot as the model knows it, read like an image. */
export function snapshotFrom(snapshot: Ec2Snapshot, region: string): Snapshot {
  return {
    id: snapshot.SnapshotId ?? '',
    account: snapshot.OwnerId ?? '',
    region,
    state: (snapshot.State ?? 'pending') as SnapshotState,
    stateMessage: snapshot.StateMessage,
    progressPercent: Number.parseFloat(snapshot.Progress ?? '') || 0,
    sizeGiB: snapshot.VolumeSize ?? 0,
    dataGiB:
      snapshot.FullSnapshotSizeInBytes === undefined
        ? undefined
        : snapshot.FullSnapshotSizeInBytes / 1024 ** 3,
    encrypted: snapshot.Encrypted ?? false,
    keyArn: snapshot.KmsKeyId,
    tags: tagsFrom(snapshot.Tags),
  };
}

/** Parts of a criterion that are not known here are taken as met: AWS tells of them when the copy is asked for. */
export function allowedImagesFrom(answer: GetAllowedImagesSettingsResult): AllowedImages {
  return {
    state: (answer.State ?? 'disabled') as AllowedImages['state'],
    criteria: (answer.ImageCriteria ?? []).map((criterion) => ({
      providers: criterion.ImageProviders ?? [],
      names: criterion.ImageNames ?? [],
      productCodes: criterion.MarketplaceProductCodes ?? [],
      watermarks: watermarksOf(criterion),
      createdWithinDays: criterion.CreationDateCondition?.MaximumDaysSinceCreated,
      deprecatedWithinDays: criterion.DeprecationTimeCondition?.MaximumDaysSinceDeprecated,
    })),
  };
}

/** A filter without a key speaks of something else, which is taken as met; then so are all of them. */
function watermarksOf({ ImageWatermarks = [] }: ImageCriterion): readonly string[] {
  const keys = ImageWatermarks.flatMap(({ WatermarkKey }) => WatermarkKey ?? []);
  return keys.length === ImageWatermarks.length ? keys : [];
}

/** Whom a permission names; nobody where it names what is not known here. */
export function principalFrom(permission: LaunchPermission): readonly Principal[] {
  const { Group, OrganizationArn, OrganizationalUnitArn, UserId } = permission;
  return [
    ...(UserId === undefined ? [] : [{ kind: 'account', id: UserId } as const]),
    ...(Group === undefined ? [] : [{ kind: 'everyone', id: 'all' } as const]),
    ...(OrganizationArn === undefined ? [] : [{ kind: 'organization', id: OrganizationArn } as const]),
    ...(OrganizationalUnitArn === undefined
      ? []
      : [{ kind: 'organizational-unit', id: OrganizationalUnitArn } as const]),
  ];
}

export function permissionFrom(principal: Principal): LaunchPermission {
  switch (principal.kind) {
    case 'account':
      return { UserId: principal.id };
    case 'everyone':
      return { Group: 'all' };
    case 'organization':
      return { OrganizationArn: principal.id };
    case 'organizational-unit':
      return { OrganizationalUnitArn: principal.id };
  }
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function filters(name: string, values: readonly string[]): readonly Filter[] {
  return portions(values, maxFilterValues).map((some) => ({ Name: name, Values: [...some] }));
}

function reasonOf(image: Ec2Image): string | undefined {
  const { Code, Message } = image.StateReason ?? {};
  return Code === undefined && Message === undefined ? undefined : [Code, Message].filter(Boolean).join(': ');
}

function deviceFrom(device: BlockDeviceMapping): readonly BlockDevice[] {
  const deviceName = device.DeviceName ?? '';
  if (device.Ebs !== undefined) {
    return [
      {
        kind: 'volume',
        deviceName,
        snapshotId: device.Ebs.SnapshotId,
        sizeGiB: device.Ebs.VolumeSize ?? 0,
        volumeType: device.Ebs.VolumeType ?? 'standard',
        deleteOnTermination: device.Ebs.DeleteOnTermination ?? false,
      },
    ];
  }
  return device.VirtualName === undefined
    ? []
    : [{ kind: 'ephemeral', deviceName, virtualName: device.VirtualName }];
}

function tagsFrom(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
