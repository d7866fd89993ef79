import { describe, expect, it } from '@jest/globals';
import { promotionOf, sentencesOf } from './asking.ts';

const one = 'ami-0123456789abcdef0';
const two = 'ami-0123456789abcdef1';

describe('Sources', () => {
  it('are images with or without keys, one per line, in the Region of the source', () => {
    const { sources } = promotionOf({ source: `web=${one}\n\n ${two} \ndb.arm-64 = ami-01234567` });
    expect(sources.map(({ key, title }) => [key, title])).toEqual([
      ['web', one],
      [undefined, two],
      ['db.arm-64', 'ami-01234567'],
    ]);
    expect(sources[0]?.at).toEqual({
      kind: 'images',
      images: [{ imageId: one, region: 'us-east-1' }],
      origin: undefined,
    });
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

  it.each([
    ['ssm:/images/web', undefined, '/images/web'],
    ['web=ssm:web:3', 'web', 'web:3'],
    ['ssm:/images/web:stable', undefined, '/images/web:stable'],
    [
      'ssm:arn:aws:ssm:us-east-1:111122223333:parameter/images/web:7',
      undefined,
      'arn:aws:ssm:us-east-1:111122223333:parameter/images/web:7',
    ],
  ])('may be named by a parameter: %s', (source, key, name) => {
    expect(promotionOf({ source }).sources).toEqual([
      { key, title: name, at: { kind: 'parameter', name }, custom: {} },
    ]);
  });

  it.each(['ssm:', 'ssm:a b', 'ssm:/a:b:c', 'ssm:arn:aws:s3:::bucket/x', 'web=ssm:ä'])(
    'name no parameter: %s',
    (source) => {
      expect(sentencesOf({ source })).toEqual([
        `source: "${source}" does not name a parameter; write ssm: and its name or ARN, as ssm:/images/web or ssm:/images/web:stable`,
      ]);
    },
  );

  it('name no parameter without the slash that the others begin with', () => {
    expect(sentencesOf({ source: 'ssm:ami/web/current' })).toEqual([
      'source: "ssm:ami/web/current" names a parameter without its first slash; write ssm:/ami/web/current',
    ]);
  });

  it('need a Region unless files tell it', () => {
    expect(sentencesOf({ source: `${one}\nssm:/images/web`, 'source-region': 'auto' })).toEqual([
      'source-region: "auto" can be found out only where every source is a manifest with images of source-account; write the Region of the source image, such as us-east-1',
    ]);
  });

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
