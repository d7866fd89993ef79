import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foreignToNames, nameFault, render } from '../../src/model/template.ts';

const values = {
  'source-name': 'web',
  key: 'k',
  arch: 'arm64',
  region: 'eu-west-1',
  account: '444455556666',
  date: '2026-11-20',
  sha: 'abc',
  'run-id': '4711',
};

describe('a template', () => {
  it('is its text, with every variable replaced, as often as it is named', () => {
    const template = [{ variable: 'key' }, '-', { variable: 'region' }, '-', { variable: 'key' }] as const;
    expect(render(template, values, {})).toBe('k-eu-west-1-k');
    expect(render([], values, {})).toBe('');
  });

  it('takes custom data as it is, whatever its key is called', () => {
    const template = [{ variable: 'custom.git.sha' }, '-', { variable: 'custom.__proto__' }] as const;
    const custom = JSON.parse('{"git.sha":"4f2a{key}","__proto__":"p"}');
    expect(render(template, values, custom)).toBe('4f2a{key}-p');
  });

  it('does not read values for variables again, nor for patterns', () => {
    expect(render([{ variable: 'key' }], { ...values, key: '{region} $& $1' }, {})).toBe('{region} $& $1');
  });
});

describe('the name of an AMI', () => {
  it('may have 3 to 128 letters, digits and a few signs', () => {
    const names = fc.stringMatching(/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/);
    fc.assert(
      fc.property(names, (name) => {
        expect(nameFault(name)).toBeUndefined();
      }),
    );
  });

  it.each(['abc', 'x'.repeat(128)])('is legal at the limits of its length: %s', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  it.each([
    ['', 'has 0 characters'],
    ['ab', 'has 2 characters'],
    ['x'.repeat(129), 'has 129 characters'],
    ['web#1#2', 'holds "#",'],
    ['wéb:1', 'holds "é" ":"'],
    ['web\n1', 'holds "\\n"'],
    ['web🚀', 'holds "🚀"'],
  ])('%j is refused, because it %s', (name, why) => {
    expect(nameFault(name)).toContain(why);
  });

  it('may be judged in pieces, of any length', () => {
    expect(foreignToNames('')).toBeUndefined();
    expect(foreignToNames('-')).toBeUndefined();
    expect(foreignToNames('*')).toContain('"*"');
  });
});
