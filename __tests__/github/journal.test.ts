import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { journalAt, journalIn, readJournal, stepOf } from '../../src/github/journal.ts';
import { parseJournal } from '../../src/inputs/journal.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import { withFolder } from './folder.ts';

const place = { account: '444455556666', region: 'eu-west-1' };

/** The intent to deregister an image: `seq` tells entries apart. */
function intent(seq: number, imageId = 'ami-0123456789abcdef0'): JournalEntry {
  const kind = 'deregister-image';
  return {
    seq,
    at: '2026-11-21T09:00:00.000Z',
    phase: 'intent',
    target: null,
    kind,
    request: { kind, place, imageId },
    before: {},
  };
}

function intents(count: number): readonly JournalEntry[] {
  return Array.from({ length: count }, (_, index) => intent(index + 1));
}

const linesOf = (entries: readonly JournalEntry[]) =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/** How every file of this process writes to the disk, so that a test sees when it does. */
async function fileHandles(folder: string) {
  const file = await open(join(folder, 'any'), 'w');
  await file.close();
  const handles: typeof file = Object.getPrototypeOf(file);
  return handles;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the journal', () => {
  it('is no file before its first entry, and then a file of lines that only its owner may read', async () => {
    await withFolder(async (folder) => {
      const { path, append } = journalIn(folder, 'a');
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
      expect(await readJournal(path)).toBe('');
      await append(intent(1));
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await append(intent(2));
      expect(await readJournal(path)).toBe(linesOf(intents(2)));
    });
  });

  it('has a name of its own for each step of a job', () => {
    const [one, other] = [journalIn('/tmp', 'a').path, journalIn('/tmp', 'b').path];
    expect(basename(one)).toBe('promote-ami-journal-a.jsonl');
    expect(other).not.toBe(one);
    expect(stepOf(one)).toBe('a');
  });

  it('has the entry on the disk before it says so', async () => {
    await withFolder(async (folder) => {
      const handles = await fileHandles(folder);
      const events: string[] = [];
      const { datasync } = handles;
      jest.spyOn(handles, 'datasync').mockImplementation(async function (this: typeof handles) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        await datasync.call(this);
        events.push('on the disk');
      });
      const { append, path } = journalIn(folder, 'a');
      await append(intent(1)).then(() => events.push('said'));
      await append(intent(2)).then(() => events.push('said'));
      expect(events).toEqual(['on the disk', 'said', 'on the disk', 'said']);
      expect(parseJournal(await readFile(path, 'utf8'))).toHaveLength(2);
    });
  });

  it('keeps the order of the calls, however many come at once', async () => {
    await withFolder(async (folder) => {
      const { append, path } = journalIn(folder, 'a');
      const first = intents(500);
      const later: Promise<void>[] = [];
      await Promise.all(
        first.map(async (entry) => {
          await append(entry);
          later.push(append(intent(entry.seq + 500)));
        }),
      );
      await Promise.all(later);
      expect(parseJournal(await readJournal(path))).toEqual(intents(1_000));
    });
  });

  it('takes 10,000 entries that come at once in one write, and they are read back whole', async () => {
    await withFolder(async (folder) => {
      const handles = await fileHandles(folder);
      const [written, synced] = [jest.spyOn(handles, 'appendFile'), jest.spyOn(handles, 'datasync')];
      const { append, path } = journalIn(folder, 'a');
      const entries = intents(10_000);
      const started = process.cpuUsage();
      await Promise.all(entries.map((entry) => append(entry)));
      expect([written.mock.calls.length, synced.mock.calls.length]).toEqual([1, 1]);
      expect(parseJournal(await readJournal(path))).toEqual(entries);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1_000).toBeLessThan(5_000);
    });
  });

  it('costs the same at its end as at its beginning', async () => {
    await withFolder(async (folder) => {
      const handles = await fileHandles(folder);
      const written = jest.spyOn(handles, 'appendFile');
      const { append } = journalIn(folder, 'a');
      for (const entry of intents(50)) {
        await append(entry);
      }
      expect(written.mock.calls.map(([text]) => String(text))).toEqual(
        intents(50).map((entry) => linesOf([entry])),
      );
    });
  });

  it('goes on where another process left it', async () => {
    await withFolder(async (folder) => {
      const { append, path } = journalIn(folder, 'a');
      await append(intent(1));
      await journalAt(path).append(intent(2));
      expect(parseJournal(await readJournal(path))).toEqual(intents(2));
    });
  });

  it.each(['{"seq":2,"phase":"inte', '{"seq":2,"phase":"intent"}', '\u00C3'])(
    'loses nothing that is written after a line that is not whole: %s',
    async (torn) => {
      await withFolder(async (folder) => {
        const { append, path } = journalIn(folder, 'a');
        await append(intent(1));
        await writeFile(path, Buffer.from(torn, 'latin1'), { flag: 'a' });
        expect(parseJournal(await readJournal(path))).toEqual(intents(1));
        const after = journalAt(path);
        await Promise.all([after.append(intent(3)), after.append(intent(4))]);
        expect(parseJournal(await readJournal(path))).toEqual([intent(1), intent(3), intent(4)]);
      });
    },
  );

  it('has every entry that was said to be written when the process is killed', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'journal.jsonl');
      const text = `
        import { journalAt } from './src/github/journal.ts';
        const { append } = journalAt(${JSON.stringify(path)});
        for (let seq = 1; ; seq++) {
          await append({ ...${JSON.stringify(intent(0))}, seq });
          process.stdout.write(seq + '\\n');
        }
      `;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
        cwd: join(import.meta.dirname, '../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += String(chunk);
        if (said.split('\n').length > 50) {
          child.kill('SIGKILL');
        }
      });
      await once(child, 'close');
      const promised = said.split('\n').slice(0, -1).length;
      const found = parseJournal(await readJournal(path)).map(({ seq }) => seq);
      expect(promised).toBeGreaterThanOrEqual(50);
      expect(found.length).toBeGreaterThanOrEqual(promised);
      expect(found).toEqual(intents(found.length).map(({ seq }) => seq));
    });
  });
});

