import { parseArgs } from 'node:util';
import { failureOf, playOrBreak } from './replay.ts';

/** Plays many histories, for a night: `npm run simulate -- --histories 10000 --seed 1`. */
async function simulate(count: number, first: number, isTraced: boolean): Promise<number> {
  const failed: number[] = [];
  const started = Date.now();
  for (let seed = first; seed < first + count; seed++) {
    const played = await playOrBreak(seed);
    const failure = failureOf(seed, played);
    if (failure !== undefined) {
      failed.push(seed);
      say([failure, ...played.trace].join('\n'));
    } else if (isTraced) {
      say(played.trace.join('\n'));
    }
    const done = seed - first + 1;
    if (done % 100 === 0 || done === count) {
      const seconds = Math.round((Date.now() - started) / 1000);
      say(`${done} of ${count} histories, ${failed.length} failed, ${seconds} s`);
    }
  }
  if (failed.length > 0) {
    say(`Failing seeds: ${failed.join(', ')}`);
  }
  return failed.length === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    /** Tells everything that happened, also where nothing failed. */
    trace: { type: 'boolean', default: false },
  },
});

process.exitCode = await simulate(Number(values.histories), Number(values.seed), values.trace);
