import type { Plan, PlanTarget } from '../model/plan.ts';
import { wordsOfWrites } from '../model/plan-words.ts';
import { byCodeUnits, distinct, oneLine, plural } from './text.ts';

/**
 * The plan as JSON (`schemas/plan.v1.json`), for whoever approves it and for the promotion that is held to it. The
 * same plan gives the same text, in whatever order its targets were looked at. It names accounts by their ids.
 */
export function planText(plan: Plan): string {
  const { version, converged, sources } = plan;
  const stable: Plan = {
    version,
    converged,
    sources: sources.toSorted((a, b) => byCodeUnits(a.key, b.key) || byCodeUnits(a.region, b.region)),
    targets: targetsInOrder(plan),
  };
  return `${JSON.stringify(stable, sortedTags, 2)}\n`;
}

/** The plan for the log: a line for each target, and one of totals. */
export function planLines(plan: Plan): readonly string[] {
  return [...targetsInOrder(plan).map(targetLine), planHeadline(plan)];
}

/** The plan in numbers: `Plan: 4 targets to copy (192 GiB), 1 to change, 3 unchanged, 1 blocked`. */
export function planHeadline(plan: Plan): string {
  const sizeGiB = plan.targets.reduce((sum, target) => sum + (willWrite(target) ? sizeOf(target) : 0), 0);
  const counts = fates
    .map((fate) => ({ fate, count: plan.targets.filter((target) => fateOf(target) === fate).length }))
    .filter(({ count }) => count > 0);
  const words = counts.map(({ fate, count }, index) => {
    const noun = index === 0 ? plural(count, 'target') : `${count}`;
    return `${noun} ${fate}${fate === 'to copy' ? ` (${sizeGiB} GiB)` : ''}`;
  });
  const nothing = counts.every(({ fate }) => fate === 'unchanged') ? ['nothing to do'] : [];
  return `Plan: ${[...nothing, ...words].join(', ')}`;
}

/** What would be done at a target, or why nothing would, in a few words. */
export function actionWords(target: PlanTarget): string {
  if (target.state === 'blocked') {
    return `blocked: ${distinct(target.problems.map(({ code }) => code)).join(', ')}`;
  }
  const actions = wordsOfWrites(target.writes).join(', ');
  if (target.state === 'pending') {
    return actions === '' ? 'a copy is under way' : `a copy is under way, then ${actions}`;
  }
  return actions === '' ? 'unchanged' : actions;
}

/** The targets by image, owner and Region. */
export function targetsInOrder({ targets }: Plan): readonly PlanTarget[] {
  return targets.toSorted(
    (a, b) =>
      byCodeUnits(a.image, b.image) || byCodeUnits(a.owner, b.owner) || byCodeUnits(a.region, b.region),
  );
}

/** Whether anything of it would be written: the writes of a blocked target would not. */
export function willWrite({ state, writes }: PlanTarget): boolean {
  return state !== 'blocked' && writes.length > 0;
}

/** How much a target would copy. */
export function sizeOf({ writes }: PlanTarget): number {
  return writes.reduce((sum, write) => sum + (write.kind === 'copy-image' ? write.sizeGiB : 0), 0);
}

const fates = ['to copy', 'to change', 'under way', 'unchanged', 'blocked'] as const;

/** What a target counts as. */
export function fateOf({ state, writes }: PlanTarget): (typeof fates)[number] {
  switch (state) {
    case 'change':
      return writes.some(({ kind }) => kind === 'copy-image') ? 'to copy' : 'to change';
    case 'pending':
      return 'under way';
    default:
      return state;
  }
}

const marks = { 'to copy': '+', 'to change': '~', 'under way': '…', unchanged: '=', blocked: '✘' } as const;

function targetLine(target: PlanTarget): string {
  const { image, owner, region, required, imageId } = target;
  const title = `${image} × ${owner} × ${region}${required ? '' : ' (optional)'}`;
  return oneLine(
    `${marks[fateOf(target)]} ${title}: ${imageId === null ? '' : `${imageId} `}${actionWords(target)}`,
  );
}

function sortedTags(name: string, value: unknown): unknown {
  return /^(?:tags|imageTags|snapshotTags)$/.test(name) && typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => byCodeUnits(a, b)))
    : value;
}
