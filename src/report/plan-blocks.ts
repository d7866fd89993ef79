import type { Plan, PlannedWrite, PlanTarget } from '../model/plan.ts';
import { takenWords } from '../model/plan-words.ts';
import type { Promotion } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { code, plain, table } from './markdown.ts';
import { actionWords, fateOf, sizeOf, targetsInOrder, willWrite } from './plan.ts';
import { type WriteLine, writeLines } from './plan-writes.ts';
import { cut, distinct, firstOf, plural } from './text.ts';

/** The table of a plan, a line for each target, heading and rule first: what is blocked before what would be done. */
export function planTable(plan: Plan): readonly string[] {
  if (plan.targets.length === 0) {
    return [];
  }
  const rows = targetsInOrder(plan).toSorted((a, b) => order.indexOf(fateOf(a)) - order.indexOf(fateOf(b)));
  return table(
    ['Image', 'Owner', 'Region', 'There now', 'Plan'],
    rows.map((target) => [
      plain(cut(target.image, 300)),
      plain(target.owner),
      regionOf(target),
      target.imageId === null ? 'none' : code(target.imageId),
      target.state === 'blocked' ? `<b>${plain(actionWords(target))}</b>` : actionCell(target),
    ]),
  );
}

/** What would be written, a block for each owner and image; Regions where the same would be done share one. */
export function planBlocks(plan: Plan, { description }: Promotion): readonly string[] {
  const written = targetsInOrder(plan)
    .filter(willWrite)
    .map((target): Written => ({ target, lines: writeLines(target, description !== undefined) }))
    .filter(({ lines }) => lines.length > 0);
  const groups = Map.groupBy(written, ({ target, lines }) =>
    JSON.stringify([target.image, target.owner, target.state, distinct(lines.map(({ words }) => words))]),
  );
  return [...groups.values()].map(block);
}

/** What whoever approves must know of everything that follows; nothing where nothing would be written. */
export function planNotes(plan: Plan): readonly string[] {
  if (!plan.targets.some(willWrite)) {
    return [];
  }
  const copies = plan.targets.some((target) => fateOf(target) === 'to copy');
  const counted = copies
    ? ` What stands in braces is filled in by the run that promotes. Every copy also gets the tag ${code(ownTags.attempt)}.`
    : '';
  return [
    `Whether AWS permits these writes is tried out by the promotion, before its first one.${counted}\n`,
  ];
}

/** What would be opened on the source images, a line for each, and for how long. */
export function openingLines(plan: Plan, { keepSourceAccess }: Promotion): readonly string[] {
  const openings = targetsInOrder(plan)
    .filter(willWrite)
    .flatMap(({ writes }) => writes.filter((write) => write.kind === 'open-source'));
  return [...Map.groupBy(openings, ({ imageId }) => imageId)].map(([imageId, some]) =>
    openingLine(imageId, some, keepSourceAccess),
  );
}

/** Who loses access is what an approver looks for first. */
function actionCell(target: PlanTarget): string {
  const words = plain(actionWords(target));
  const taken = plain(takenWords(target.writes));
  return taken === '' ? words : words.replace(taken, `<b>${taken}</b>`);
}

interface Written {
  readonly target: PlanTarget;
  readonly lines: readonly WriteLine[];
}

const order: readonly ReturnType<typeof fateOf>[] = [
  'blocked',
  'to copy',
  'to change',
  'under way',
  'unchanged',
];

function block(group: readonly Written[]): string {
  const targets = group.map(({ target }) => target);
  const sizeGiB = targets.reduce((sum, target) => sum + sizeOf(target), 0);
  const size = sizeGiB === 0 ? '' : `, ${sizeGiB} GiB to copy`;
  const title = targets[0] === undefined ? '' : `${targets[0].image} × ${targets[0].owner}`;
  const words = distinct(group.flatMap(({ lines }) => lines.map((line) => line.words)));
  return [
    `<b>${plain(cut(title, 500))} × ${targets.map(regionOf).join(', ')}</b>: ${plural(targets.length, 'target')}${size}`,
    ...words.map((some) => `- ${some}${ownWords(some, group)}`),
    '',
  ].join('\n');
}

/** Once where all Regions have it in common, else with the Region of each. */
function ownWords(words: string, group: readonly Written[]): string {
  const owns = group.map(({ target, lines }) => ({
    region: plain(target.region),
    own: distinct(lines.flatMap((line) => (line.words === words ? line.own : []))).join(', '),
  }));
  const [only, ...more] = distinct(owns.map(({ own }) => own));
  if (more.length > 0) {
    return `: ${owns.map(({ region, own }) => `${own} (${region})`).join(', ')}`;
  }
  return only === undefined || only === '' ? '' : `: ${only}`;
}

function openingLine(
  imageId: string,
  openings: readonly Extract<PlannedWrite, { kind: 'open-source' }>[],
  isKept: boolean,
): string {
  const accounts = distinct(openings.map(({ account }) => account)).map(code);
  const snapshots = distinct(openings.flatMap(({ snapshotIds }) => snapshotIds)).map(code);
  const until = isKept
    ? `It stays open, as ${code('keep-source-access')} asks`
    : 'The same step closes it again, once no copy of it needs that';
  return `- ${code(imageId)} for ${firstOf(accounts, 100)}: launch permission on it, and create-volume permission on ${firstOf(snapshots, 30)}. A tag ${code(`${ownTags.pull}…`)} on it notes that first. ${until}.`;
}

function regionOf({ region, required }: PlanTarget): string {
  return plain(region) + (required ? '' : ' (optional)');
}
