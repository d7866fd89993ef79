/**
 * The candidate that a misspelt word most likely means: the fewest letters changed, added, dropped or swapped with
 * their neighbour, at most a third of the candidate; undefined when none is so near. Case does not count.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const close = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= reach(candidate))
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter((near) => near.distance <= reach(near.candidate))
    .sort((a, b) => a.distance - b.distance);
  return close[0]?.candidate;
}

/** The end of a message: the nearest candidate as a question, never the word itself, or else the given advice. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const near = nearest(
    word,
    candidates.filter((candidate) => candidate !== word),
  );
  return near === undefined ? otherwise : `did you mean "${near}"?`;
}

function reach(candidate: string): number {
  return Math.max(1, Math.floor(candidate.length / 3));
}

/** Edit distance in which two neighbours that changed places count as one edit (optimal string alignment). */
function distance(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current: number[] = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          cell(last, column) + 1,
          cell(current, column - 1) + 1,
          cell(last, column - 1) + changed,
          swapped ? cell(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return cell(last, to.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
