import { within } from './markdown.ts';

/** A part of a summary. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly string[];
  /** What all blocks may take; those of a summary's sections together stay below 1,000,000. */
  readonly bytes: number;
  /** Where to find what does not fit. */
  readonly whole: string;
}

/** A section as lines of Markdown, as many whole blocks of it as fit; none where there is nothing to say. */
export function sectionLines({ title, blocks, bytes, whole }: Section): readonly string[] {
  const leftOut = (count: number) => `\n<i>${count} more did not fit here; the ${whole} has them all.</i>`;
  return blocks.length === 0 ? [] : ['', `### ${title}`, '', ...within(blocks, bytes, leftOut)];
}
