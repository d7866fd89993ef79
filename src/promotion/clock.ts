import { setTimeout as pause } from 'node:timers/promises';
import { Failed, interrupted } from '../model/failure.ts';
import type { Clock } from './ports.ts';

/** The time that everybody has. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await pause(ms, undefined, { signal });
    } catch (cause) {
      throw new Failed(interrupted, { cause });
    }
  },
};
