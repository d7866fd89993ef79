import { setTimeout as pause } from 'node:timers/promises';
import { Failed, interrupted } from '../model/failure.ts';
import type { Clock } from './ports.ts';

/** The time that everybody had when the process began, and from then on time that nobody sets forward or back. */
export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: async (ms, signal) => {
    try {
      await pause(ms, undefined, { signal });
    } catch (cause) {
      throw new Failed(interrupted, { cause });
    }
  },
};
