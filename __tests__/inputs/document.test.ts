import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { readDocument } from '../../src/inputs/document.ts';

function positionOf(text: string, keys: readonly unknown[], part?: 'key' | 'value'): string {
  const reading = readDocument(text, v.unknown());
  if (!reading.ok) {
    throw new Error(JSON.stringify(reading.faults));
  }
  const { line, column } = reading.locate(keys, part);
  return `${line}:${column}`;
}

describe('A large JSON document', () => {
  const schema = v.object({ targets: v.array(v.object({ id: v.string() })) });
  const large = (id: unknown) =>
    JSON.stringify({ targets: Array.from({ length: 30_000 }, () => ({ id, more: 'x'.repeat(100) })) });

  it('is read in no time, without the places', () => {
    const text = large('a');
    const started = process.cpuUsage();
    const reading = readDocument(text, schema, 'JSON');
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(3_000);
    expect(reading).toMatchObject({ ok: true, value: { targets: expect.any(Array) } });
    expect(reading.ok && reading.locate(['targets', 0])).toEqual({ line: 1, column: 1 });
  });

  it('has its first hundred faults told', () => {
    const reading = readDocument(large(1), schema, 'JSON');
    expect(reading.ok ? [] : reading.faults).toHaveLength(100);
    expect(reading.ok ? undefined : reading.faults[99]).toMatchObject({ line: 1, path: 'targets.99.id' });
  });

  it('that breaks off is told without what it holds', () => {
    expect(readDocument(large('a').slice(0, -9), schema, 'JSON')).toEqual({
      ok: false,
      faults: [{ line: 1, column: 1, path: '', reason: 'is not JSON' }],
    });
  });
});

describe('A document that fits', () => {
  const text = 'a:\n  b: [x, "y"]\n  c:\n"12": &k {d: 1}\nz: *k\n';

  it.each([
    [[], '1:1', '1:1'],
    [['a'], '2:3', '1:1'],
    [['a', 'b'], '2:6', '2:3'],
    [['a', 'b', 1], '2:10', '2:10'],
    [['a', 'c'], '3:5', '3:3'],
    [['12', 'd'], '4:14', '4:11'],
    [['z', 'd'], '4:14', '4:11'],
  ])('tells where the value and the key of %j stand', (keys, value, key) => {
    expect([positionOf(text, keys), positionOf(text, keys, 'key')]).toEqual([value, key]);
  });

  it.each([
    [['a', 'x'], '2:3'],
    [['a', 'b', 7], '2:6'],
    [['a', 'b', 0, 'deeper'], '2:7'],
    [['toString'], '1:1'],
  ])('tells of %j, which it does not have, where the rest of the path ends', (keys, position) => {
    expect(positionOf(text, keys)).toBe(position);
  });

  it('counts a byte order mark as nothing, and Windows line endings as one', () => {
    expect(positionOf('\uFEFFa: 1\r\nb: 2\r\n', ['a'])).toBe('1:4');
    expect(positionOf('\uFEFFa: 1\r\nb: 2\r\n', ['b'])).toBe('2:4');
  });
});

describe('A document that does not fit', () => {
  const schema = v.strictObject({ a: v.strictObject({ b: v.optional(v.string('must be text')) }) });

  it.each([
    ['a:', '1:3 a is empty'],
    ['a: text', '1:4 a is not a map'],
    ['{}', '1:1 a is missing'],
    ['a: { b: 1 }', '1:9 a.b must be text'],
    ['a: { c: 1 }', '1:6 a.c is not a field here'],
    ['a: {}\n---\na: {}', '2:1  holds more than one document'],
  ])('says where and why: %j', (text, expected) => {
    const reading = readDocument(text, schema);
    const faults = reading.ok ? [] : reading.faults;
    expect(faults.map(({ line, column, path, reason }) => `${line}:${column} ${path} ${reason}`)).toEqual([
      expected,
    ]);
  });
});
