import { type Scenario, scenarios } from './demo-scenarios.ts';
import { perform } from './demo-stage.ts';

/**
 * The committed bundle on the embedded simulator, run by the runner as the steps of a workflow: the main job, or
 * what the flag names. The exit code is 0 only if every step ended as its scenario says, and 2 for another argument.
 */
const usage = `usage: npm run demo [-- ${[...scenarios.keys()].filter((flag) => flag !== '').join(' | ')}]`;

process.exitCode = await main(process.argv.slice(2));

async function main(given: readonly string[]): Promise<number> {
  const scenario = chosen(given);
  if (scenario === undefined) {
    console.error(`there is no such demo: ${given.join(' ')}\n${usage}`);
    return 2;
  }
  return (await perform(scenario)) ? 0 : 1;
}

function chosen([flag = '', ...more]: readonly string[]): Scenario | undefined {
  return more.length === 0 ? scenarios.get(flag) : undefined;
}
