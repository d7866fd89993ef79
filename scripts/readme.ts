import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { codeTable, policyTable } from './errors-document.ts';

/** Writes tables anew between their markers: inputs and outputs in README.md, errors in docs/errors.md. */
interface Declared {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, Declared>>;
  readonly outputs: Readonly<Record<string, Declared>>;
}

const root = join(import.meta.dirname, '..');
const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

const inputs = [
  '| input | default | meaning |',
  '|---|---|---|',
  ...Object.entries(action.inputs).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.required ? 'required' : `\`${input.default}\``} | ${input.description} |`,
  ),
];
const outputs = [
  '| output | value |',
  '|---|---|',
  ...Object.entries(action.outputs).map(([name, { description }]) => `| \`${name}\` | ${description} |`),
];

rewrite('README.md', { inputs: inputs.join('\n'), outputs: outputs.join('\n') });
rewrite('docs/errors.md', { codes: codeTable(), policies: policyTable() });

function rewrite(file: string, tables: Readonly<Record<string, string>>): void {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    Object.entries(tables).reduce((so, [name, table]) => between(so, name, table), text),
  );
}

function between(text: string, name: string, table: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = text.split(start);
  const [, after] = (rest ?? '').split(end);
  if (before === undefined || after === undefined) {
    throw new Error(`there is no ${start} … ${end}`);
  }
  return `${before}${start}\n${table}\n${end}${after}`;
}
