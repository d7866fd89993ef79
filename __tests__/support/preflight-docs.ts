import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One row of a table in docs/preflight.md. */
export interface Row {
  readonly code: string;
  /** What stands in code quotes between the code and the last column: calls of AWS among it. */
  readonly calls: readonly string[];
  /** The last column. */
  readonly last: string;
}

/** The rows of a table of docs/preflight.md, which stands between comments of that name. */
export function rowsOf(table: 'checked' | 'unchecked'): readonly Row[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/preflight.md'), 'utf8');
  const between = text.split(`<!-- ${table} -->\n`)[1]?.split(`\n<!-- /${table} -->`)[0];
  if (between === undefined) {
    throw new Error(`docs/preflight.md has no table ${table}`);
  }
  return between
    .split('\n')
    .slice(2)
    .map((line) => {
      const [code = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return {
        code: quoted(code)[0] ?? '',
        calls: quoted(cells.slice(0, -1).join(' ')),
        last: cells.at(-1) ?? '',
      };
    });
}

/** What stands in code quotes. */
export function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, word]) => word ?? []);
}
