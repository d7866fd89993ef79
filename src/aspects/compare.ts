import type { Difference } from '../model/difference.ts';
import type { Observation } from '../model/observation.ts';
import type { Target } from '../model/promotion.ts';
import { available } from './available.ts';
import { encrypted } from './encrypted.ts';
import { equal } from './equal.ts';
import { open } from './open.ts';
import { present } from './present.ts';
import { shared } from './shared.ts';
import { tagged } from './tagged.ts';
import { tidy } from './tidy.ts';

/** Everything that must hold at a target, in the order in which it can be made to hold. */
const aspects = [open, present, available, encrypted, equal, tagged, shared, tidy] as const;

/** The one comparison: what is wanted at a target against what was seen there. Pure; empty means promoted. */
export function compare(target: Target, seen: Observation): readonly Difference[] {
  return aspects.flatMap((aspect) => aspect(target, seen));
}
