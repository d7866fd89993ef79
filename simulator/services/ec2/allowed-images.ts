import { settingsOf } from '../../places.ts';
import type { SimulatedImage, Watermark, World } from '../../world.ts';
import type { ImageCriterion, WatermarkFilter } from '../../world-allowed.ts';
import { patternOf } from './filter.ts';

/** Whether an account cannot discover or use an image, because its setting of Allowed AMIs does not fit. */
export function isHidden(world: World, image: SimulatedImage, account: string): boolean {
  const { state } = settingsOf(world, account, image.region).allowedImages;
  return state === 'enabled' && !isAllowed(world, image, account);
}

/**
 * Whether an image fits the criteria of an account in its Region. AWS: own images always do, others if one criterion
 * fits in all its parts; that none fits without any criterion is the strict reading. No account of this world is one
 * of AWS's aliases.
 */
export function isAllowed(world: World, image: SimulatedImage, account: string): boolean {
  const { criteria } = settingsOf(world, account, image.region).allowedImages;
  return image.account === account || criteria.some((criterion) => fits(image, criterion, world.clock.now()));
}

function fits(image: SimulatedImage, criterion: ImageCriterion, now: number): boolean {
  const { providers, names, productCodes, watermarks } = criterion;
  return (
    (providers?.includes(image.account) ?? true) &&
    (names?.some((name) => patternOf(name).test(image.name)) ?? true) &&
    (productCodes?.some((code) => image.productCodes.includes(code)) ?? true) &&
    isWithin(criterion.createdWithinDays, image.created, now) &&
    (image.deprecated === undefined ||
      image.deprecated > now ||
      isRecent(criterion.deprecatedWithinDays, image.deprecated, now)) &&
    (watermarks?.some((filter) => image.watermarks.some((mark) => marked(mark, filter, now))) ?? true)
  );
}

function marked(mark: Watermark, filter: WatermarkFilter, now: number): boolean {
  return (
    (filter.key === undefined || patternOf(filter.key).test(mark.key)) &&
    (filter.region === undefined || patternOf(filter.region).test(mark.region)) &&
    isWithin(filter.sourceCreatedWithinDays, mark.imageCreated, now) &&
    isWithin(filter.attachedWithinDays, mark.attached, now)
  );
}

function isWithin(days: number | undefined, time: number, now: number): boolean {
  return days === undefined || now - time <= days * 86_400_000;
}

/** AWS: 0 days since deprecation allow no image that is deprecated. */
function isRecent(days: number | undefined, deprecated: number, now: number): boolean {
  return days !== 0 && isWithin(days, deprecated, now);
}
