import type { Failure } from '../model/failure.ts';
import {
  isVerified,
  notRolledBackCode,
  notStartedCode,
  type Outcome,
  type Promoted,
  plannedCode,
  type Result,
  rolledBackCode,
} from '../model/outcome.ts';
import {
  type Owner,
  type Placement,
  type Promotion,
  sourceRegionsOf,
  type WantedKey,
} from '../model/promotion.ts';
import { type Titled, titleFrom } from './hits.ts';
import { byCodeUnits } from './text.ts';

/** One target as every report tells of it, whether or not the run came so far as to name its image. */
export interface Row {
  /** What outputs call the image: its key, or its id while its name is unknown. */
  readonly image: string;
  readonly owner: Owner;
  readonly region: string;
  readonly required: boolean;
  readonly key: WantedKey;
  readonly state: Outcome['state'];
  /** The image that a final read saw; undefined for every target that is missing. */
  readonly verified: Promoted | undefined;
  /** Why it is missing, the reason first, then what else is in the way; empty exactly when `verified` is there. */
  readonly failures: readonly Failure[];
  /** Undefined when the source was never read, so that there is no target to speak of. */
  readonly outcome: Outcome | undefined;
}

/**
 * A row for every target, sorted by image, owner and Region, so that reports do not depend on the order in
 * which outcomes landed. Without any outcome each source × placement that was asked for gets one, skipped.
 */
export function rowsOf(result: Result, promotion: Promotion): readonly Row[] {
  const rows = result.outcomes.length > 0 ? result.outcomes.map(rowOf) : rowsNeverReached(result, promotion);
  return rows.toSorted(
    (a, b) =>
      byCodeUnits(a.image, b.image) ||
      byCodeUnits(a.owner.name, b.owner.name) ||
      byCodeUnits(a.region, b.region),
  );
}

/** What a row's title is made of, the same as a target's. */
export function titledRow({ image, owner, region }: Row): Titled {
  return { image, owner: owner.name, region };
}

/** The name of a row in lists of targets. */
export function rowTitle(row: Row): string {
  return titleFrom(titledRow(row));
}

/** Whether a target may still come by itself, which `wait-minutes: 0` asked for: no failure then, except at a gate. */
export function isAwaited(row: Row, promotion: Promotion): boolean {
  return row.state === 'pending' && promotion.waitMinutes === 0 && promotion.mode !== 'verify';
}

/** Whether a plan left the target as it is, because a plan writes nothing and waits for nothing: no problem. */
export function isPlanned(row: Row): boolean {
  return row.failures[0]?.code === plannedCode;
}

/** The codes of what a target is told of a rollback, because of what failed elsewhere or there. */
export const rollbackCodes: readonly string[] = [rolledBackCode, notRolledBackCode];

/** How far what the run did at a target was undone, in words; undefined where nothing was to be. */
export function rollbackWords(outcome: Outcome): string | undefined {
  const codes =
    outcome.state === 'failed' ? [outcome.failure, ...outcome.others].map(({ code }) => code) : [];
  if (codes.includes(notRolledBackCode)) {
    return 'not wholly rolled back';
  }
  return codes.includes(rolledBackCode) ? 'rolled back' : undefined;
}

/** The reason that is given where a step ended before anything else could be said. */
export const nothingDecided: Failure = {
  where: '',
  action: 'run',
  code: 'Interrupted',
  meaning: 'The step ended before this target was worked on.',
  cure: 'Run the step again: it goes on where it stopped.',
  kind: 'interrupted',
};

/** The reason of a target that shares nothing with what ended the step but the step. */
const notStarted: Failure = {
  where: '',
  action: 'check',
  code: notStartedCode,
  meaning: 'Nothing was written, because another account or Region cannot be worked on.',
  cure: 'Mend what failed there, then run the step again.',
  kind: 'precondition',
};

function rowOf(outcome: Outcome): Row {
  const { source, owner, region, required, key } = outcome.target;
  const common = { image: source.key, owner, region, required, key, state: outcome.state, outcome };
  if (isVerified(outcome)) {
    return { ...common, verified: outcome.image, failures: [] };
  }
  const others = outcome.state === 'failed' ? outcome.others : [];
  return { ...common, verified: undefined, failures: [outcome.failure, ...others] };
}

function rowsNeverReached(result: Result, promotion: Promotion): readonly Row[] {
  return promotion.sources.flatMap((source) =>
    promotion.placements.map((placement): Row => {
      const { owner, region, required, key } = placement;
      return {
        image: source.key ?? source.title,
        owner,
        region,
        required,
        key,
        state: 'skipped',
        verified: undefined,
        failures: reasonsOf(result, placement, promotion),
        outcome: undefined,
      };
    }),
  );
}

function reasonsOf(result: Result, placement: Placement, promotion: Promotion): readonly Failure[] {
  if (result.failures.length === 0) {
    return [nothingDecided];
  }
  const own = result.failures.filter((failure) => concerns(failure, placement, promotion));
  return own.length > 0 ? own : [notStarted];
}

/** A failure of one owner, or of one of its Regions, is that of its targets; any other is that of all. */
function concerns({ where }: Failure, placement: Placement, promotion: Promotion): boolean {
  const { home, owners } = promotion;
  const [account = '', region] = where.split('/');
  const owner = owners.find(({ id, name }) => account === id || account === name);
  const isSource =
    owner?.id === home.id && (region === undefined || sourceRegionsOf(promotion).includes(region));
  return (
    owner === undefined ||
    isSource ||
    (owner.id === placement.owner.id && (region === undefined || region === placement.region))
  );
}
