import { commandOf } from '../model/command.ts';
import type { Opened } from '../model/outcome.ts';
import { portions } from '../model/portions.ts';
import type { Promotion } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { accountsOf, accountWords } from './accounts.ts';
import type { Annotation } from './annotations.ts';
import { annotationWith } from './cause-annotation.ts';
import { causeBlock } from './cause-block.ts';
import { type Cause, causeOfFailures } from './causes.ts';
import { type Commands, commandBlocks, commandLines } from './commands.ts';
import { code, plain } from './markdown.ts';
import { causeLines } from './problems.ts';
import { cutVisible, firstOf, oneLine } from './text.ts';

/**
 * What the run opened on its source images, and whether it is closed again; where one is still open, why, who closes
 * it, and the commands that do it by hand. They take away no more than the run gave, and twice does no harm. Of a step
 * that was cut off (`isCut`), whose post phase goes on, only what was opened.
 */
export function openedBlocks(
  opened: readonly Opened[],
  promotion: Promotion,
  isCut = false,
): readonly string[] {
  if (isCut) {
    return told(opened).map(
      (one) =>
        `${code(one.imageId)} in ${plain(one.region)}, for ${plain(listed(one.accounts, promotion))}\n`,
    );
  }
  return told(opened).flatMap((one) => [
    `${code(one.imageId)} in ${plain(one.region)}, for ${plain(listed(one.accounts, promotion))}: ${plain(fate(one))}${plain(others(one, promotion))}\n`,
    ...causesOf(one, promotion).map((cause) => causeBlock(cause)),
    ...commandBlocks(closingOf(one, promotion), promotion, leadOf(one)),
  ]);
}

/** The same for the log: only of what is still open, because closing was told as it happened. */
export function openedLines(
  opened: readonly Opened[],
  promotion: Promotion,
  isCut = false,
): readonly string[] {
  return (isCut ? [] : told(opened))
    .filter(({ state }) => state === 'open')
    .flatMap((one) => [
      oneLine(`⚠ Source ${one.imageId} in ${one.region} ${fate(one)}${others(one, promotion)}`),
      ...causesOf(one, promotion).flatMap((cause) => causeLines(cause)),
      ...commandLines(closingOf(one, promotion), promotion, leadOf(one)),
    ]);
}

/** A warning for each source image that could not be closed. */
export function openedAnnotations(opened: readonly Opened[], promotion: Promotion): readonly Annotation[] {
  return told(opened).flatMap((one) => {
    const { failure, imageId, region, accounts } = one;
    if (failure === undefined) {
      return [];
    }
    const title = 'Source still open';
    const facts = [
      `${imageId} in ${region}, for ${listed(accounts, promotion)}, ${fate(one)}`,
      'The commands that close it are in the summary of this step.',
    ];
    const causes = causesOf(one, promotion);
    const text = facts.map((fact) => cutVisible(fact, 1_000)).join('\n');
    return causes.length === 0
      ? [{ level: 'warning', title, text } as const]
      : causes.map((cause) => annotationWith(cause, `${title}: ${cause.code}`, facts));
  });
}

/** The deadline is the first word of each tag of a note. */
function closesLater(note: Opened['note']): string {
  const [tag] = Object.entries(note);
  return tag === undefined
    ? `Whichever run with this source comes after the deadline in its tag ${ownTags.pull}… closes it.`
    : `Whichever run with this source comes after ${tag[1].split(' ')[0]} closes it: the deadline in its tag ${tag[0]}.`;
}

function told(opened: readonly Opened[]): readonly Opened[] {
  return opened.filter(({ accounts }) => accounts.length > 0);
}

/** Why it could not be closed, where that is more than that time was over. */
function causesOf({ failure }: Opened, promotion: Promotion): readonly Cause[] {
  return failure === undefined || failure.kind === 'interrupted'
    ? []
    : [causeOfFailures([failure], 'warning', [], promotion) ?? []].flat();
}

function fate({ state, failure, leftToOthers, note }: Opened): string {
  if (state === 'closed') {
    return 'closed again.';
  }
  if (state === 'kept') {
    return 'kept open, as keep-source-access asks.';
  }
  if (leftToOthers.length > 0 && failure === undefined) {
    return 'stays open where another run still needs it: that run closes it, or whichever comes after the deadline in its tag.';
  }
  if (failure === undefined) {
    return `stays open, because copies may still be reading it. ${closesLater(note)}`;
  }
  return failure.kind === 'interrupted'
    ? `stays open, because there was no time left to close it. ${closesLater(note)}`
    : 'stays open, because it could not be closed. Run the step again once that is mended, which closes it.';
}

function leadOf({ failure }: Opened): string {
  return failure === undefined || failure.kind === 'interrupted'
    ? 'To close it by hand, once no copy reads it any more'
    : 'To close it by hand';
}

function others({ leftToOthers }: Opened, promotion: Promotion): string {
  return leftToOthers.length === 0 ? '' : ` Needed by another run: ${listed(leftToOthers, promotion)}.`;
}

function listed(ids: readonly string[], promotion: Promotion): string {
  const accounts = accountsOf(promotion);
  return firstOf(
    ids.map((id) => accountWords(id, accounts) ?? id),
    20,
  );
}

/** AWS takes 500 in a call; people read fewer. */
const mostInCommand = 100;

/** The image, then its snapshots, then the run's note, so that no later run thinks that they are still open. */
function closingOf(opened: Opened, { home }: Promotion): readonly Commands[] {
  const { imageId, snapshotIds, region, state, leftToOthers, note, failure } = opened;
  if (state !== 'open' || (leftToOthers.length > 0 && failure === undefined)) {
    return [];
  }
  const place = { account: home.id, region };
  const accounts = opened.accounts.filter((id) => !leftToOthers.includes(id));
  const keys = Object.keys(note).map((key) => `Key=${key}`);
  const last = `aws ec2 delete-tags --region ${region} --resources ${imageId} --tags ${keys.join(' ')}`;
  return portions(accounts, mostInCommand).map((some, index, all) => ({
    account: home.id,
    commands: [
      commandOf({
        kind: 'unshare-image',
        place,
        imageId,
        remove: some.map((id) => ({ kind: 'account', id })),
      }),
      ...snapshotIds.map((snapshotId) =>
        commandOf({ kind: 'unshare-snapshot', place, snapshotId, remove: some }),
      ),
      ...(index === all.length - 1 && keys.length > 0 ? [last] : []),
    ],
  }));
}
