import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One row of a table of codes. */
export interface Row {
  readonly code: string;
  /** What stands in code quotes between the code and the last column: calls of AWS among it. */
  readonly calls: readonly string[];
  /** The last column. */
  readonly last: string;
}

/** The rows of a table of a document, which stands between comments of that name. */
export function rowsOf(
  table: 'checked' | 'unchecked' | 'owner' | 'consumer',
  document = 'docs/preflight.md',
): readonly Row[] {
  const text = readFileSync(join(import.meta.dirname, '../..', document), 'utf8');
  const between = text.split(`<!-- ${table} -->\n`)[1]?.split(`\n<!-- /${table} -->`)[0];
  if (between === undefined) {
    throw new Error(`${document} has no table ${table}`);
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
