import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

/** What the linter, as this repository configures it, says of a file. */
function lint(source: string): { readonly status: number | null; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'planted.ts'), source);
    const { status, stdout, stderr } = spawnSync(
      join(root, 'node_modules/.bin/biome'),
      ['lint', '--vcs-enabled=false', 'planted.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    return { status, text: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the linter', () => {
  it('refuses a promise that nobody awaits', () => {
    const planted =
      'async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n';
    const { status, text } = lint(planted);
    expect(text).toContain('noFloatingPromises');
    expect(status).toBe(1);
  });

  it('accepts the same promise awaited', () => {
    const mended =
      'async function work(): Promise<void> {}\nexport async function start(): Promise<void> {\n  await work();\n}\n';
    expect(lint(mended)).toMatchObject({ status: 0 });
  });

  it('refuses a type that is any, and no other', () => {
    const typed = (type: string) => `export const value: ${type} = JSON.parse('1');\n`;
    expect(lint(typed('any')).text).toContain('noExplicitAny');
    expect(lint(typed('unknown'))).toMatchObject({ status: 0 });
  });
});