describe('a journal that cannot be written', () => {
  it('says so before anything is written to AWS, with the path, the reason and what to do', async () => {
    await withFolder(async (parent) => {
      const { append, path } = journalIn(join(parent, 'not-there'), 'a');
      await expect(append(intent(1))).rejects.toMatchObject({
        failure: {
          code: 'JournalNotWritable',
          kind: 'precondition',
          meaning: `Nothing is written to AWS before it is noted in ${path}, and that file cannot be written (ENOENT).`,
          cure: expect.stringContaining('RUNNER_TEMP'),
        },
      });
    });
  });

  it('fails at every entry, also at those that share a write, and goes on once it can be written', async () => {
    await withFolder(async (parent) => {
      const folder = join(parent, 'later');
      const { append, path } = journalIn(folder, 'a');
      const all = await Promise.allSettled([append(intent(1)), append(intent(2)), append(intent(3))]);
      expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      await mkdir(folder);
      await append(intent(4));
      expect(parseJournal(await readJournal(path))).toEqual([intent(4)]);
    });
  });

  it('fails where the disk is full, and what was half written spoils nothing', async () => {
    await withFolder(async (folder) => {
      const handles = await fileHandles(folder);
      const { append, path } = journalIn(folder, 'a');
      await append(intent(1));
      jest.spyOn(handles, 'appendFile').mockImplementationOnce(async function (this: typeof handles, text) {
        await this.write(String(text).slice(0, 20));
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      });
      await expect(append(intent(2))).rejects.toMatchObject({
        failure: { meaning: expect.stringContaining('(ENOSPC)') },
      });
      await append(intent(3));
      expect(parseJournal(await readJournal(path))).toEqual([intent(1), intent(3)]);
    });
  });

  it('is said also where it is a folder, and reading it raises what the file system says', async () => {
    await withFolder(async (folder) => {
      await expect(journalAt(folder).append(intent(1))).rejects.toMatchObject({
        failure: { code: 'JournalNotWritable' },
      });
      await expect(readJournal(folder)).rejects.toMatchObject({ code: 'EISDIR' });
    });
  });
});
