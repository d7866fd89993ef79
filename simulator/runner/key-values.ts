/** A file of `name=value` and `name<<DELIMITER` entries as it was read; `fault` says where it is malformed. */
export interface KeyValues {
  readonly values: Readonly<Record<string, string>>;
  readonly fault?: string;
}

/**
 * Reads what a step wrote to GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV, by the runner's rules: whichever of `=` and
 * `<<` comes first in a line decides, a heredoc ends at a line that is exactly its delimiter, empty lines are
 * skipped, the last value of a name wins. A malformed file gives no values at all: the runner fails the step.
 */
export function parseKeyValues(text: string): KeyValues {
  const values = new Map<string, string>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = stripReturn(lines[index] ?? '');
    if (line === '') {
      continue;
    }
    const entry = readEntry(line);
    if ('fault' in entry) {
      return { values: {}, fault: entry.fault };
    }
    if (entry.delimiter === undefined) {
      values.set(entry.name, entry.value);
      continue;
    }
    const end = lines.findIndex((other, i) => i > index && stripReturn(other) === entry.delimiter);
    if (end < 0) {
      return { values: {}, fault: `Invalid value. Matching delimiter not found '${entry.delimiter}'` };
    }
    values.set(entry.name, stripReturn(lines.slice(index + 1, end).join('\n')));
    index = end;
  }
  return { values: Object.fromEntries(values) };
}

type Entry =
  | { readonly name: string; readonly value: string; readonly delimiter?: undefined }
  | { readonly name: string; readonly delimiter: string }
  | { readonly fault: string };

function readEntry(line: string): Entry {
  const equals = line.indexOf('=');
  const heredoc = line.indexOf('<<');
  if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
    return equals === 0
      ? { fault: `Invalid format '${line}'. Name must not be empty` }
      : { name: line.slice(0, equals), value: line.slice(equals + 1) };
  }
  if (heredoc < 0) {
    return { fault: `Invalid format '${line}'` };
  }
  const name = line.slice(0, heredoc);
  const delimiter = line.slice(heredoc + 2);
  return name === '' || delimiter === ''
    ? { fault: `Invalid format '${line}'. Name must not be empty and delimiter must not be empty` }
    : { name, delimiter };
}

function stripReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
