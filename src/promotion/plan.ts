import { plannedWrites } from '../aspects/plan.ts';
import type { Plan, PlanTarget } from '../model/plan.ts';
import { keyText, type SourceImage, sizeGiBOf } from '../model/promotion.ts';
import { nextStep } from './next-step.ts';
import type { Work } from './work.ts';

/** What is known of a target, as far as a plan needs it. */
export type Planned = Pick<Work, 'target' | 'seen' | 'differences' | 'problems' | 'imageId'>;

/** What a promotion would write, from what was seen of every target. Pure. */
export function planOf(sources: readonly SourceImage[], works: readonly Planned[]): Plan {
  const targets = works.map(planTarget);
  return {
    version: 1,
    converged: targets.every(({ state }) => state === 'unchanged'),
    sources: sources.map((source) => ({
      key: source.key,
      origin: source.origin,
      id: source.image.id,
      account: source.image.account,
      region: source.image.region,
      name: source.image.name ?? null,
      architecture: source.image.architecture,
      sizeGiB: sizeGiBOf(source),
    })),
    targets,
  };
}

function planTarget(work: Planned): PlanTarget {
  const { target, seen, differences, problems } = work;
  const isBlocked = problems.length > 0;
  const writes = isBlocked || seen === undefined ? [] : plannedWrites(target, seen, differences);
  return {
    image: target.source.key,
    source: target.source.image.id,
    owner: target.owner.name,
    account: target.owner.id,
    region: target.region,
    required: target.required,
    key: keyText(target.key),
    state: isBlocked ? 'blocked' : stateOf(work, writes.length > 0),
    imageId: work.imageId ?? null,
    writes,
    problems: problems.map(({ code, meaning, cure }) => ({ code, meaning, cure })),
    warnings: differences.flatMap(({ mend, wanted, found }) =>
      mend.kind === 'warning' ? [{ wanted, found, says: mend.says }] : [],
    ),
  };
}

function stateOf({ differences, seen }: Planned, isWritten: boolean): PlanTarget['state'] {
  const isComing = seen?.chosen !== undefined && seen.chosen.image.state !== 'available';
  if (isComing || nextStep(differences).kind === 'wait') {
    return 'pending';
  }
  return isWritten ? 'change' : 'unchanged';
}
