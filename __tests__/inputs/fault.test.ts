import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quoted } from '../../src/inputs/fault.ts';
import { didYouMean, nearest } from '../../src/inputs/nearest.ts';
import { sentenceOf } from '../../src/model/fault.ts';

describe('A fault as a sentence', () => {
  const fault = {
    input: 'regions',
    value: 'eu-west1',
    problem: 'is not the name of a Region',
    right: 'did you mean "eu-west-1"?',
  };

  it('says input, value, problem and what would be right', () => {
    expect(sentenceOf(fault)).toBe(
      'regions: "eu-west1" is not the name of a Region; did you mean "eu-west-1"?',
    );
  });

  it('leaves the value out where there is none', () => {
    expect(sentenceOf({ input: 'name', value: '', problem: 'is empty', right: 'leave it out' })).toBe(
      'name is empty; leave it out',
    );
  });
});

describe('A value in a message', () => {
  it('is on one line, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(quoted(`a\n::error::${value}\r\n`)).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('is shortened where it is long, never cut within a character', () => {
    expect(quoted('a'.repeat(80))).toBe(`"${'a'.repeat(80)}"`);
    expect(quoted('a'.repeat(81))).toBe(`"${'a'.repeat(80)}…"`);
    expect(quoted('😀'.repeat(5000))).toBe(`"${'😀'.repeat(80)}…"`);
  });
});

describe('The nearest word', () => {
  const words = ['regions', 'role', 'source-region', 'name'];

  it.each([
    ['region', 'regions'],
    ['reigons', 'regions'],
    ['REGIONS', 'regions'],
    ['rolle', 'role'],
    ['source_region', 'source-region'],
    ['nmae', 'name'],
  ])('for %s is %s', (word, expected) => {
    expect(nearest(word, words)).toBe(expected);
  });

  it('is none when all are far', () => {
    expect(nearest('mode', words)).toBeUndefined();
    expect(nearest('', words)).toBeUndefined();
    expect(didYouMean('mode', words, 'there is no such input')).toBe('there is no such input');
  });

  it('is the word itself when it is among them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (list) => {
        const word = list[0] ?? '';
        expect(nearest(word, list)?.toLowerCase()).toBe(word.toLowerCase());
      }),
    );
  });
});
