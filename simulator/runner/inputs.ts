import type { ActionMetadata } from './metadata.ts';

/**
 * The variables `INPUT_…` as the runner sets them: the name in upper case, spaces as underscores, hyphens kept.
 * A declared input that the workflow leaves out gets its default, or the empty text if it has none; `required` is
 * not enforced. What the action does not declare is passed on as well, with a warning. Names ignore case.
 */
export function inputVariables(
  metadata: ActionMetadata,
  given: Readonly<Record<string, string>>,
): { readonly variables: Readonly<Record<string, string>>; readonly warnings: readonly string[] } {
  const declared = new Map([...metadata.inputs].map(([name, input]) => [variable(name), input]));
  const variables: Record<string, string> = {};
  for (const [name, input] of declared) {
    variables[name] = input.default ?? '';
  }
  for (const [name, value] of Object.entries(given)) {
    variables[variable(name)] = value;
  }
  const unexpected = Object.keys(given).filter((name) => !declared.has(variable(name)));
  const deprecated = Object.keys(given).flatMap((name) => {
    const message = declared.get(variable(name))?.deprecated;
    return message === undefined ? [] : [`Input '${name}' has been deprecated with message: ${message}`];
  });
  return { variables, warnings: [...unexpectedWarning(unexpected, metadata), ...deprecated] };
}

function variable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function unexpectedWarning(names: readonly string[], metadata: ActionMetadata): readonly string[] {
  const quoted = (list: Iterable<string>): string => [...list].map((name) => `'${name}'`).join(', ');
  return names.length === 0
    ? []
    : [`Unexpected input(s) ${quoted(names)}, valid inputs are [${quoted(metadata.inputs.keys())}]`];
}
