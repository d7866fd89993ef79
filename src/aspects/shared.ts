import type { Difference } from '../model/difference.ts';
import type { Principal } from '../model/image.ts';
import type { Chosen, Observation } from '../model/observation.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { pullTagsIn } from './pull-tags.ts';
import { refusal } from './refusal.ts';
import { managedKeyCannotBeShared } from './refusals.ts';

/**
 * Every consumer has its launch permission on the chosen image; AWS takes them only once it is available. Who
 * else may launch it is said, and left alone.
 */
export function shared(target: Target, seen: Observation): readonly Difference[] {
  if (seen.chosen?.image.state !== 'available') {
    return [];
  }
  return [...missing(target, seen, seen.chosen), ...unwanted(target, seen.chosen)];
}

function missing(
  target: Target,
  seen: Observation,
  { image, permissions = [] }: Chosen,
): readonly Difference[] {
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
      wanted: `shared with ${idsOf(add)}`,
      found: 'no launch permission',
      mend: {
        kind: 'write',
        writes: [{ kind: 'share-image', place: placeOf(target), imageId: image.id, add }],
      },
    },
  ];
}

/** Accounts that a run opened the image to for pulling are noted on it, and no news. */
function unwanted(target: Target, { image, permissions = [] }: Chosen): readonly Difference[] {
  const pulling = pullTagsIn(image.tags).flatMap((note) => note.accounts);
  const others = permissions.filter(
    (principal) => !includes(target.consumers, principal) && !pulling.includes(principal.id),
  );
  return others.length === 0
    ? []
    : [
        {
          aspect: 'shared',
          wanted: 'shared with nobody else',
          found: `also shared with ${idsOf(others)}`,
          mend: { kind: 'warning' },
        },
      ];
}

function idsOf(principals: readonly Principal[]): string {
  return principals.map((principal) => principal.id).join(', ');
}

export function includes(permissions: readonly Principal[], wanted: Principal): boolean {
  return permissions.some((principal) => principal.kind === wanted.kind && principal.id === wanted.id);
}
