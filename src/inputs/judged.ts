import type { Fault } from '../model/fault.ts';
import type { Read } from './read.ts';
import type { Said } from './said.ts';

/** What several texts say, each of some places. */
export interface Judged<P, T> {
  /** Undefined where nothing is said, or nothing that can be read. */
  readonly at: (place: P) => T | undefined;
  readonly faults: readonly Fault[];
}

/** Judges every text once, for the places where it holds: what is wrong is told once, and of those places only. */
export function judged<P, T>(
  texts: readonly (Said | undefined)[],
  places: readonly P[],
  saidAt: (place: P) => Said | undefined,
  judge: (said: Said, places: readonly P[]) => Read<T>,
): Judged<P, T> {
  const reads = new Map<Said | undefined, Read<T>>();
  for (const said of texts) {
    if (said !== undefined) {
      const where = places.filter((place) => saidAt(place) === said);
      reads.set(said, judge(said, where));
    }
  }
  return {
    at: (place) => reads.get(saidAt(place))?.value,
    faults: [...reads.values()].flatMap(({ faults }) => faults),
  };
}
