/**
 * Every input of the step as the runner handed it over: the names of `action.yml` (lower case, hyphens kept),
 * the values untouched. `core.getInput` would trim them and make an absent input an empty one.
 */
export function readInputs(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([variable, value]) =>
      variable.startsWith(prefix) && variable !== prefix && value !== undefined
        ? [[variable.slice(prefix.length).toLowerCase(), value]]
        : [],
    ),
  );
}

const prefix = 'INPUT_';
