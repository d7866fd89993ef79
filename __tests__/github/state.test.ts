import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { journalPath, wasConcluded } from '../../src/github/state.ts';
import { inChild } from './child.ts';
import { withFolder } from './folder.ts';

const save = (path: string) => `
  import { saveJournalPath } from './src/github/state.ts';
  saveJournalPath(${JSON.stringify(path)});
`;

describe('the state of the step', () => {
  it('holds the path of the journal and nothing else', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'state');
      await writeFile(file, '');
      const path = join(folder, 'with a space=and\nmore', 'journal.jsonl');
      const { code, stdout } = await inChild(save(path), { GITHUB_STATE: file });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      const [, delimiter] = /^journal<<(ghadelimiter_[0-9a-f-]+)\n/.exec(await readFile(file, 'utf8')) ?? [];
      expect(await readFile(file, 'utf8')).toBe(`journal<<${delimiter}\n${path}\n${delimiter}\n`);
    });
  });

  it('tells post from main: main is given none', () => {
    expect(journalPath({})).toBeUndefined();
    expect(journalPath({ STATE_journal: '/tmp/journal.jsonl' })).toBe('/tmp/journal.jsonl');
  });

  it('says whether the step came to its end', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'state');
      await writeFile(file, '');
      const text = `
        import { saveConcluded } from './src/github/state.ts';
        saveConcluded();
      `;
      expect(await inChild(text, { GITHUB_STATE: file })).toMatchObject({ code: 0, stdout: '' });
      expect(await readFile(file, 'utf8')).toMatch(/^concluded<<(\S+)\ntrue\n\1\n$/);
    });
    expect(wasConcluded({ STATE_concluded: 'true' })).toBe(true);
    expect(wasConcluded({ STATE_journal: '/tmp/journal.jsonl' })).toBe(false);
  });

  it('of another action in the same job is none of ours', () => {
    expect(journalPath({ STATE_isPost: 'true', STATE_journals: 'x', journal: 'x' })).toBeUndefined();
  });

  it('cannot be saved where the runner gave no file for it: then the step says so before it writes', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'state'));
      const { code, stderr } = await inChild(save('/tmp/x'), { GITHUB_STATE: join(folder, 'state') });
      expect(code).not.toBe(0);
      expect(stderr).toContain('EISDIR');
    });
  });
});
