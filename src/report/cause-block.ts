import type { Cause, Level } from './causes.ts';
import { code, codeBlock, plain } from './markdown.ts';
import { pasteTitle } from './pastes.ts';
import { cut, firstOf } from './text.ts';

/** How many of the statements of a cause are shown: they differ by a name or an id, and the rest follows from them. */
export const mostPastes = 3;
/** No statement of ours is longer; a cut one is better than a summary that GitHub drops. */
export const longestPaste = 4_000;

/** How many of the names that differ are shown. */
export const mostNames = 5;

/** What only follows, in a line: it is nothing to be mended. */
export function consequenceLine({ code: name, meaning, hits }: Cause): string {
  const where = hits.listed.length === 0 ? '' : `, ${listed(hits.listed, 20)}`;
  return `${hits.count} ${short(name)}${where}: ${plain(cut(meaning, 3_000))}`;
}

/**
 * A cause in the summary: what it means, what to do, whom it hits, and what is ready to be pasted; `counted` says how
 * many of what it hits.
 */
export function causeBlock(cause: Cause, counted = hitCount): string {
  const { code: name, meaning, likewise, cure, targets, hits, where, actions, requestIds } = cause;
  const whom = hits.listed.length === 0 ? '' : `: ${listed(hits.listed, 20)}`;
  const asked = requestIds.length > 0 ? `, request ${requestIds.slice(0, 5).map(short).join(' ')}` : '';
  return [
    `${icons[cause.level]} <b>${plain(cut(meaning, 3_000))}</b>`,
    ...(likewise.length > 0 ? [`- Likewise: ${listed(likewise, mostNames)}`] : []),
    `- What to do: ${plain(cut(cure, 3_000))}`,
    ...(targets.length > 0 ? [`- ${counted(cause)}${whom}`] : []),
    ...(where.length > 0 ? [`- Where: ${listed(where, 20)}`] : []),
    `- Code: ${short(name)}${actions.length > 0 ? ` from ${actions.slice(0, 5).map(short).join(', ')}` : ''}${asked}`,
    ...pasteBlocks(cause),
    '',
  ].join('\n');
}

/** How many targets a cause hits. */
export function hitCount({ hits }: Cause): string {
  return hits.count;
}

const icons: Readonly<Record<Level, string>> = { error: '❌', warning: '⚠️', notice: '⏳' };

function pasteBlocks({ pastes }: Cause): readonly string[] {
  const left = pastes.length - mostPastes;
  return [
    ...pastes
      .slice(0, mostPastes)
      .flatMap((paste) => [
        `- ${plain(cut(pasteTitle(paste), 500))}:`,
        '',
        codeBlock(cut(paste.text, longestPaste)),
      ]),
    ...(left > 0 ? [`- And ${left} more like these, for the other places.`] : []),
  ];
}

function listed(items: readonly string[], most: number): string {
  return plain(
    firstOf(
      items.map((item) => cut(item, 300)),
      most,
    ),
  );
}

function short(text: string): string {
  return code(cut(text, 200));
}
