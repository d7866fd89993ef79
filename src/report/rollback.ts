import type { Leftover, Rollback } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import type { Annotation } from './annotations.ts';
import { annotationWith } from './cause-annotation.ts';
import { causeBlock } from './cause-block.ts';
import { type Cause, causeOfFailures } from './causes.ts';
import { commandBlocks, commandLines } from './commands.ts';
import { identities } from './identity.ts';
import { code, plain } from './markdown.ts';
import { causeLines } from './problems.ts';
import { cut, firstOf, plural } from './text.ts';

/** `rolled back: 5 things undone, 1 could not be`. */
export function rollbackHeadline({ undone, left }: Rollback): string {
  const done = undone.length === 0 ? 'nothing undone' : `${plural(undone.length, 'thing')} undone`;
  return `rolled back: ${done}${left.length === 0 ? '' : `, ${left.length} could not be`}`;
}

/**
 * A rollback as Markdown: why there was one, what could not be undone, each cause once, with the commands that do it
 * by hand, and at last what was undone.
 */
export function rollbackBlocks(rollback: Rollback, promotion: Promotion): readonly string[] {
  const { why, undone, left } = rollback;
  return [
    `${introduction[why]}, as ${code('rollback-on')} asks. ${plain(ending(rollback))}\n`,
    ...causesOfLeft(left, promotion).map(({ cause }) => causeBlock(cause, counted)),
    ...commandBlocks(left, promotion, lead),
    ...(undone.length === 0 ? [] : ['Undone:\n']),
    ...undone.map((sentence) => `- ${plain(cut(sentence, 3_000))}`),
  ];
}

/** For the log, where what was undone was told as it happened: what could not be, and all commands. */
export function rollbackLines(rollback: Rollback, promotion: Promotion): readonly string[] {
  const { left } = rollback;
  const headline = rollbackHeadline(rollback);
  return [
    `${headline.charAt(0).toUpperCase()}${headline.slice(1)}.`,
    ...causesOfLeft(left, promotion).flatMap(({ cause }) => causeLines(cause, counted, 'Not undone')),
    ...commandLines(left, promotion, lead),
  ];
}

/** A warning for each cause of what is left, a notice where nobody can do anything about it. */
export function rollbackAnnotations(
  { left }: Pick<Rollback, 'left'>,
  promotion: Promotion,
): readonly Annotation[] {
  return causesOfLeft(left, promotion).map(({ cause, hasCommands }) => ({
    ...annotationWith(cause, `${plural(cause.targets.length, 'thing')} not rolled back: ${cause.code}`, [
      `Not undone: ${firstOf(cause.targets, 10)}.`,
      hasCommands ? 'The commands that undo it are in the summary of this step.' : '',
    ]),
    level: hasCommands ? 'warning' : 'notice',
  }));
}

const lead = 'To undo it by hand';
const introduction = {
  failure: 'The step failed, so what it had done was undone',
  cancel: 'The step was cancelled, so what it had done was undone',
} as const;

function ending({ undone, left }: Rollback): string {
  if (left.length > 0) {
    return `${plural(left.length, 'thing')} could not be undone:`;
  }
  return undone.length === 0 ? 'There was nothing to undo.' : 'Nothing of it is left.';
}

function counted({ targets }: Cause): string {
  return `${plural(targets.length, 'thing')} not undone`;
}

/** Why things are left, each cause once; what somebody can do something about comes first. */
function causesOfLeft(left: readonly Leftover[], promotion: Promotion) {
  const identityOf = identities(promotion.owners);
  const groups = [...Map.groupBy(left, ({ failure }) => identityOf(failure)).values()];
  return groups
    .flatMap((group): readonly { readonly cause: Cause; readonly hasCommands: boolean }[] => {
      const failures = group.map(({ failure }) => failure);
      const whats = group.map(({ target, what }) => `${target}: ${what}`);
      const cause = causeOfFailures(failures, 'warning', whats, promotion);
      const hasCommands = group.some(({ commands }) => commands.length > 0);
      // The titles of the targets say where.
      return cause === undefined ? [] : [{ cause: { ...cause, where: [] }, hasCommands }];
    })
    .toSorted(
      (a, b) =>
        Number(b.hasCommands) - Number(a.hasCommands) || b.cause.targets.length - a.cause.targets.length,
    );
}
