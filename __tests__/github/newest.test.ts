import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newest } from '../../src/github/newest.ts';

/** A pause that no test outlives. */
const forEver = 600_000;

/**
 * A line that notes what it begins to send, each item taking until the test lets it end. Nothing is waited for by the
 * second: timers of one process fire in their order, so whatever a shorter one would have begun is noted by then.
 */
function sending(pauseMs: number) {
  const begun: number[] = [];
  let under = Promise.withResolvers<void>();
  let busy = 0;
  let most = 0;
  const line = newest<number>(async (item) => {
    begun.push(item);
    busy += 1;
    most = Math.max(most, busy);
    await under.promise;
    busy -= 1;
    return item >= 0;
  }, pauseMs);
  /** Ends what is under way, and lets happen what follows from that at once. */
  const end = async () => {
    const { resolve } = under;
    under = Promise.withResolvers();
    resolve();
    await turn();
  };
  return { ...line, begun, end, most: () => most };
}

describe('the newest of what is offered', () => {
  it('is sent one at a time; what was overtaken never is', async () => {
    const line = sending(0);
    for (let item = 1; item <= 100; item += 1) {
      line.offer(item);
    }
    await line.end();
    await delay(20);
    expect(line.begun).toEqual([1, 100]);
    await line.end();
    await delay(20);
    line.offer(101);
    await line.end();
    await delay(20);
    expect(line.begun).toEqual([1, 100, 101]);
    expect(line.most()).toBe(1);
  });

  it('waits for the pause after the one before, and no longer', async () => {
    const line = sending(200);
    line.offer(1);
    const before = delay(150);
    await line.end();
    const after = delay(250);
    line.offer(2);
    await before;
    expect(line.begun).toEqual([1]);
    await after;
    expect(line.begun).toEqual([1, 2]);
  });

  it('is not sent any more once it is stopped, neither what waits nor what comes later', async () => {
    const line = sending(0);
    line.offer(1);
    line.offer(2);
    const stopped = line.stop();
    await line.end();
    await stopped;
    line.offer(3);
    await delay(20);
    expect(line.begun).toEqual([1]);
    await line.stop();
  });

  it('is stopped when what is under way has ended, without a pause', async () => {
    const line = sending(forEver);
    line.offer(1);
    let isStopped = false;
    const stopped = line.stop().then(() => {
      isStopped = true;
    });
    await delay(20);
    expect(isStopped).toBe(false);
    await line.end();
    await stopped;
    const resting = sending(forEver);
    resting.offer(1);
    await resting.end();
    await resting.stop();
    expect(resting.begun).toEqual([1]);
  });

  it('is given up where it has no purpose', async () => {
    const line = sending(0);
    line.offer(-1);
    line.offer(2);
    await line.end();
    await delay(20);
    line.offer(3);
    await delay(20);
    expect(line.begun).toEqual([-1]);
  });
});
