import { Buffer } from 'node:buffer';
import { visible } from './text.ts';

/**
 * Text as it is, in GitHub's Markdown, in HTML and in a table's cell: whatever could mean something there
 * becomes a character reference, which never does (CommonMark 6.2). Line breaks and indentation stay visible, and
 * what would be invisible, or would change the order in which the rest is read, becomes so. Nobody is mentioned and no
 * issue referred to: GitHub looks for names and numbers in what references have become, so they are taken apart by a
 * space of no width.
 */
export function plain(text: string): string {
  return escaped(visible(text).replace(/(?<![a-z0-9])@(?=[a-z0-9])|#(?=\d)|\bGH-(?=\d)/gi, '$&\u200B'));
}

/** An identifier in a fixed-width font, escaped; GitHub looks for no names and numbers in it. */
export function code(text: string): string {
  return `<code>${escaped(visible(text))}</code>`;
}

/**
 * Text as it is, to be copied, everything in it to be seen: a block of its own in a fixed-width font. Its fence is
 * longer than any run of backticks in the text, and nothing else ends such a block (CommonMark 4.5), so the text
 * cannot.
 */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${visible(text)}\n${fence}`;
}

/** Escaped text that links somewhere; what could end the address early is percent-encoded in it. */
export function link(text: string, url: string): string {
  const address = url.replace(
    /[\s()<>|\\`"]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `[${plain(text)}](${address})`;
}

/** Heading, rule and rows of a table, a line each. Cells are Markdown already: escape what goes into them. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): readonly [string, string, ...string[]] {
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

/**
 * As many whole blocks as fit into so many bytes of UTF-8, a line break after each; where some are left out,
 * a last block says how many, and fits in too.
 */
export function within(
  blocks: readonly string[],
  bytes: number,
  leftOut: (count: number) => string,
): readonly string[] {
  const sizes = blocks.map(bytesOf);
  if (sizes.reduce((sum, size) => sum + size, 0) <= bytes) {
    return blocks;
  }
  const room = bytes - bytesOf(leftOut(blocks.length));
  let used = 0;
  const kept = blocks.filter((_block, index) => {
    used += sizes[index] ?? 0;
    return used <= room;
  });
  return [...kept, leftOut(blocks.length - kept.length)];
}

function escaped(text: string): string {
  return text
    .replace(/[&<>"'|*_`~$[\]\\\u200B]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/(?:\r\n|\r|\n)( *)/g, (_break, indent: string) => `<br>${'&nbsp;'.repeat(indent.length)}`);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** What a block takes, the line break after it included. */
export function bytesOf(block: string): number {
  return Buffer.byteLength(block) + 1;
}
