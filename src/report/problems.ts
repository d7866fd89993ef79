import type { Result } from '../model/outcome.ts';
import type { Promotion } from '../model/promotion.ts';
import { hitCount, longestPaste, mostNames, mostPastes } from './cause-block.ts';
import { type Cause, causesOf, causesTitle, type Level } from './causes.ts';
import { pasteTitle } from './pastes.ts';
import { cut, firstOf, linesOf, oneLine } from './text.ts';

/**
 * Everything that is in the way as lines for the log, in the same order and words as in annotations and summary:
 * a block for each cause, what is ready to be pasted as it is. No line when there is no problem.
 */
export function problemLines(result: Result, promotion: Promotion): readonly string[] {
  return causesOf(result, promotion).flatMap((cause) => causeLines(cause));
}

/** What stands above them. */
export function problemsTitle(result: Result, promotion: Promotion): string {
  return causesTitle('Everything that is in the way', result, promotion);
}

/** A cause as a block of lines; `counted` says how many of what it hits, which are targets unless that is told. */
export function causeLines(cause: Cause, counted = hitCount, label = 'Targets'): readonly string[] {
  const { level, code, meaning, likewise, cure, targets, hits, where, actions, requestIds } = cause;
  const many = targets.length === 0 ? '' : `${counted(cause)}: `;
  const asked = requestIds.length > 0 ? `, request ${firstOf(requestIds, 5)}` : '';
  return [
    oneLine(`${marks[level]} ${many}${code}`),
    `  ${cut(oneLine(meaning), 3_000)}`,
    ...(likewise.length > 0 ? [inside(oneLine(`Likewise: ${firstOf(likewise, mostNames)}`))] : []),
    ...indented(`What to do: ${cut(cure, 3_000)}`, '  '),
    ...pasteLines(cause),
    ...(hits.listed.length > 0 ? [inside(oneLine(`${label}: ${firstOf(hits.listed, 20)}`))] : []),
    ...(where.length > 0 ? [oneLine(`Where: ${firstOf(where, 20)}`)].map(inside) : []),
    ...(actions.length > 0 ? [inside(oneLine(`From ${firstOf(actions, 5)}${asked}`))] : []),
  ];
}

const marks: Readonly<Record<Level, string>> = { error: '✘', warning: '⚠', notice: '…' };

function pasteLines({ pastes }: Cause): readonly string[] {
  const left = pastes.length - mostPastes;
  return [
    ...pastes
      .slice(0, mostPastes)
      .flatMap((paste) => [
        inside(oneLine(`${pasteTitle(paste)}:`)),
        ...indented(cut(paste.text, longestPaste), '    '),
      ]),
    ...(left > 0 ? [`  And ${left} more like these, for the other places.`] : []),
  ];
}

function indented(text: string, by: string): readonly string[] {
  return linesOf(text).map((line) => `${by}${line}`);
}

function inside(line: string): string {
  return `  ${line}`;
}
