import { Failed } from '../model/failure.ts';
import { alwaysEnabledRegions } from '../model/partition.ts';
import type { Target } from '../model/promotion.ts';

/** Raises `Failed` unless the owner's account has the target's Region, and to pull also the source's. */
export function checkRegions(target: Target, regions: ReadonlyMap<string, boolean>): void {
  check(target, target.region, regions);
  if (target.pull !== undefined) {
    check(target, target.source.image.region, regions);
  }
}

function check(target: Target, region: string, regions: ReadonlyMap<string, boolean>): void {
  const enabled = regions.get(region);
  if (enabled === true) {
    return;
  }
  const known = enabled !== undefined || alwaysEnabledRegions.includes(region);
  throw new Failed({
    where: `${target.owner.name}/${target.region}`,
    action: 'ec2:DescribeRegions',
    code: known ? 'RegionNotEnabled' : 'RegionUnknown',
    requestId: undefined,
    kind: 'precondition',
    meaning: known
      ? `The Region ${region} is not enabled in that account${region === target.region ? '' : ', and the image is pulled from there'}.`
      : `AWS knows no Region ${region} in that account's partition.`,
    cure: known
      ? `Enable it (aws account enable-region --region-name ${region}; it takes minutes to hours), or ${target.required && region === target.region ? `move ${region} to optional-regions` : 'leave it out'}.`
      : 'Check the spelling in regions and optional-regions.',
  });
}
