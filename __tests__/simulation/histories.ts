import { describe, expect, it } from '@jest/globals';
import { failureOf, playOrBreak } from './replay.ts';

/** How many histories each file plays in `npm test`. */
const perFile = 150;

/** The tests of one file: its own stretch of seeds. */
export function histories(file: number): void {
  const seeds = Array.from({ length: perFile }, (_, index) => 1000 * file + index + 1);
  describe(`histories from seed ${seeds[0]} on`, () => {
    it.each(seeds)('keep every promise, seed %i', async (seed) => {
      expect(failureOf(seed, await playOrBreak(seed))).toBeUndefined();
    });
  });
}
