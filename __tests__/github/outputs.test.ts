import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inChild } from './child.ts';
import { withFolder } from './folder.ts';

/** What the runner would read from a file of outputs: `name<<delimiter`, the lines of the value, `delimiter`. */
function readOutputs(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const match of text.matchAll(/^(.+?)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)) {
    values[match[1] ?? ''] = match[3] ?? '';
  }
  return values;
}

describe('writing outputs', () => {
  it('reaches the runner unharmed, and the last value of a name counts', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'output');
      await writeFile(file, '');
      const { stdout } = await inChild(
        `
        import { writeOutputs } from './src/github/outputs.ts';
        writeOutputs({ amis: '{}', 'ami-ids': '{}' });
        writeOutputs({ amis: '{"web":\\n1}', 'ami-ids': '' });
        `,
        { GITHUB_OUTPUT: file },
      );
      expect(readOutputs(await readFile(file, 'utf8'))).toEqual({ amis: '{"web":\n1}', 'ami-ids': '' });
      expect(stdout).toBe('');
    });
  });

  it('neither exports anything to later steps nor masks anything', async () => {
    await withFolder(async (folder) => {
      const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_ENV: join(folder, 'env') };
      await Promise.all(Object.values(files).map((file) => writeFile(file, '')));
      const { stdout } = await inChild(
        `
        import { writeOutputs } from './src/github/outputs.ts';
        writeOutputs({ 'manifest-file': '/tmp/111122223333.json' });
        `,
        files,
      );
      expect(await readFile(files.GITHUB_ENV, 'utf8')).toBe('');
      expect(stdout).not.toContain('add-mask');
    });
  });
});

describe('writing the summary', () => {
  const write = `
    import { writeSummary } from './src/github/outputs.ts';
    await writeSummary('# first, and longer than the second');
    await writeSummary('# second');
  `;

  it('overwrites what this step wrote before', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'summary');
      await writeFile(file, '');
      await inChild(write, { GITHUB_STEP_SUMMARY: file });
      expect(await readFile(file, 'utf8')).toBe('# second');
    });
  });

  it.each([
    ['is not set', {}],
    ['cannot be written', { GITHUB_STEP_SUMMARY: '/nowhere/summary' }],
  ])('is no reason to fail where the file %s: the log says so', async (_case, env) => {
    const { code, stdout } = await inChild(write, env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The summary could not be written: .*GITHUB_STEP_SUMMARY|^The summary .*nowhere/);
  });

  it('does not write again what could not be written', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'summary');
      await inChild(
        `
        import { writeFileSync } from 'node:fs';
        import { writeSummary } from './src/github/outputs.ts';
        await writeSummary('# lost');
        process.env.GITHUB_STEP_SUMMARY = ${JSON.stringify(file)};
        writeFileSync(process.env.GITHUB_STEP_SUMMARY, '');
        await writeSummary('# second');
        `,
      );
      expect(await readFile(file, 'utf8')).toBe('# second');
    });
  });
});

describe('annotations', () => {
  it('become commands with a title, one line each whatever the text', async () => {
    const { stdout } = await inChild(`
      import { annotate } from './src/github/outputs.ts';
      annotate([
        { level: 'error', title: '2 targets: A, B', text: 'one\\n::stop-commands::x' },
        { level: 'warning', title: 'w', text: '100%' },
        { level: 'notice', title: 'n', text: 'text' },
      ]);
    `);
    expect(stdout.split('\n')).toEqual([
      '::error title=2 targets%3A A%2C B::one%0A::stop-commands::x',
      '::warning title=w::100%25',
      '::notice title=n::text',
      '',
    ]);
  });
});
