import { nextNumber, type Random, seeded } from '../../simulator/random.ts';

/** Chance from a seed: the same seed draws the same things in the same order. */
export class Draw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seeded(Math.imul(seed + 1, 0x9e3779b1));
  }

  /** 0 (included) to 1 (excluded). */
  number(): number {
    return nextNumber(this.#random);
  }

  chance(probability: number): boolean {
    return this.number() < probability;
  }

  /** Whole numbers, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.number() * (most - least + 1));
  }

  one<T>(first: T, ...others: readonly T[]): T {
    const all = [first, ...others];
    return all[this.between(0, all.length - 1)] ?? first;
  }

  /** So many of them, in their order; at least one. */
  some<T>(all: readonly T[], most: number): readonly T[] {
    const count = this.between(1, Math.min(most, all.length));
    const left = [...all];
    while (left.length > count) {
      left.splice(this.between(0, left.length - 1), 1);
    }
    return left;
  }

  /** The thing, or nothing. */
  maybe<T>(probability: number, make: () => T): readonly T[] {
    return this.chance(probability) ? [make()] : [];
  }
}
