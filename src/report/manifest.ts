import type { Difference, Mend } from '../model/difference.ts';
import type { Failure, FailureKind } from '../model/failure.ts';
import type { How, Outcome, Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { type Row, rowsOf } from './rows.ts';
import { type ReportedSource, sourcesOf } from './sources.ts';

/**
 * The manifest: the whole result as JSON (`schemas/manifest.v1.json`), for other steps and for later runs.
 * The same result gives the same text, in whatever order its outcomes landed. It names accounts by their ids.
 */
export function manifestOf(result: Result, promotion: Promotion, run: Run): string {
  const { id, repository, runId, attempt, sha, url } = run;
  const rows = rowsOf(result, promotion);
  const manifest: Manifest = {
    version: 1,
    run: { id, repository, runId, attempt, sha, url },
    sources: sourcesOf(result, promotion),
    targets: rows.map(targetOf),
    opened: result.opened.map(({ imageId, region, accounts, state }) => ({
      imageId,
      region,
      accounts,
      closed: state === 'closed',
    })),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** The shape of version 1, which never changes: what is added later is optional, what is removed is version 2. */
export interface Manifest {
  readonly version: 1;
  readonly run: Omit<Run, 'process'>;
  readonly sources: readonly ReportedSource[];
  readonly targets: readonly ManifestTarget[];
  readonly opened: readonly {
    readonly imageId: string;
    readonly region: string;
    readonly accounts: readonly string[];
    readonly closed: boolean;
  }[];
}

export interface ManifestTarget {
  readonly image: string;
  readonly owner: string;
  readonly account: string;
  readonly region: string;
  readonly required: boolean;
  readonly state: Outcome['state'];
  readonly how: How | null;
  /** Also of an image that is not verified yet: trust it only where the state is `promoted` or `unchanged`. */
  readonly imageId: string | null;
  readonly snapshots: readonly {
    readonly id: string;
    readonly keyArn: string | null;
    readonly sizeGiB: number;
  }[];
  readonly differences: readonly {
    readonly aspect: Difference['aspect'];
    readonly wanted: string;
    readonly found: string;
    readonly mend: Mend['kind'];
  }[];
  readonly error: ManifestError | null;
  /** What else was in the way, known at the same time. */
  readonly otherErrors: readonly ManifestError[];
}

export interface ManifestError {
  readonly where: string;
  readonly action: string;
  readonly code: string;
  readonly requestId: string | null;
  readonly meaning: string;
  readonly cure: string;
  readonly kind: FailureKind;
}

function targetOf(row: Row): ManifestTarget {
  const { image, owner, region, required, state, verified, failures, outcome } = row;
  const [error = null, ...otherErrors] = failures.map(errorOf);
  return {
    image,
    owner: owner.name,
    account: owner.id,
    region,
    required,
    state,
    how: outcome !== undefined && 'how' in outcome ? outcome.how : null,
    imageId: verified?.id ?? unverifiedId(outcome) ?? null,
    snapshots: (verified?.snapshots ?? []).map(({ id, keyArn, sizeGiB }) => ({
      id,
      keyArn: keyArn ?? null,
      sizeGiB,
    })),
    differences: (outcome?.differences ?? []).map(({ aspect, wanted, found, mend }) => ({
      aspect,
      wanted,
      found,
      mend: mend.kind,
    })),
    error,
    otherErrors,
  };
}

function unverifiedId(outcome: Outcome | undefined): string | undefined {
  return outcome !== undefined && 'imageId' in outcome ? outcome.imageId : undefined;
}

function errorOf(failure: Failure): ManifestError {
  const { where, action, code, requestId, meaning, cure, kind } = failure;
  return { where, action, code, requestId: requestId ?? null, meaning, cure, kind };
}
