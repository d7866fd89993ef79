import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { manifestWriter } from '../../src/github/manifest.ts';
import { withFolder } from './folder.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the manifest on disk', () => {
  it('is the text, and the sum is that of the file', async () => {
    await withFolder(async (folder) => {
      const { path, write } = manifestWriter(folder);
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
      const { path, write } = manifestWriter(folder);
      const texts = Array.from({ length: 30 }, (_, index) => `${index}`.repeat((30 - index) * 10_000));
      expect(await Promise.all(texts.map((text) => write(text)))).toEqual(texts.map(sha256));
      expect(await readFile(path, 'utf8')).toBe(texts.at(-1));
      expect(await readdir(folder)).toEqual([basename(path)]);
    });
  });

  it('is whole at every moment', async () => {
    await withFolder(async (folder) => {
      const { path, write } = manifestWriter(folder);
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
      const { path, write } = manifestWriter(folder);
      await expect(write('first')).rejects.toMatchObject({ code: 'ENOENT' });
      await mkdir(folder);
      expect(await write('second')).toBe(sha256('second'));
      expect(await readdir(folder)).toEqual([basename(path)]);
    });
  });

  it('is made only of the newest of what is offered, however much comes', async () => {
    await withFolder(async (folder) => {
      const { path, offer } = manifestWriter(folder);
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
      const { path, offer, write } = manifestWriter(folder);
      const early = offer(() => 'early');
      const final = write('final');
      const late = offer(() => 'late');
      await Promise.all([early, final, late]);
      expect(await readFile(path, 'utf8')).toBe('final');
    });
  });

  it('says what kept an offer from being written', async () => {
    await withFolder(async (parent) => {
      const { offer } = manifestWriter(join(parent, 'not-there'));
      await expect(offer(() => 'text')).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  it('has a name of its own for each step of a job', async () => {
    expect(manifestWriter('/tmp').path).not.toBe(manifestWriter('/tmp').path);
  });
});
