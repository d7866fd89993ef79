import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { codeTable, policyTable } from '../../scripts/errors-document.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
const between = (name: string) =>
  text.split(`<!-- ${name} -->\n`)[1]?.split(`\n<!-- /${name} -->`)[0] ?? `there is no ${name}`;

it('docs/errors.md has the table of the code, row by row', () => {
  expect(between('codes').split('\n')).toEqual(codeTable().split('\n'));
});

it('docs/errors.md has what is said of quoted policies', () => {
  expect(between('policies').split('\n')).toEqual(policyTable().split('\n'));
});
