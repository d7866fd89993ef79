import type { Plan, PlannedWrite, PlanTarget } from '../model/plan.ts';
import { compare, distinct, firstOf, oneLine, plural, shortConsumer } from './text.ts';

/**
 * The plan as JSON (`schemas/plan.v1.json`), for whoever approves it and for the promotion that is held to it. The
 * same plan gives the same text, in whatever order its targets were looked at. It names accounts by their ids.
 */
export function planText(plan: Plan): string {
  const { version, converged, sources } = plan;
  const stable: Plan = {
    version,
    converged,
    sources: sources.toSorted((a, b) => compare(a.key, b.key) || compare(a.region, b.region)),
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
  const actions = [takenWords(target), ...distinct(target.writes.map((write) => actionOf(write, target)))]
    .filter((words) => words !== '')
    .join(', ');
  if (target.state === 'pending') {
    return actions === '' ? 'a copy is under way' : `a copy is under way, then ${actions}`;
  }
  return actions === '' ? 'unchanged' : actions;
}

/** Who would lose access, in a few words: nobody in an empty text. */
export function takenWords(target: PlanTarget): string {
  const ofImage = removedBy(target, 'unshare-image');
  const ofSnapshots = removedBy(target, 'unshare-snapshot');
  return [
    ...(ofImage.includes('all') ? ['no longer public'] : []),
    ...takenFrom('with', ofImage),
    ...(ofSnapshots.includes('all') ? ['its snapshots no longer public'] : []),
    ...takenFrom('its snapshots with', ofSnapshots),
  ].join(', ');
}

/** The targets by image, owner and Region. */
export function targetsInOrder({ targets }: Plan): readonly PlanTarget[] {
  return targets.toSorted(
    (a, b) => compare(a.image, b.image) || compare(a.owner, b.owner) || compare(a.region, b.region),
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

function actionOf(write: PlannedWrite, target: PlanTarget): string {
  switch (write.kind) {
    case 'open-source':
      return 'open the source';
    case 'copy-image':
      return `copy ${write.sizeGiB} GiB from ${write.fromRegion}`;
    case 'set-tags':
      return `set ${plural(Object.keys(write.tags).length, 'tag')}`;
    case 'share-image':
      return sharing(addedBy(target, write.kind));
    case 'share-snapshot':
      return `share its snapshots with ${firstOf(addedBy(target, write.kind), mostConsumers)}`;
    case 'unshare-image':
    case 'unshare-snapshot':
      return '';
    case 'remove-failed-copy':
      return 'remove a failed copy';
    case 'keep-open':
      return 'keep the source open to consumers';
    case 'require-imds-v2':
      return write.ifNeeded ? 'require IMDSv2 if needed' : 'require IMDSv2';
  }
}

const mostConsumers = 5;

/** Everyone whom writes of a kind add, however many writes that takes. */
function addedBy({ writes }: PlanTarget, kind: 'share-image' | 'share-snapshot'): readonly string[] {
  return distinct(writes.flatMap((write) => (write.kind === kind ? write.add : [])));
}

function removedBy({ writes }: PlanTarget, kind: 'unshare-image' | 'unshare-snapshot'): readonly string[] {
  return distinct(writes.flatMap((write) => (write.kind === kind ? write.remove : [])));
}

function takenFrom(what: string, ids: readonly string[]): readonly string[] {
  const some = ids.filter((id) => id !== 'all').map(shortConsumer);
  return some.length === 0 ? [] : [`no longer share ${what} ${firstOf(some, mostConsumers)}`];
}

function sharing(ids: readonly string[]): string {
  const some = ids.filter((id) => id !== 'all').map(shortConsumer);
  return [
    ...(ids.includes('all') ? ['make public'] : []),
    ...(some.length > 0 ? [`share with ${firstOf(some, mostConsumers)}`] : []),
  ].join(', ');
}

function sortedTags(name: string, value: unknown): unknown {
  return /^(?:tags|imageTags|snapshotTags)$/.test(name) && typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compare(a, b)))
    : value;
}
