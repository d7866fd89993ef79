import type { Inline } from './markdown-inline.ts';

type Side = 'left' | 'right' | 'centre';

/** Whether these lines begin with a header row and the row of dashes that makes them a table to GitHub. */
export function isTable(lines: readonly string[]): boolean {
  const [header, dashes] = lines;
  if (header === undefined || dashes === undefined || !header.includes('|')) {
    return false;
  }
  const rule = cells(dashes);
  return rule.every((cell) => /^:?-+:?$/.test(cell)) && rule.length === cells(header).length;
}

/**
 * A table with columns as wide as their widest cell and set to the side that the dashes ask for. As on GitHub, a row
 * with too few cells is filled up and one with too many is cut.
 */
export function renderTable(lines: readonly string[], inline: Inline): string {
  const sides = cells(lines[1] ?? '').map(sideOf);
  const rows = [lines[0] ?? '', ...lines.slice(2)].map((line) => {
    const row = cells(line);
    return sides.map((_, column) => inline(row[column] ?? ''));
  });
  const widths = sides.map((_, column) => Math.max(3, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const [header, ...body] = rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, sides[column] ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
  return [header, widths.map((width) => '-'.repeat(width)).join('  '), ...body].join('\n');
}

/** The cells of a row; `\|` is no border, in code spans either. */
function cells(line: string): readonly string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function sideOf(dashes: string): Side {
  if (!dashes.endsWith(':')) {
    return 'left';
  }
  return dashes.startsWith(':') ? 'centre' : 'right';
}

function pad(cell: string, width: number, side: Side): string {
  const free = width - widthOf(cell);
  if (side === 'right') {
    return ' '.repeat(free) + cell;
  }
  const before = side === 'centre' ? Math.floor(free / 2) : 0;
  return ' '.repeat(before) + cell + ' '.repeat(free - before);
}

/** Columns on a terminal: marks that a workflow likes, such as a green tick, take two; joiners and accents none. */
function widthOf(text: string): number {
  return [...text].reduce((width, character) => {
    const none = /\p{Mn}|\u200d/u.test(character);
    return width + (none ? 0 : /\p{Emoji_Presentation}/u.test(character) ? 2 : 1);
  }, 0);
}
