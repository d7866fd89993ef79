import { Failed } from '../model/failure.ts';
import { alwaysEnabledRegions } from '../model/partition.ts';
import { type Placement, whereOf } from '../model/promotion.ts';

/** Raises `Failed` unless the owner's account has the Region of a place, and to pull also the source's. */
export function checkRegions(
  place: Pick<Placement, 'owner' | 'region' | 'required'>,
  pulledFrom: string | undefined,
  regions: ReadonlyMap<string, boolean>,
): void {
  check(place, place.region, regions);
  if (pulledFrom !== undefined) {
    check(place, pulledFrom, regions);
  }
}

function check(
  place: Pick<Placement, 'owner' | 'region' | 'required'>,
  region: string,
  regions: ReadonlyMap<string, boolean>,
): void {
  const enabled = regions.get(region);
  if (enabled === true) {
    return;
  }
  const known = enabled !== undefined || alwaysEnabledRegions.includes(region);
  throw new Failed({
    where: whereOf(place),
    action: 'ec2:DescribeRegions',
    code: known ? 'RegionNotEnabled' : 'RegionUnknown',
    kind: 'precondition',
    meaning: known
      ? `The Region ${region} is not enabled in ${place.owner.name}${region === place.region ? '' : ', and the image is pulled from there'}.`
      : `AWS knows no Region ${region} in the partition of ${place.owner.name}.`,
    cure: known
      ? `An administrator of ${place.owner.name} enables it (that takes minutes to hours), or ${place.required && region === place.region ? `move ${region} to optional-regions` : 'leave it out'}.`
      : 'Check the spelling in regions and optional-regions.',
    // Without --account-id, which only the organization's management account may give: it is run in that account.
    paste: known ? { text: `aws account enable-region --region-name ${region}` } : undefined,
  });
}
