import { describe, expect, it } from '@jest/globals';
import { promotionOf, sentencesOf } from './asking.ts';

const one = 'ami-0123456789abcdef0';
const two = 'ami-0123456789abcdef1';

describe('Sources', () => {
  it('are images with or without keys, one per line', () => {
    expect(promotionOf({ source: `web=${one}\n\n ${two} \ndb.arm-64 = ami-01234567` }).sources).toEqual([
      { key: 'web', imageId: one },
      { key: undefined, imageId: two },
      { key: 'db.arm-64', imageId: 'ami-01234567' },
    ]);
  });

  it.each([
    'ami-',
    'ami-0123456',
    'ami-0123456789abcdeg0',
    'AMI-01234567',
    'i-01234567',
    'web=',
    'web=x=ami-01234567',
  ])('may not be %s', (source) => {
    expect(sentencesOf({ source })).toEqual([
      `source: "${source}" is not the id of an image; write ami- and 8 or 17 digits from 0-9 and a-f, as ami-… or key=ami-…`,
    ]);
  });

  it('are on lines of their own', () => {
    expect(sentencesOf({ source: `${one}, ${two}` })).toEqual([
      `source: "${one}, ${two}" is not the id of an image; write one per line and nothing else: no comma, dash, bracket or comment`,
    ]);
  });

  it.each(['packer:manifest.json', 'ssm:/ami/web:1', 'manifest:a=b.json', 'web=ssm:/ami/web'])(
    'cannot be %s in this version',
    (source) => {
      const [sentence, ...more] = sentencesOf({ source });
      expect(sentence).toMatch(
        /names its image by (packer|ssm|manifest):, which this version does not support; /,
      );
      expect(more).toEqual([]);
    },
  );

  it.each(['', 'a b', 'ä', 'a/b', 'a'.repeat(65)])('may not have the key "%s"', (key) => {
    expect(sentencesOf({ source: `${key}=${one}` })).toEqual([
      expect.stringContaining('write a key of 1 to 64 letters, digits, dots, underscores and hyphens'),
    ]);
  });

  it('may not have a number for a key, because outputs are looked up by it', () => {
    expect(sentencesOf({ source: `0=${one}` })).toEqual([
      `source: "0=${one}" has a key that is a number; write a key with a letter in it, because outputs are looked up by it`,
    ]);
  });

  it('may not repeat an image', () => {
    expect(sentencesOf({ source: `a=${one}\nb=${one}` })).toEqual([
      `source: "b=${one}" names an image that is listed before; list every image once`,
    ]);
  });

  it.each(['a', 'A'])('may not repeat the key a as %s', (key) => {
    expect(sentencesOf({ source: `a=${one}\n${key}=${two}` })).toEqual([
      `source: "${key}=${two}" has a key that is used before (case does not count); give every image a key of its own`,
    ]);
  });
});
