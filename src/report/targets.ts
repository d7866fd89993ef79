import type { Snapshot } from '../model/image.ts';
import type { Promoted, Result } from '../model/outcome.ts';
import { partitionOf } from '../model/partition.ts';
import { shortConsumer } from '../model/plan-words.ts';
import type { Promotion } from '../model/promotion.ts';
import { duration } from './lines.ts';
import { code, link, plain, table } from './markdown.ts';
import { type Row, rollbackWords, rowsOf } from './rows.ts';
import { firstOf, shortKey } from './text.ts';

/** The table image × owner × Region, a line each, heading and rule first: what is missing before what is there. */
export function targetTable(result: Result, promotion: Promotion): readonly string[] {
  const rows = rowsOf(result, promotion).toSorted(
    (a, b) => states.indexOf(a.state) - states.indexOf(b.state) || Number(b.required) - Number(a.required),
  );
  return table(
    ['Image', 'Owner', 'Region', 'AMI', 'State', 'Key', 'Shared with', 'Time'],
    rows.map((row) => cellsOf(row, result, promotion)),
  );
}

/** Where a person launches the image: the wizard of its Region's console; undefined in an unknown partition. */
function launchUrl(region: string, imageId: string): string | undefined {
  const host = partitionOf(region)?.consoleHost;
  return host && `https://${region}.${host}/ec2/home?region=${region}#LaunchInstances:ami=${imageId}`;
}

const states: readonly Row['state'][] = ['failed', 'skipped', 'pending', 'promoted', 'unchanged'];
const nothing = '–';

function cellsOf(row: Row, { undoing }: Result, { mode }: Promotion): readonly string[] {
  const { outcome } = row;
  return [
    plain(row.image),
    plain(row.owner.name),
    plain(row.region) + (row.required ? '' : ' (optional)'),
    imageCell(row),
    mode === 'verify' ? gateWords(row) : stateWords(row, undoing === undefined),
    // A gate looks for what is there, and what it wants is in the reasons.
    imageIn(row) === undefined && mode === 'verify' ? nothing : plain(keyWords(row)),
    plain(consumerWords(row)) || nothing,
    outcome === undefined ? nothing : duration(outcome.ended - outcome.started),
  ];
}

function imageCell(row: Row): string {
  const { outcome, verified, region } = row;
  if (verified !== undefined) {
    const url = launchUrl(region, verified.id);
    return url === undefined ? code(verified.id) : link(verified.id, url);
  }
  const id = outcome !== undefined && 'imageId' in outcome ? outcome.imageId : undefined;
  return id === undefined ? nothing : code(id);
}

/** What became of the target; `in place` is the source image itself, which needed no copy. `isDone`: no rollback is to come. */
function stateWords({ state, outcome, verified }: Row, isDone: boolean): string {
  const how = outcome !== undefined && 'how' in outcome ? outcome.how : undefined;
  const undone = outcome && rollbackWords(outcome);
  switch (state) {
    case 'promoted':
      return verified?.inPlace === true ? `in place (${how})` : `promoted (${how})`;
    case 'unchanged':
      return verified?.inPlace === true ? 'in place' : 'unchanged';
    case 'failed':
      return `<b>failed</b>${undone === undefined ? '' : `, ${isDone ? undone : 'to be rolled back'}`}`;
    default:
      return state;
  }
}

/** The answer of a gate. */
function gateWords({ state }: Row): string {
  return state === 'unchanged' ? 'holds' : state === 'failed' ? '<b>does not hold</b>' : state;
}

/** The image that is there, whether or not it is as wanted. */
function imageIn({ verified, outcome }: Row): Promoted | undefined {
  return verified ?? (outcome?.state === 'failed' ? outcome.there : undefined);
}

/** The alias where one was named; else the key that the snapshots are really under; before that the wanted one. */
function keyWords(row: Row): string {
  const { key, outcome } = row;
  const named = key.kind === 'named' ? shortKey(key.key) : key.kind;
  const image = imageIn(row);
  if (image === undefined) {
    return named;
  }
  const isUnder = outcome?.differences.every(({ aspect }) => aspect !== 'encrypted');
  return isUnder && named.startsWith('alias/') && !named.includes('{')
    ? named
    : [...new Set(image.snapshots.map(actualKey))].join(', ');
}

function actualKey(snapshot: Snapshot): string {
  return snapshot.encrypted ? shortKey(snapshot.keyArn ?? 'unknown') : 'none';
}

/** Who may really launch it, wanted or not. */
function consumerWords(row: Row): string {
  return firstOf(
    (imageIn(row)?.sharedWith ?? []).map(({ kind, id }) =>
      kind === 'everyone' ? 'everyone' : shortConsumer(id),
    ),
    5,
  );
}
