import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { harmless } from '../../src/aspects/launchable.ts';
import { quoted, rowsOf } from '../support/preflight-docs.ts';

const root = join(import.meta.dirname, '../..');
const documented = (['owner', 'consumer'] as const).flatMap((table) =>
  rowsOf(table, 'docs/gate.md').map(({ code }) => code),
);

/** Every text in single quotes that is written as a code is. */
function codesIn(pattern: string): readonly string[] {
  const texts = globSync(pattern, { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const codes = texts.flatMap((text) => [...text.matchAll(/'([A-Z][a-z]+(?:[A-Z][a-z]+)+)'/g)]);
  return [...new Set(codes.flatMap(([, code]) => code ?? []))].filter(
    (code) => code !== 'GrantIsForAWSResource',
  );
}

describe('docs/gate.md', () => {
  it('has every code that only the gate gives', () => {
    const given = codesIn('src/aspects/{gate,in-use,keys-usable,launchable}.ts');
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((code) => !documented.includes(code) && !harmless.includes(code))).toEqual([]);
  });

  it('has what a trial may meet and still pass', () => {
    const text = readFileSync(join(root, 'docs/gate.md'), 'utf8');
    const between = text.split('<!-- harmless -->')[1]?.split('<!-- /harmless -->')[0] ?? '';
    expect([...quoted(between)].sort()).toEqual([...harmless].sort());
  });

  it('has no code twice, and none that the comparison does not give', () => {
    expect(documented).toEqual([...new Set(documented)]);
    const given = codesIn('src/aspects/*.ts');
    expect(documented.filter((code) => !given.includes(code))).toEqual([]);
  });
});
