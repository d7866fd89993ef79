import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readTextFile } from '../../src/github/files.ts';
import { withFolder } from './folder.ts';

describe('A file of the workspace', () => {
  it('is read as text, through links too', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'targets.yml'), 'accounts: {}\n');
      symlinkSync('targets.yml', join(folder, 'link.yml'));
      expect(readTextFile(join(folder, 'link.yml'))).toEqual({ text: 'accounts: {}\n' });
    }));

  it('is not one that is missing, impossible, a directory, or too long', () =>
    withFolder(async (folder) => {
      const missing = join(folder, 'missing.yml');
      expect(readTextFile(missing)).toEqual({
        problem: `does not exist (looked for as ${missing})`,
        isMissing: true,
      });
      expect(readTextFile(join(folder, 'a\0b'))).toEqual({
        problem: 'cannot be read (ERR_INVALID_ARG_VALUE)',
      });
      expect(readTextFile(folder)).toEqual({ problem: 'is a directory' });
      writeFileSync(join(folder, 'long.yml'), '');
      truncateSync(join(folder, 'long.yml'), 5_000_001);
      expect(readTextFile(join(folder, 'long.yml'))).toEqual({
        problem: 'has 5000001 bytes, and at most 5000000 are read',
      });
    }));

  it('is not a pipe or a device, for which nobody waits, through links neither', () =>
    withFolder(async (folder) => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      symlinkSync('/dev/zero', join(folder, 'device'));
      for (const path of [pipe, '/dev/zero', join(folder, 'device')]) {
        expect(readTextFile(path)).toEqual({ problem: 'is no ordinary file' });
      }
    }));
});
