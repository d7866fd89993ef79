import { type Inline, type LinkNotes, linkNotes, plainText } from './markdown-inline.ts';
import { isTable, renderTable } from './markdown-table.ts';

type Painter = (colour: 'bold', text: string) => string;

/**
 * GitHub's Markdown as plain text for a terminal: headings underlined, tables with aligned columns, details opened,
 * code as it stands, links as their text with a number whose address stands at the end.
 */
export function renderMarkdown(markdown: string, paint: Painter): string {
  const notes = linkNotes();
  const blocks = splitBlocks(markdown).map((block) => renderBlock(block, notes, paint));
  const body = blocks.filter((block) => block !== '').join('\n\n');
  const links = notes.addresses.map((address, index) => `[${index + 1}] ${address}`).join('\n');
  return body === '' ? '' : `${[body, links].filter((part) => part !== '').join('\n\n')}\n`;
}

type Block =
  | { readonly kind: 'text' | 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'details'; readonly text: string };

/** Blocks end at blank lines; fences, headings and the tags of details stand alone. */
function splitBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let text: string[] = [];
  const flush = (): void => {
    if (text.length > 0) {
      blocks.push({ kind: 'text', lines: text });
      text = [];
    }
  };
  const lines = separateDetails(markdown).split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const summary = /^<summary>(.*)<\/summary>$/.exec(line.trim());
    if (fence !== undefined) {
      flush();
      const end = lines.findIndex((other, i) => i > index && other.trim().startsWith(fence));
      blocks.push({ kind: 'code', lines: lines.slice(index + 1, end < 0 ? lines.length : end) });
      index = end < 0 ? lines.length : end;
    } else if (heading !== null) {
      flush();
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
    } else if (summary !== null) {
      flush();
      blocks.push({ kind: 'details', text: summary[1] ?? '' });
    } else if (line.trim() === '' || /^<!--.*-->$/.test(line.trim())) {
      flush();
    } else {
      text.push(line);
    }
  }
  flush();
  return blocks;
}

/** The tags of details on lines of their own, and the outer ones gone: what they hide is shown. */
function separateDetails(markdown: string): string {
  return markdown
    .replace(/<summary>\s*([\s\S]*?)\s*<\/summary>/g, '\n<summary>$1</summary>\n')
    .replace(/<\/?details[^>]*>/g, '\n');
}

function renderBlock(block: Block, notes: LinkNotes, paint: Painter): string {
  const inline: Inline = (text) => plainText(text, notes);
  switch (block.kind) {
    case 'heading':
      return renderHeading(inline(block.text), block.level, paint);
    case 'details':
      return paint('bold', `▼ ${inline(block.text)}`);
    case 'code':
      return block.lines.map((line) => `    ${line}`.trimEnd()).join('\n');
    case 'text':
      return isTable(block.lines) ? renderTable(block.lines, inline) : renderText(block.lines, inline);
  }
}

function renderHeading(text: string, level: number, paint: Painter): string {
  const rule = level === 1 ? '=' : level === 2 ? '-' : '';
  const title = paint('bold', text);
  return rule === '' ? title : `${title}\n${rule.repeat([...text].length)}`;
}

/** Lists get a real bullet, quotes (and GitHub's alerts, by their name) a bar; a table may follow right on text. */
function renderText(lines: readonly string[], inline: Inline): string {
  const table = lines.findIndex((_, index) => index > 0 && isTable(lines.slice(index)));
  if (table > 0) {
    const [before, after] = [lines.slice(0, table), lines.slice(table)];
    return `${renderText(before, inline)}\n\n${renderTable(after, inline)}`;
  }
  return lines
    .map((line) => {
      const alert = /^>\s*\[!(\w+)\]\s*$/.exec(line);
      if (alert !== null) {
        return `| ${(alert[1] ?? '').toUpperCase()}`;
      }
      const quote = /^>\s?(.*)$/.exec(line);
      if (quote !== null) {
        return `| ${inline(quote[1] ?? '')}`;
      }
      const bullet = /^(\s*)[-*+]\s+(.*)$/.exec(line);
      return bullet === null ? inline(line) : `${bullet[1] ?? ''}• ${inline(bullet[2] ?? '')}`;
    })
    .join('\n');
}
