import type { Cause, Level } from './causes.ts';
import { code, codeBlock, plain } from './markdown.ts';
import { cut, firstOf, plural } from './text.ts';

/** How many of the statements of a cause are shown: they differ by a name or an id, and the rest follows from them. */
export const mostPastes = 3;
/** No statement of ours is longer; a cut one is better than a summary that GitHub drops. */
export const longestPaste = 4_000;

/** A cause in the summary: what it means, what to do, whom it hits, and what is ready to be pasted. */
export function causeBlock(cause: Cause): string {
  const { code: name, meaning, cure, targets, where, actions, requestIds } = cause;
  const asked = requestIds.length > 0 ? `, request ${requestIds.slice(0, 5).map(short).join(' ')}` : '';
  return [
    `${icons[cause.level]} <b>${plain(cut(meaning, 3_000))}</b>`,
    `- What to do: ${plain(cut(cure, 3_000))}`,
    ...(targets.length > 0 ? [`- ${plural(targets.length, 'target')}: ${listed(targets)}`] : []),
    ...(where.length > 0 ? [`- Where: ${listed(where)}`] : []),
    `- Code: ${short(name)}${actions.length > 0 ? ` from ${actions.slice(0, 5).map(short).join(', ')}` : ''}${asked}`,
    ...pasteBlocks(cause),
    '',
  ].join('\n');
}

const icons: Readonly<Record<Level, string>> = { error: '❌', warning: '⚠️', notice: '⏳' };

function pasteBlocks({ pastes }: Cause): readonly string[] {
  if (pastes.length === 0) {
    return [];
  }
  const left = pastes.length - mostPastes;
  return [
    `- To paste${left > 0 ? ` (and ${left} more like these, for the other places)` : ''}:`,
    ...pastes.slice(0, mostPastes).flatMap((paste) => ['', codeBlock(cut(paste, longestPaste))]),
  ];
}

function listed(items: readonly string[]): string {
  return plain(
    firstOf(
      items.map((item) => cut(item, 300)),
      20,
    ),
  );
}

function short(text: string): string {
  return code(cut(text, 200));
}
