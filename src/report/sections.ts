import { bytesOf, within } from './markdown.ts';

/** A part of a summary. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly string[];
  /** How much of the room is this part's, in proportion to the others, where not everything fits. */
  readonly share: number;
  /** Where to find what does not fit. */
  readonly whole: string;
}

/**
 * Sections as lines of Markdown, their blocks within so many bytes: each has its share, and what one does not need is
 * the others'. Of one that does not fit, as many whole blocks as do; nothing of one that has nothing to say.
 */
export function sectionLines(sections: readonly Section[], bytes: number): readonly string[] {
  const spoken = sections.filter(({ blocks }) => blocks.length > 0);
  const rooms = roomsOf(spoken, bytes);
  return spoken.flatMap((section) => {
    const leftOut = (count: number) =>
      `\n<i>${count} more did not fit here; the ${section.whole} has them all.</i>`;
    return ['', `### ${section.title}`, '', ...within(section.blocks, rooms.get(section) ?? 0, leftOut)];
  });
}

/** Whoever needs the least of its share is served first, so that the rest of it is there for the others. */
function roomsOf(sections: readonly Section[], bytes: number): ReadonlyMap<Section, number> {
  const needs = sections
    .map((section) => ({ section, need: needOf(section) }))
    .toSorted((a, b) => a.need / a.section.share - b.need / b.section.share);
  let room = bytes;
  let shares = sections.reduce((sum, { share }) => sum + share, 0);
  const rooms = new Map<Section, number>();
  for (const { section, need } of needs) {
    const given = Math.min(need, Math.floor((room * section.share) / shares));
    rooms.set(section, given);
    room -= given;
    shares -= section.share;
  }
  return rooms;
}

function needOf({ blocks }: Section): number {
  return blocks.reduce((sum, block) => sum + bytesOf(block), 0);
}
