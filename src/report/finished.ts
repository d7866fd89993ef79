import type { Failure } from '../model/failure.ts';
import type { Fault } from '../model/fault.ts';
import type { Finished, Opened } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { type Annotation, atMostTen } from './annotations.ts';
import { annotationOfFault, faultTable } from './faults.ts';
import { leftLines } from './left.ts';
import { plain, within } from './markdown.ts';
import { openedAnnotations, openedBlocks } from './opened.ts';
import { rollbackAnnotations, rollbackBlocks, rollbackHeadline } from './rollback.ts';
import { sectionLines } from './sections.ts';
import { cutVisible, plural } from './text.ts';

/** The summary of `post`, below that of the step: what it closed and undid, and what is left to do by hand. */
export function finishedSummary(report: Finished, promotion: Promotion): string {
  const { opened, rollback } = report;
  const rolledBack = rollback === undefined ? [] : rollbackBlocks(rollback, promotion);
  const whole = 'log of this step';
  return [
    `## Promote AMI: ${needsHand(report) ? '⚠️' : '✅'} ${plain(headlineOf(report))}`,
    ...(rollback === undefined ? ['', goesOn] : []),
    ...sectionLines(
      [
        { title: 'Rolled back', blocks: rolledBack, share: 5, whole },
        { title: 'Opened on the source', blocks: openedBlocks(opened, promotion), share: 4, whole },
      ],
      900_000,
    ),
    '',
  ].join('\n');
}

/** The same for the log, as far as it was not told while it happened. */
export function finishedLines(report: Finished, promotion: Promotion): readonly string[] {
  return [...(report.rollback === undefined ? [goesOn] : []), ...leftLines(report, promotion)];
}

/** At most ten, a warning for each reason why something is left to be done by hand. */
export function finishedAnnotations(report: Finished, promotion: Promotion): readonly Annotation[] {
  const { opened, rollback } = report;
  const waiting = openSources(report).filter(({ failure }) => failure === undefined);
  return atMostTen([
    ...openedAnnotations(opened, promotion),
    ...waiting.map(
      ({ imageId, region }): Annotation => ({
        level: 'warning',
        title: 'Source still open',
        text: cutVisible(
          `${imageId} in ${region} stays open, because copies may still be reading it. Run the step again, which closes it once they have ended; the commands that do it by hand are in the summary of this step.`,
          4_000,
        ),
      }),
    ),
    ...(rollback === undefined ? [] : rollbackAnnotations(rollback, promotion)),
  ]);
}

/** Why nothing could be finished: the inputs, or the files that they name, can no longer be read. */
export function unreadSummary(faults: readonly Fault[]): string {
  const left = (count: number) => `\n<i>${plural(count, 'more fault')} did not fit here.</i>`;
  return [
    '## Promote AMI: ⚠️ what the step left could not be finished',
    '',
    `The inputs, or files that they name, can no longer be read. ${plain(cureOfUnread)}`,
    '',
    ...within(faultTable(faults), 900_000, left),
    '',
  ].join('\n');
}

/** The same as annotations: warnings, because the step itself has told what became of it. */
export function unreadAnnotations(faults: readonly Fault[]): readonly Annotation[] {
  const text = `The inputs, or files that they name, can no longer be read. ${cureOfUnread}`;
  const rest = faults.map((fault): Annotation => ({ ...annotationOfFault(fault), level: 'warning' }));
  return atMostTen([{ level: 'warning', title: unfinishedTitle, text }, ...rest]);
}

/** Why it could not be finished for anything else than AWS's answers, which are told where they belong. */
export function unfinishedAnnotations(failures: readonly Failure[]): readonly Annotation[] {
  return atMostTen(
    failures.map(({ meaning, cure }) => ({
      level: 'warning',
      title: unfinishedTitle,
      text: cutVisible(`${meaning} ${cure} ${cureOfUnread}`, 4_000),
    })),
  );
}

const unfinishedTitle = 'What the step left could not be finished';

const goesOn =
  'Nothing was undone. Copies that were started go on by themselves: run the step again, which finds them and makes no second ones.';
const cureOfUnread =
  'Run the step again: it goes on where the step ended. A source that is open is closed by whichever run with it comes after the deadline in its tag promote-ami:pull:….';

function headlineOf(report: Finished): string {
  const { opened, rollback } = report;
  const closed = opened.filter(({ state, accounts }) => state === 'closed' && accounts.length > 0).length;
  const open = openSources(report).length;
  const words = [
    ...(rollback === undefined ? [] : [rollbackHeadline(rollback)]),
    ...(closed === 0 ? [] : [`${plural(closed, 'source')} closed`]),
    ...(open === 0 ? [] : [`${plural(open, 'source')} still open`]),
  ];
  return `finished after an interruption${words.length === 0 ? '' : ` – ${words.join('; ')}`}`;
}

function needsHand(report: Finished): boolean {
  return openSources(report).length > 0 || (report.rollback?.left ?? []).length > 0;
}

function openSources({ opened }: Finished): readonly Opened[] {
  return opened.filter(({ state, accounts }) => state === 'open' && accounts.length > 0);
}
