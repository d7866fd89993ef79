import type { Failure } from '../model/failure.ts';
import { isVerified, type Outcome, type Promoted, type Result } from '../model/outcome.ts';
import type { Owner, Promotion } from '../model/promotion.ts';

/** One target as every report tells of it, whether or not the run came so far as to name its image. */
export interface Row {
  /** What outputs call the image: its key, or its id while its name is unknown. */
  readonly image: string;
  readonly owner: Owner;
  readonly region: string;
  readonly required: boolean;
  readonly state: Outcome['state'];
  /** The image that a final read saw; undefined for every target that is missing. */
  readonly verified: Promoted | undefined;
  /** Why it is missing; undefined exactly when `verified` is there. */
  readonly failure: Failure | undefined;
  /** Undefined when the source was never read, so that there is no target to speak of. */
  readonly outcome: Outcome | undefined;
}

/**
 * A row for every target, sorted by image, owner and Region, so that reports do not depend on the order in
 * which outcomes landed. Without any outcome each source × owner × Region that was asked for gets one, skipped.
 */
export function rowsOf(result: Result, promotion: Promotion): readonly Row[] {
  const rows = result.outcomes.length > 0 ? result.outcomes.map(rowOf) : rowsNeverReached(result, promotion);
  return rows.toSorted(
    (a, b) => compare(a.image, b.image) || compare(a.owner.name, b.owner.name) || compare(a.region, b.region),
  );
}

/** The name of a row in lists of targets, the same as a target's title. */
export function rowTitle(row: Row): string {
  return `${row.image} × ${row.owner.name} × ${row.region}`;
}

/** Whether a target may still come by itself, which `wait-minutes: 0` asked for and which is no failure then. */
export function isAwaited(row: Row, promotion: Promotion): boolean {
  return row.state === 'pending' && promotion.waitMinutes === 0;
}

/** The reason that is given where a step ended before anything else could be said. */
export const nothingDecided: Failure = {
  where: '',
  action: 'run',
  code: 'Interrupted',
  requestId: undefined,
  meaning: 'The step ended before this target was worked on.',
  cure: 'Run the step again: it goes on where it stopped.',
  kind: 'interrupted',
};

function rowOf(outcome: Outcome): Row {
  const { source, owner, region, required } = outcome.target;
  const common = { image: source.key, owner, region, required, state: outcome.state, outcome };
  return isVerified(outcome)
    ? { ...common, verified: outcome.image, failure: undefined }
    : { ...common, verified: undefined, failure: outcome.failure };
}

function rowsNeverReached(result: Result, promotion: Promotion): readonly Row[] {
  const failure = result.failure ?? nothingDecided;
  return promotion.sources.flatMap((source) =>
    promotion.owners.flatMap((owner) =>
      promotion.regions.map(
        ({ region, required }): Row => ({
          image: source.key ?? source.imageId,
          owner,
          region,
          required,
          state: 'skipped',
          verified: undefined,
          failure,
          outcome: undefined,
        }),
      ),
    ),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
