import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Writes the tables of inputs and outputs in README.md anew from action.yml, between their markers. */
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
const path = join(root, 'README.md');

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

const readme = readFileSync(path, 'utf8');
writeFileSync(path, between(between(readme, 'inputs', inputs), 'outputs', outputs));

function between(text: string, name: string, lines: readonly string[]): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = text.split(start);
  const [, after] = (rest ?? '').split(end);
  if (before === undefined || after === undefined) {
    throw new Error(`README.md has no ${start} … ${end}`);
  }
  return `${before}${start}\n${lines.join('\n')}\n${end}${after}`;
}
