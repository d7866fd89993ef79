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

/**
 * The text with everything in it to be seen: controls, and characters that only change how others are shown, become
 * their names, `<U+202E>`, so that nothing reads otherwise than it is. Tabs and line breaks stay.
 */
export function visible(text: string): string {
  return text.replace(
    /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `<U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

/** The text with everything in it to be seen, at most so many characters long. */
export function cutVisible(text: string, most: number): string {
  return cut(visible(text), most);
}

/** The text on one line, everything in it to be seen: every run of white space becomes one space. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

/** The lines of a text, whatever ends them, everything in them to be seen. */
export function linesOf(text: string): readonly string[] {
  return visible(text).split(/\r\n|\r|\n/);
}

/** Each value once, in the order of its first appearance. */
export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** The order of code units, the same on every machine. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `alias/ami` of an alias or its ARN, else what follows the last slash: a key's id. */
export function shortKey(key: string): string {
  const alias = key.indexOf('alias/');
  return alias >= 0 ? key.slice(alias) : key.slice(key.lastIndexOf('/') + 1);
}
