import { describe, expect, it } from '@jest/globals';
import { historyOf } from './draw-history.ts';
import { play } from './play.ts';

/** Seeds with two runs at once, deaths and faults among them. */
const seeds = [1, 2, 3, 5, 8, 13];

describe('a history', () => {
  it.each(seeds)('of seed %i is the same whenever it is played', async (seed) => {
    const [first, second] = [await play(historyOf(seed)), await play(historyOf(seed))];
    expect(second.trace).toEqual(first.trace);
    expect(second.world.record).toEqual(first.world.record);
    expect(first.world.record.length).toBeGreaterThan(20);
  });

  it('of another seed is another', async () => {
    const [first, second] = [await play(historyOf(1)), await play(historyOf(2))];
    expect(second.trace).not.toEqual(first.trace);
  });
});
