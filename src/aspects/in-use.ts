import type { Difference } from '../model/difference.ts';
import type { Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { type Reason, refusal } from './refusal.ts';
import { unusableKey } from './refusals.ts';

/** The image is meant to be used: it is not deprecated, and its key works. A promotion leaves both as they are. */
export function inUse(target: Target, seen: Observation): readonly Difference[] {
  const image = seen.chosen?.image;
  if (image?.state !== 'available') {
    return [];
  }
  const facts = { wanted: 'an image in use', found: 'one that is not' };
  const reasons = [deprecated(target, seen), unusableKey(target, seen)];
  return reasons.flatMap((reason) =>
    reason === undefined ? [] : [refusal(target, 'in-use', facts, reason)],
  );
}

function deprecated({ region }: Target, { chosen, at }: Observation): Reason | undefined {
  const { id = '', deprecated: date } = chosen?.image ?? {};
  return date === undefined || Date.parse(date) > at
    ? undefined
    : {
        code: 'ImageDeprecated',
        meaning: `${id} is deprecated since ${date}: consumers no longer find it unless they ask for it by its id.`,
        cure: `Promote the image that takes its place, or take the date off (aws ec2 disable-image-deprecation --region ${region} --image-id ${id}).`,
      };
}
