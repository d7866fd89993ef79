import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { accountsOf, hideAccounts, othersOf } from './accounts.ts';
import { type Outputs, outputNames } from './names.ts';
import { nothingDecided, type Row, rowsOf } from './rows.ts';
import { isConverged, type Status, statusOf } from './status.ts';

/** The manifest as it lies on disk; empty strings as long as none was written. */
export interface ManifestFile {
  readonly file: string;
  readonly sha256: string;
}

/**
 * The outputs of a result, every one of them, in the shapes that workflows rely on. `planFile` is the path of the
 * plan; empty outside plan mode and as long as none was written.
 */
export function outputsOf(
  result: Result,
  promotion: Promotion,
  manifest: ManifestFile,
  planFile: string,
): Outputs {
  const rows = rowsOf(result, promotion);
  return outputsFrom({
    amis: amisOf(rows),
    amiIds: promotion.sources.length === 1 && promotion.owners.length === 1 ? idsByRegion(rows) : undefined,
    missing: missingOf(rows, promotion),
    status: statusOf(result, promotion),
    converged: isConverged(result, promotion),
    manifest,
    planFile,
  });
}

/** What stands in the outputs from the first moment: a step that dies at once has still said that it failed. */
export function initialOutputs(): Outputs {
  return outputsFrom({
    amis: {},
    amiIds: {},
    missing: [],
    status: 'failure',
    converged: false,
    manifest: { file: '', sha256: '' },
    planFile: '',
  });
}

/** An entry of `missing`: a target without a verified image. No account id is in the reason. */
export interface Missing {
  readonly image: string;
  readonly owner: string;
  readonly region: string;
  readonly required: boolean;
  readonly state: Row['state'];
  readonly code: string;
  readonly reason: string;
}

function outputsFrom(values: {
  readonly amis: object;
  readonly amiIds: object | undefined;
  readonly missing: readonly Missing[];
  readonly status: Status;
  readonly converged: boolean;
  readonly manifest: ManifestFile;
  readonly planFile: string;
}): Outputs {
  return {
    [outputNames.amis]: JSON.stringify(values.amis),
    [outputNames.amiIds]: values.amiIds === undefined ? '' : JSON.stringify(values.amiIds),
    [outputNames.missing]: JSON.stringify(values.missing),
    [outputNames.status]: values.status,
    [outputNames.converged]: String(values.converged),
    [outputNames.manifestFile]: values.manifest.file,
    [outputNames.manifestSha256]: values.manifest.sha256,
    [outputNames.planFile]: values.planFile,
  };
}

/** Image → owner → Region → id. Rows are sorted, so the keys are; `fromEntries` takes any key, `__proto__` too. */
function amisOf(rows: readonly Row[]): object {
  const verified = rows.filter((row) => row.verified !== undefined);
  return nested(
    verified,
    (row) => row.image,
    (images) => nested(images, (row) => row.owner.name, idsByRegion),
  );
}

function nested(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  build: (rows: readonly Row[]) => object,
): object {
  const groups = Map.groupBy(rows, keyOf);
  return Object.fromEntries([...groups].map(([key, group]) => [key, build(group)]));
}

function idsByRegion(rows: readonly Row[]): object {
  return Object.fromEntries(
    rows.flatMap((row) => (row.verified === undefined ? [] : [[row.region, row.verified.id]])),
  );
}

function missingOf(rows: readonly Row[], promotion: Promotion): readonly Missing[] {
  const [owners, others] = [accountsOf(promotion), othersOf(promotion)];
  const missing = rows.filter((row) => row.verified === undefined);
  const longest = longestReason(missing.length);
  return missing.map((row) => {
    const { code, meaning, cure } = row.failures[0] ?? nothingDecided;
    const reason = hideAccounts([meaning, cure].filter((text) => text !== '').join(' '), owners, others);
    return {
      image: row.image,
      owner: row.owner.name,
      region: row.region,
      required: row.required,
      state: row.state,
      code,
      reason: reason.length > longest ? `${reason.slice(0, Math.max(0, longest - 1))}…` : reason,
    };
  });
}

/** GitHub takes 1 MB of outputs from a job: thousands of targets get shorter reasons, never fewer entries. */
function longestReason(entries: number): number {
  const outputCharacters = 500_000;
  const charactersBesideReason = 150;
  const share = Math.floor(outputCharacters / Math.max(1, entries)) - charactersBesideReason;
  return Math.min(2_000, Math.max(1, share));
}
