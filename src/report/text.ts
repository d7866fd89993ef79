/** The first few of a list, and how many more there are: `a, b and 3 more`. */
export function firstOf(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}

/** The text, at most so many characters long; what is cut off is shown by an ellipsis. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** `1 target`, `12 targets`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The text on one line: every run of white space becomes one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The lines of a text, whatever ends them. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/** Each value once, in the order of its first appearance. */
export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** The order of code units, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `alias/ami` of an alias or its ARN, else what follows the last slash: a key's id. */
export function shortKey(key: string): string {
  const alias = key.indexOf('alias/');
  return alias >= 0 ? key.slice(alias) : key.slice(key.lastIndexOf('/') + 1);
}
