import { beforeAll, it } from '@jest/globals';
import { octokitFor } from '../../src/github/octokit.ts';

/**
 * Tests that wait more than they work, all started together before the first is told of. Jest's own `it.concurrent`
 * refuses what is imported while one of them ends, and these load Octokit when they first need it: it is loaded before
 * they start, so that no bound of theirs has to hold for that, too.
 */
export function sideBySide(): (name: string, test: () => Promise<void>) => void {
  const tests: (() => Promise<void>)[] = [];
  let ended: readonly PromiseSettledResult<void>[] = [];
  beforeAll(async () => {
    await octokitFor('none', 'http://127.0.0.1:9', 'none', 1);
    ended = await Promise.allSettled(tests.map((test) => test()));
  });
  return (name, test) => {
    const index = tests.push(test) - 1;
    it(name, () => {
      const result = ended[index];
      if (result?.status !== 'fulfilled') {
        throw result?.reason;
      }
    });
  };
}
