/** A workflow command that a step printed: `::name key=value,key=value::data`, unescaped. */
export interface Command {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

/**
 * Reads one line of a step's output as a workflow command, or undefined if it is plain text.
 * As in the runner: blanks before `::` do not matter, names of commands and properties ignore case, `%25 %0D %0A`
 * stand for `% CR LF`, and in properties `%3A %2C` for `: ,`.
 */
export function parseCommand(line: string): Command | undefined {
  const match = /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line);
  if (match === null) {
    return undefined;
  }
  const [, name = '', properties = '', data = ''] = match;
  return {
    name: name.toLowerCase(),
    properties: new Map(
      properties.split(',').flatMap((pair): [string, string][] => {
        const equals = pair.indexOf('=');
        const key = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase();
        return key === '' ? [] : [[key, unescapeProperty(pair.slice(equals + 1))]];
      }),
    ),
    data: unescapeData(data),
  };
}

function unescapeProperty(text: string): string {
  return unescapeWith(text, { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' });
}

function unescapeData(text: string): string {
  return unescapeWith(text, { '%0D': '\r', '%0A': '\n', '%25': '%' });
}

function unescapeWith(text: string, table: Readonly<Record<string, string>>): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => table[code] ?? code);
}
