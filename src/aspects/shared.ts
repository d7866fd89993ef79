import type { Difference } from '../model/difference.ts';
import type { Principal } from '../model/image.ts';
import type { Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { refusal } from './refusal.ts';
import { managedKeyCannotBeShared } from './refusals.ts';

/** Every consumer has its launch permission on the chosen image; AWS takes them only once it is available. */
export function shared(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen?.image.state !== 'available') {
    return [];
  }
  const { image, permissions = [] } = seen.chosen;
  const add = target.consumers.filter((consumer) => !includes(permissions, consumer));
  if (add.length === 0) {
    return [];
  }
  if (seen.key?.manager === 'AWS') {
    const facts = { wanted: 'shared', found: `under ${seen.key.arn}` };
    return [refusal(target, 'shared', facts, managedKeyCannotBeShared(seen.key))];
  }
  return [
    {
      aspect: 'shared',
      wanted: `shared with ${add.map((principal) => principal.id).join(', ')}`,
      found: 'no launch permission',
      mend: {
        kind: 'write',
        writes: [{ kind: 'share-image', place: placeOf(target), imageId: image.id, add }],
      },
    },
  ];
}

export function includes(permissions: readonly Principal[], wanted: Principal): boolean {
  return permissions.some((principal) => principal.kind === wanted.kind && principal.id === wanted.id);
}
