/** The only source of time in the simulator: milliseconds since 1970. */
export interface Clock {
  now(): number;
}

export const realClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is told to go on, so that hours of copying take no time in a test. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start = Date.parse('2026-11-20T12:00:00.000Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) {
      throw new RangeError(`time does not go back: ${milliseconds}`);
    }
    this.#now += milliseconds;
  }
}
