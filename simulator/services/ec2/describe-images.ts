import { DescribeImages$, type DescribeImagesRequest } from '@aws-sdk/client-ec2';
import type { Call } from '../../call.ts';
import { shown } from '../../lagging.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedImage } from '../../world.ts';
import { isHidden } from './allowed-images.ts';
import { accountsOf, checkIds, notFound, permit } from './common.ts';
import { type FilterTable, filterBy } from './filter.ts';
import { type ImageView, imageView } from './image-view.ts';
import { checkPaging, type Paging, pageOf } from './page.ts';
import { appearance, mayLaunch, means, stateShown } from './visibility.ts';

/**
 * DescribeImages. AWS: an id that never existed fails the whole call; one that the caller may not see, or that is
 * deregistered, is left out; one that Allowed AMIs hides is as if it never existed. Filters, owners and pages as AWS
 * documents them.
 */
export const describeImages = operation(DescribeImages$, {
  service: 'ec2',
  mutating: false,
  accepts: [
    'ImageIds',
    'Owners',
    'ExecutableUsers',
    'Filters',
    'IncludeDeprecated',
    'IncludeDisabled',
    'MaxResults',
    'NextToken',
    'DryRun',
  ],
  run: (call, input: DescribeImagesRequest) => {
    const { MaxResults, NextToken, ...question } = input;
    const ids = input.ImageIds;
    const paging: Paging = {
      maxResults: MaxResults,
      nextToken: NextToken,
      byIds: ids !== undefined,
      question,
    };
    checkPaging(paging);
    checkIds(ids ?? [], 'ami');
    const viewer = call.caller.account;
    const owners = input.Owners === undefined ? undefined : accountsOf(input.Owners, viewer);
    const matches = filterBy(input.Filters, filters, tagsOf);
    permit(call, input, [{ action: 'ec2:DescribeImages', resource: '*' }]);
    const candidates = (ids === undefined ? everyImage(call, input) : imagesById(call, ids)).filter(
      (image) =>
        (owners === undefined || owners.includes(image.account)) &&
        executableBy(call, image, input.ExecutableUsers),
    );
    const { items, nextToken } = pageOf(candidates, paging);
    return {
      Images: items.map((image) => imageView(call.world, image, viewer)).filter(matches),
      NextToken: nextToken,
    };
  },
});

function imagesById(call: Call, ids: readonly string[]): readonly SimulatedImage[] {
  const { world, region } = call;
  const now = world.clock.now();
  const known = ids.map((id) => {
    const image = world.images.get(id);
    const here = image !== undefined && image.region === region;
    const known = here && !isHidden(world, image, call.caller.account);
    return known && appearance(image, image.created, now) !== 'not-found' ? image : undefined;
  });
  const unknown = ids.filter((_, index) => known[index] === undefined);
  if (unknown.length > 0) {
    throw notFound(unknown, 'ami');
  }
  return byId(known.flatMap((image) => (image === undefined ? [] : [image]))).filter(
    (image) => image.hiddenUntil <= now && mayLaunch(world, image, call.caller.account),
  );
}

/** What a call without ids speaks of: everything the caller may launch, but nothing deprecated or disabled. */
function everyImage(call: Call, input: DescribeImagesRequest): readonly SimulatedImage[] {
  const { world, region } = call;
  const viewer = call.caller.account;
  const now = world.clock.now();
  return byId([...world.images.values()]).filter((image) => {
    const deprecated = image.deprecated !== undefined && image.deprecated <= now && image.account !== viewer;
    return (
      image.region === region &&
      image.hiddenUntil <= now &&
      mayLaunch(world, image, viewer) &&
      (!deprecated || input.IncludeDeprecated === true) &&
      (stateShown(world, image) !== 'disabled' || input.IncludeDisabled === true)
    );
  });
}

/** AWS: `self` counts explicit permissions, organizations included; `all` public images; an id its own share. */
function executableBy(call: Call, image: SimulatedImage, users: readonly string[] | undefined): boolean {
  if (users === undefined) {
    return true;
  }
  const permissions = shown(image.launchPermissions, call.world.clock.now());
  return users.some((user) => {
    if (user === 'all') {
      return permissions.some((permission) => permission.kind === 'everyone');
    }
    if (user !== 'self' && !/^\d{12}$/.test(user)) {
      throw new AwsError('InvalidUserID.Malformed', `Invalid user id: "${user}"`);
    }
    return permissions.some((permission) =>
      user === 'self'
        ? permission.kind !== 'everyone' && means(call.world, permission, call.caller.account)
        : permission.kind === 'account' && permission.id === user,
    );
  });
}

function byId(images: readonly SimulatedImage[]): readonly SimulatedImage[] {
  return images.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function tagsOf(view: ImageView): ReadonlyMap<string, string> {
  return new Map((view.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
}

const text = (value: boolean | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

const filters: FilterTable<ImageView> = {
  architecture: (view) => [view.Architecture],
  'block-device-mapping.delete-on-termination': (view) =>
    view.BlockDeviceMappings.map((device) => text(device.Ebs?.DeleteOnTermination)),
  'block-device-mapping.device-name': (view) => view.BlockDeviceMappings.map((device) => device.DeviceName),
  'block-device-mapping.encrypted': (view) =>
    view.BlockDeviceMappings.map((device) => text(device.Ebs?.Encrypted)),
  'block-device-mapping.snapshot-id': (view) =>
    view.BlockDeviceMappings.map((device) => device.Ebs?.SnapshotId),
  'block-device-mapping.volume-size': (view) =>
    view.BlockDeviceMappings.map((device) => text(device.Ebs?.VolumeSize)),
  'block-device-mapping.volume-type': (view) =>
    view.BlockDeviceMappings.map((device) => device.Ebs?.VolumeType),
  'creation-date': (view) => [view.CreationDate],
  description: (view) => [view.Description],
  'ena-support': (view) => [text(view.EnaSupport)],
  hypervisor: (view) => [view.Hypervisor],
  'image-allowed': (view) => [text(view.ImageAllowed)],
  'image-id': (view) => [view.ImageId],
  'image-type': (view) => [view.ImageType],
  'image-watermark.source-image-id': (view) => view.ImageWatermarks?.map((mark) => mark.SourceImageId) ?? [],
  'image-watermark.source-image-region': (view) =>
    view.ImageWatermarks?.map((mark) => mark.SourceImageRegion) ?? [],
  'image-watermark.watermark-key': (view) => view.ImageWatermarks?.map((mark) => mark.WatermarkKey) ?? [],
  'is-public': (view) => [text(view.Public)],
  name: (view) => [view.Name],
  'owner-id': (view) => [view.OwnerId],
  platform: (view) => [view.Platform],
  'product-code': (view) => (view.ProductCodes ?? []).map((code) => code.ProductCodeId),
  'root-device-name': (view) => [view.RootDeviceName],
  'root-device-type': (view) => [view.RootDeviceType],
  'source-image-id': (view) => [view.SourceImageId],
  'source-image-region': (view) => [view.SourceImageRegion],
  state: (view) => [view.State],
  'state-reason-code': (view) => [view.StateReason?.Code],
  'state-reason-message': (view) => [view.StateReason?.Message],
  'virtualization-type': (view) => [view.VirtualizationType],
};
