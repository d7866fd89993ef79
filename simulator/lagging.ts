import type { Lagging } from './world.ts';

export function lagging<T>(current: T): Lagging<T> {
  return { current, past: [] };
}

/** What a reader sees now: the newest value, or an older one whose time is not over. */
export function shown<T>(value: Lagging<T>, now: number): T {
  return value.past.find((old) => old.until > now)?.shown ?? value.current;
}

/** Changes the value; readers go on to see the old one for `lagMilliseconds`. */
export function change<T>(value: Lagging<T>, next: T, now: number, lagMilliseconds: number): void {
  if (lagMilliseconds > 0) {
    value.past = [
      ...value.past.filter((old) => old.until > now),
      { until: now + lagMilliseconds, shown: value.current },
    ];
  }
  value.current = next;
}
