import { historyOf } from './draw-history.ts';
import { type Played, play } from './play.ts';

export type Tale = Pick<Played, 'violations' | 'trace'>;

/** What to say where the history of a seed broke a promise; undefined where all held. */
export function failureOf(seed: number, { violations }: Tale): string | undefined {
  return violations.length === 0
    ? undefined
    : [
        `Seed ${seed}:`,
        ...violations.map((violation) => `  ${violation}`),
        `Replay it, with everything that happened: npm run simulate -- --histories 1 --seed ${seed}`,
      ].join('\n');
}

/** Plays the history of a seed; a defect that is raised is a broken promise too. */
export async function playOrBreak(seed: number): Promise<Tale> {
  try {
    return await play(historyOf(seed));
  } catch (error) {
    return { violations: [error instanceof Error ? `${error.stack}` : String(error)], trace: [] };
  }
}
