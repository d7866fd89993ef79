import { describe, expect, it } from '@jest/globals';
import { parseCommand } from '../../../simulator/runner/commands.ts';
import { parseKeyValues } from '../../../simulator/runner/key-values.ts';
import { type LogReader, readLog } from '../../../simulator/runner/log.ts';
import { masker } from '../../../simulator/runner/masks.ts';

describe('a workflow command', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['::warning::text', 'warning', {}, 'text'],
    ['  ::Error title=A,file=b.ts::x', 'error', { title: 'A', file: 'b.ts' }, 'x'],
    ['::endgroup::', 'endgroup', {}, ''],
    ['::notice title=a%3Ab%2Cc%25::50%25%0Amore%0D', 'notice', { title: 'a:b,c%' }, '50%\nmore\r'],
    ['::notice::%253A %3A', 'notice', {}, '%3A %3A'],
    ['::notice::a::b', 'notice', {}, 'a::b'],
  ])('%s', (line, name, properties, data) => {
    const command = parseCommand(line);
    expect(command).toMatchObject({ name, data });
    expect(Object.fromEntries(command?.properties ?? [])).toEqual(properties);
  });

  it.each(['text', 'a ::warning::b', '::', ':: ::', '::warning'])('is not %j', (line) => {
    expect(parseCommand(line)).toBeUndefined();
  });
});

describe('a log', () => {
  function read(...lines: readonly string[]): LogReader {
    const reader = readLog(masker([]));
    lines.forEach(reader.read);
    return reader;
  }

  it('has annotations, groups and text', () => {
    expect(read('::group::G', 'a', '::endgroup::', '::error title=T::e', '::debug::d').lines).toEqual([
      { kind: 'group', text: 'G' },
      { kind: 'info', text: 'a' },
      { kind: 'endgroup', text: '' },
      { kind: 'error', text: 'e', title: 'T' },
      { kind: 'debug', text: 'd' },
    ]);
  });

  it('shows a command that GitHub does not know as text', () => {
    expect(read('::unknown::x').lines).toEqual([{ kind: 'info', text: '::unknown::x' }]);
  });

  it.each(['set-env', 'add-path', 'set-output', 'save-state'])('finds fault with %s', (name) => {
    expect(read(`::${name} name=a::b`).faults).toEqual([expect.stringContaining(`\`${name}\``)]);
  });

  it('takes nothing for a command between stop-commands and its token', () => {
    const { lines } = read('::stop-commands::tok', '::error::x', '::tok::', '::error::y');
    expect(lines).toEqual([
      { kind: 'info', text: '::error::x' },
      { kind: 'error', text: 'y' },
    ]);
  });

  it('masks titles too, longer values first, each line of a value, and warns of an empty mask', () => {
    const { lines } = read(
      '::add-mask::abc',
      '::add-mask::abcdef',
      '::add-mask::one%0Atwo',
      '::error title=abcdef::abc two',
      '::add-mask::',
    );
    expect(lines).toEqual([
      { kind: 'error', text: '*** ***', title: '***' },
      { kind: 'warning', text: "Can't add secret mask for empty string in ##[add-mask] command." },
    ]);
  });
});

describe('a file of names and values', () => {
  it.each([
    ['', {}],
    ['a=1\n\nb=\n', { a: '1', b: '' }],
    ['a=x=y<<z\n', { a: 'x=y<<z' }],
    ['a<<D\nx\n\ny=1\nD\nb=2', { a: 'x\n\ny=1', b: '2' }],
    ['a<<D\nD\n', { a: '' }],
    ['a<<D\r\nx\r\nD\r\n', { a: 'x' }],
    ['a<<D=E\nx\nD=E\n', { a: 'x' }],
    ['a=1\na<<D\n2\nD\n', { a: '2' }],
    ['a<<D\n D\nD \nD', { a: ' D\nD ' }],
  ])('%j', (text, values) => {
    expect(parseKeyValues(text)).toEqual({ values });
  });

  it.each([
    ['a', "Invalid format 'a'"],
    ['=1', "Invalid format '=1'. Name must not be empty"],
    ['<<D\nD', "Invalid format '<<D'. Name must not be empty and delimiter must not be empty"],
    ['a<<\n', "Invalid format 'a<<'. Name must not be empty and delimiter must not be empty"],
    ['b=1\na<<D\nx\n D\n', "Invalid value. Matching delimiter not found 'D'"],
  ])('is malformed: %j', (text, fault) => {
    expect(parseKeyValues(text)).toEqual({ values: {}, fault });
  });
});
