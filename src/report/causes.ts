import { type Failure, interrupted } from '../model/failure.ts';
import { notStartedCode, type Result } from '../model/outcome.ts';
import type { Owner, Promotion } from '../model/promotion.ts';
import { accountsOf } from './accounts.ts';
import { type Hits, hitsOf } from './hits.ts';
import { identities, namesIn } from './identity.ts';
import { type PlacedPaste, pastesOf } from './pastes.ts';
import { isAwaited, isPlanned, type Row, rollbackCodes, rowsOf, rowTitle, titledRow } from './rows.ts';
import { byCodeUnits, distinct, plural } from './text.ts';

/** How much a cause matters: a required target is missing; an optional one; one that is merely on its way. */
export type Level = 'error' | 'warning' | 'notice';

/** One reason for missing targets, said once however many it hit. */
export interface Cause {
  readonly level: Level;
  readonly code: string;
  readonly meaning: string;
  readonly cure: string;
  /** What its other failures name where the first, whose words these are, names something else. */
  readonly likewise: readonly string[];
  /** It may differ from place to place. */
  readonly pastes: readonly PlacedPaste[];
  /** Titles of the targets; none when the step failed beyond all of its targets. */
  readonly targets: readonly string[];
  /** The same in few words. */
  readonly hits: Hits;
  /** Places that are not the targets' own, an account by its owner's name where it has one. */
  readonly where: readonly string[];
  readonly actions: readonly string[];
  readonly requestIds: readonly string[];
}

/**
 * Everything that is in the way, each distinct cause once, in the words of its first failure: errors first, what
 * follows from others last, then by the number of targets. A failure of the whole step leads, unless a target
 * already tells of it. What is nothing but a consequence is not in it.
 */
export function causesOf(result: Result, promotion: Promotion): readonly Cause[] {
  const all = allOf(result, promotion);
  return all.filter((cause) => !isConsequence(cause, all));
}

/**
 * What heads the causes: `title`, unless nothing is to be mended, because the step was cancelled, or targets are merely
 * on their way.
 */
export function causesTitle(title: string, result: Result, promotion: Promotion): string {
  const others = causesOf(result, promotion).filter(
    ({ code, level }) => level !== 'notice' && code !== interrupted.code && !consequences.includes(code),
  );
  if (others.length > 0) {
    return title;
  }
  return result.interrupted ? 'Interrupted' : 'Under way';
}

/** What was not even begun, or was undone, only because of causes that are told: nothing in it is to be mended. */
export function consequencesOf(result: Result, promotion: Promotion): readonly Cause[] {
  const all = allOf(result, promotion);
  return all.filter((cause) => isConsequence(cause, all));
}

function isConsequence({ code, level }: Cause, all: readonly Cause[]): boolean {
  return (
    consequences.includes(code) &&
    all.some(
      (other) => !consequences.includes(other.code) && levels.indexOf(other.level) <= levels.indexOf(level),
    )
  );
}

function allOf(result: Result, promotion: Promotion): readonly Cause[] {
  const identityOf = identities(promotion.owners);
  const groups = Map.groupBy(
    [...ofRows(result, promotion), ...result.failures.map((failure) => ofStep(failure))],
    ({ failure }) => identityOf(failure),
  );
  const all = rowsOf(result, promotion).map(titledRow);
  return [...groups.values()]
    .flatMap((group) => causeOf(group, promotion) ?? [])
    .map((cause): Cause => ({ ...cause, hits: hitsOf(cause.targets, all) }))
    .toSorted(
      (a, b) =>
        levels.indexOf(a.level) - levels.indexOf(b.level) ||
        Number(isLate(a)) - Number(isLate(b)) ||
        Number(a.targets.length > 0) - Number(b.targets.length > 0) ||
        b.targets.length - a.targets.length ||
        byCodeUnits(a.code, b.code),
    );
}

/** A signal is a cause, but none that says more than others do. */
function isLate({ code }: Cause): boolean {
  return code === interrupted.code || consequences.includes(code);
}

interface Problem {
  readonly failure: Failure;
  readonly level: Level;
  readonly targets: readonly string[];
}

/** What only follows from a cause, so that nothing in it is to be mended. */
const consequences: readonly string[] = [notStartedCode, ...rollbackCodes];
const levels: readonly Level[] = ['error', 'warning', 'notice'];

function ofRows(result: Result, promotion: Promotion): readonly Problem[] {
  return rowsOf(result, promotion)
    .filter((row) => !isPlanned(row))
    .flatMap((row) => {
      const level = levelOf(row, promotion);
      return row.failures.map((failure) => ({ failure, level, targets: [rowTitle(row)] }));
    });
}

function ofStep(failure: Failure): Problem {
  return { failure, level: 'error', targets: [] };
}

function levelOf(row: Row, promotion: Promotion): Level {
  if (isAwaited(row, promotion)) {
    return 'notice';
  }
  return row.required ? 'error' : 'warning';
}

function causeOf(group: readonly Problem[], promotion: Promotion): Cause | undefined {
  const level = levels.find((one) => group.some((member) => member.level === one)) ?? 'error';
  const failures = group.map(({ failure }) => failure);
  return causeOfFailures(
    failures,
    level,
    group.flatMap(({ targets }) => targets),
    promotion,
  );
}

/** Failures that have a cause in common, as that cause; undefined of none. */
export function causeOfFailures(
  failures: readonly Failure[],
  level: Level,
  targets: readonly string[],
  promotion: Promotion,
): Cause | undefined {
  const { owners } = promotion;
  const [first] = failures;
  return (
    first && {
      level,
      code: first.code,
      meaning: first.meaning,
      cure: first.cure,
      likewise: namedElsewhere(failures, owners),
      pastes: pastesOf(failures, accountsOf(promotion)),
      targets: distinct(targets),
      hits: { count: plural(distinct(targets).length, 'target'), listed: distinct(targets) },
      where: distinct(failures.map(({ where }) => named(where, owners))).filter(
        (place) => place !== '' && !isPlaceOf(place, targets),
      ),
      // What a check or a gate of our own found was asked of nobody.
      actions: distinct(
        failures.map(({ action }) => action).filter((action) => !/^(?:check|verify)/.test(action)),
      ),
      requestIds: distinct(failures.flatMap(({ requestId }) => requestId ?? [])),
    }
  );
}

function namedElsewhere([first, ...others]: readonly Failure[], owners: readonly Owner[]): readonly string[] {
  const known = first === undefined ? [] : namesIn(first.meaning, owners);
  const meanings = distinct(others.map(({ meaning }) => meaning));
  return distinct(meanings.flatMap((meaning) => namesIn(meaning, owners))).filter(
    (name) => !known.includes(name),
  );
}

/** Whether a place is that of a target, whose title says so already. */
function isPlaceOf(where: string, targets: readonly string[]): boolean {
  return targets.some((title) => title.endsWith(` × ${where.replace('/', ' × ')}`));
}

/** `prod/eu-west-1` for `444455556666/eu-west-1`. */
function named(where: string, owners: readonly Owner[]): string {
  const [account, ...rest] = where.split('/');
  const owner = owners.find(({ id }) => id === account);
  return owner === undefined ? where : [owner.name, ...rest].join('/');
}
