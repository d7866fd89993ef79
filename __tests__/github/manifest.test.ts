import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { manifestsOfOthers, manifestWriter, writePlan } from '../../src/github/manifest.ts';
import { withFolder } from './folder.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const step = '01234567-89ab-4cde-8f01-23456789abcd';
const other = 'fedcba98-7654-4321-8fed-cba987654321';

describe('the manifests of a job', () => {
  it('are those of its other steps, and no other file', async () => {
    await withFolder(async (folder) => {
      await manifestWriter(folder, step).write('mine');
      await manifestWriter(folder, other).write('theirs');
      await writePlan(folder, 'a plan');
      await writeFile(join(folder, `promote-ami-journal-${other}.jsonl`), 'a journal');
      expect(await manifestsOfOthers(folder, step)).toEqual(['theirs']);
      expect(await manifestsOfOthers(join(folder, 'not-there'), step)).toEqual([]);
    });
  });
});

describe('the manifest on disk', () => {
  it('is the text, and the sum is that of the file', async () => {
    await withFolder(async (folder) => {
      const { path, write } = manifestWriter(folder, step);
      const sum = await write('{"ä": 1}\n');
      expect(sum).toBe(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      );
      expect(await readFile(path, 'utf8')).toBe('{"ä": 1}\n');
    });
  });

  it('is in the end the text that was handed over last, and each write knows its own sum', async () => {
    await withFolder(async (folder) => {
      const { path, write } = manifestWriter(folder, step);
      const texts = Array.from({ length: 30 }, (_, index) => `${index}`.repeat((30 - index) * 10_000));
      expect(await Promise.all(texts.map((text) => write(text)))).toEqual(texts.map(sha256));
      expect(await readFile(path, 'utf8')).toBe(texts.at(-1));
      expect(await readdir(folder)).toEqual([basename(path)]);
    });
  });

  it('is whole at every moment', async () => {
    await withFolder(async (folder) => {
      const { path, write } = manifestWriter(folder, step);
      const texts = Array.from({ length: 20 }, (_, index) =>
        String.fromCharCode(97 + index).repeat(1_000_000),
      );
      await write('start');
      let writing = true;
      const all = Promise.all(texts.map((text) => write(text))).finally(() => {
        writing = false;
      });
      const seen = new Set<string>();
      while (writing) {
        seen.add(await readFile(path, 'utf8'));
      }
      await all;
      expect([...seen].filter((text) => text !== 'start' && !texts.includes(text))).toEqual([]);
      expect(seen.size).toBeGreaterThan(1);
    });
  });

  it('can be written again after a write that failed, which says so and leaves nothing behind', async () => {
    await withFolder(async (parent) => {
      const folder = join(parent, 'not-there-yet');
      const { path, write } = manifestWriter(folder, step);
      await expect(write('first')).rejects.toMatchObject({ code: 'ENOENT' });
      await mkdir(folder);
      expect(await write('second')).toBe(sha256('second'));
      expect(await readdir(folder)).toEqual([basename(path)]);
    });
  });

  it('is made only of the newest of what is offered, however much comes', async () => {
    await withFolder(async (folder) => {
      const { path, offer } = manifestWriter(folder, step);
      const made: number[] = [];
      const offers = Array.from({ length: 1_000 }, (_, index) =>
        offer(() => {
          made.push(index);
          return String(index);
        }),
      );
      await Promise.all(offers);
      expect(made).toEqual([999]);
      expect(await readFile(path, 'utf8')).toBe('999');
    });
  });

  it('is not overtaken by an offer once it is written for good', async () => {
    await withFolder(async (folder) => {
      const { path, offer, write } = manifestWriter(folder, step);
      const early = offer(() => 'early');
      const final = write('final');
      const late = offer(() => 'late');
      await Promise.all([early, final, late]);
      expect(await readFile(path, 'utf8')).toBe('final');
    });
  });

  it('says what kept an offer from being written', async () => {
    await withFolder(async (parent) => {
      const { offer } = manifestWriter(join(parent, 'not-there'), step);
      await expect(offer(() => 'text')).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  it('has a name of its own for each step of a job', async () => {
    expect(manifestWriter('/tmp', 'a').path).not.toBe(manifestWriter('/tmp', 'b').path);
  });
});
