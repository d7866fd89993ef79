import type { Image } from '../model/image.ts';
import type { AllowedImages } from '../model/observation.ts';
import { matches } from './glob.ts';

const dayMs = 24 * 3_600_000;

/**
 * Whether an account with these settings may see and copy an image of another account (EC2, Allowed AMIs): one
 * criterion is enough, of which all parts must hold; without any criterion nothing is allowed.
 */
export function allows(settings: AllowedImages, image: Image, now: number): boolean {
  return settings.state !== 'enabled' || settings.criteria.some((criterion) => meets(criterion, image, now));
}

function meets(criterion: AllowedImages['criteria'][number], image: Image, now: number): boolean {
  const { providers, names, productCodes, watermarks, createdWithinDays, deprecatedWithinDays } = criterion;
  const carried = image.productCodes.map(({ code }) => code);
  return (
    (providers.length === 0 || providers.includes(image.account)) &&
    (names.length === 0 || names.some((pattern) => matches(pattern, image.name ?? ''))) &&
    (productCodes.length === 0 || productCodes.some((code) => carried.includes(code))) &&
    (watermarks.length === 0 ||
      watermarks.some((pattern) => image.watermarks.some((mark) => matches(pattern, mark)))) &&
    (createdWithinDays === undefined || isYounger(image.created, createdWithinDays, now)) &&
    (deprecatedWithinDays === undefined ||
      image.deprecated === undefined ||
      isYounger(image.deprecated, deprecatedWithinDays, now))
  );
}

function isYounger(date: string, days: number, now: number): boolean {
  return now - Date.parse(date) <= days * dayMs;
}
