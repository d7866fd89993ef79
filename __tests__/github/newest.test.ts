import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newest } from '../../src/github/newest.ts';
import { until } from './hub.ts';

/** Sends into a list, each taking as long as the test says. */
function sending(pauseMs: number, takesMs = 5) {
  const sent: number[] = [];
  let busy = 0;
  let most = 0;
  const line = newest<number>(async (item) => {
    busy += 1;
    most = Math.max(most, busy);
    await delay(takesMs);
    busy -= 1;
    sent.push(item);
    return item >= 0;
  }, pauseMs);
  return { ...line, sent, most: () => most };
}

describe('the newest of what is offered', () => {
  it('is sent one at a time; what was overtaken never is', async () => {
    const line = sending(0);
    for (let item = 1; item <= 100; item += 1) {
      line.offer(item);
    }
    await until(() => line.sent.length === 2);
    expect(line.sent).toEqual([1, 100]);
    line.offer(101);
    await until(() => line.sent.length === 3);
    expect(line.sent).toEqual([1, 100, 101]);
    expect(line.most()).toBe(1);
  });

  it('waits for the pause after the one before', async () => {
    const line = sending(10_000);
    line.offer(1);
    await until(() => line.sent.length === 1);
    line.offer(2);
    await delay(50);
    expect(line.sent).toEqual([1]);
  });

  it('is not sent any more once it is stopped, which waits for what is under way and for no pause', async () => {
    const line = sending(10_000, 50);
    line.offer(1);
    line.offer(2);
    await line.stop();
    expect(line.sent).toEqual([1]);
    line.offer(3);
    await delay(100);
    expect(line.sent).toEqual([1]);
    await line.stop();
  });

  it('is given up where it has no purpose', async () => {
    const line = sending(0);
    line.offer(-1);
    await until(() => line.sent.length === 1);
    line.offer(2);
    await delay(50);
    expect(line.sent).toEqual([-1]);
  });
});
