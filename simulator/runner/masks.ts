/** The values that may not be shown. */
export interface Masker {
  /** What the action asked to mask, in its order. */
  readonly values: readonly string[];
  add(value: string): void;
  /** The text with every masked value as `***`. */
  apply(text: string): string;
  /** Whether the text holds a masked value: such a job output is dropped. */
  touches(text: string): boolean;
}

/**
 * A masker that begins with the runner's own secrets (its request token, the workflow's secrets). Of a value of
 * several lines each line is masked too, as GitHub does; longer values are replaced before shorter ones.
 */
export function masker(secrets: readonly string[]): Masker {
  const values: string[] = [];
  const hidden = new Set<string>();

  function hide(value: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      if (part.trim() !== '') {
        hidden.add(part);
      }
    }
  }

  for (const secret of secrets) {
    hide(secret);
  }
  return {
    values,
    add: (value) => {
      values.push(value);
      hide(value);
    },
    apply: (text) =>
      [...hidden]
        .sort((a, b) => b.length - a.length)
        .reduce((shown, value) => shown.replaceAll(value, '***'), text),
    touches: (text) => [...hidden].some((value) => text.includes(value)),
  };
}
