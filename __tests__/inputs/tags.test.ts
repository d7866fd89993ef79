import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placementOf, sentencesOf } from './asking.ts';

describe('Tags as lines', () => {
  it('are split at the first =', () => {
    const tags = 'Team=platform\n\nQuery=a=b\nEmpty=\nUrl=https://x:1\nteam:cost = 7 ';
    expect(placementOf({ tags }).tags).toEqual({
      Team: 'platform',
      Query: 'a=b',
      Empty: '',
      Url: 'https://x:1',
      'team:cost': '7',
    });
  });

  it('are lines also where YAML would see a map', () => {
    expect(placementOf({ tags: 'Note=see: this' }).tags).toEqual({ Note: 'see: this' });
  });

  it('need their =', () => {
    expect(sentencesOf({ tags: 'Team' })).toEqual([
      'tags: "Team" is not a tag; write every tag as key=value, or all of them as a YAML map',
    ]);
    expect(sentencesOf({ tags: 'none\nTeam=x' })).toHaveLength(1);
  });

  it.each(['team=b\nTeam: platform', 'Team: platform\nteam=b'])(
    'are not mixed with YAML, as in %j',
    (tags) => {
      expect(sentencesOf({ tags })).toEqual([
        'tags: "Team: platform" is not a tag; write every tag as key=value, or all of them as a YAML map',
      ]);
    },
  );
});

describe('Tags as a YAML map', () => {
  it('are texts by their keys', () => {
    const tags =
      'Team: platform\nVersion: "1.10"\n"Note=see": a=b\nEmpty: ""\nDate: 2026-01-31\nLong: >-\n  two\n  lines';
    expect(placementOf({ tags }).tags).toEqual({
      Team: 'platform',
      Version: '1.10',
      'Note=see': 'a=b',
      Empty: '',
      Date: '2026-01-31',
      Long: 'two lines',
    });
  });

  it('may be JSON', () => {
    expect(placementOf({ tags: '{"Team":"a=b","x": "y"}' }).tags).toEqual({ Team: 'a=b', x: 'y' });
    expect(placementOf({ tags: '{}' }).tags).toEqual({});
  });

  it('keep the keys that JavaScript is careless with', () => {
    const { tags } = placementOf({ tags: '__proto__: a\nconstructor: b' });
    expect(Object.entries(tags)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it.each([
    ['Version: 1.10', 'has a value that YAML reads as a number; put quotes around it, "1.10"'],
    ['Id: 012345678901', 'has a value that YAML reads as a number; put quotes around it, "012345678901"'],
    ['Temp: true', 'has a value that YAML reads as a boolean; put quotes around it, "true"'],
    ['1.10: x', 'has a key that YAML reads as a number; put quotes around it, "1.10"'],
    ['Team:', 'has no value; write "" in its place for an empty one'],
    ['Team: ~', 'has no value; write "" in its place for an empty one'],
    [': x', 'has no key; write "" in its place for an empty one'],
    ['Team: [a, b]', 'has a value that is not a text; write one text, in quotes'],
    ['Team: *x', 'has a value that is not a text; write one text, in quotes'],
    ['? [a]', 'has a key that is not a text; write one text, in quotes'],
  ])('are not %s', (tags, message) => {
    expect(sentencesOf({ tags })).toContain(`tags: "${tags}" ${message}`);
  });

  it('say where YAML itself cannot be read', () => {
    expect(sentencesOf({ tags: 'A: x\nTeam: a: b' })).toEqual([
      expect.stringMatching(
        /^tags: "Team: a: b" cannot be read as YAML \(.*\); write every tag as key=value, or/,
      ),
    ]);
  });

  it('have every key once', () => {
    expect(sentencesOf({ tags: 'a: x\na: y' })).toEqual([expect.stringContaining('Map keys must be unique')]);
  });
});

describe('Tags within the limits of AWS', () => {
  it.each(['aws:cloudformation', 'AWS:x', 'promote-ami:source', 'Promote-AMI:x'])(
    'do not begin with a reserved prefix, as %s does',
    (key) => {
      expect(sentencesOf({ tags: `${key}=x` })).toEqual([
        expect.stringMatching(/ begins with (aws|promote-ami):, which is reserved for (AWS|this action); /),
      ]);
    },
  );

  it('have keys of 1 to 127 characters', () => {
    expect(sentencesOf({ tags: `${'k'.repeat(127)}=x` })).toEqual([]);
    expect(sentencesOf({ tags: `${'😀'.repeat(127)}=x` })).toEqual([]);
    expect(sentencesOf({ tags: `${'k'.repeat(128)}=x` })).toEqual([
      expect.stringContaining('is a key of 128 characters; write a key of 1 to 127 characters'),
    ]);
    expect(sentencesOf({ tags: '=x' })).toEqual([
      'tags holds a tag without a key; write a key of 1 to 127 characters',
    ]);
  });

  it('have values of up to 256 characters', () => {
    expect(sentencesOf({ tags: `k=${'v'.repeat(256)}` })).toEqual([]);
    expect(sentencesOf({ tags: `k=${'v'.repeat(257)}` })).toEqual([
      'tags: "k" has a value of 257 characters; keep a value to 256 characters',
    ]);
  });

  it.each(['a: "b\\nc"', 'a: "b\\rc"', 'a: "b\\u0000"', 'a: |\n  b', '"a\\tb": c', 'a=b\u007fc'])(
    'have no line breaks and other control characters, as in %j',
    (tags) => {
      expect(sentencesOf({ tags })).toEqual([
        expect.stringContaining(
          'holds a line break or another control character, which AWS drops or refuses; ',
        ),
      ]);
    },
  );

  it('are at most 47, because three are ours', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join('\n');
    expect(Object.keys(placementOf({ tags: lines(47) }).tags)).toHaveLength(47);
    expect(sentencesOf({ tags: lines(48) })).toEqual([
      'tags holds 48 tags; keep to 47, because AWS allows 50 and 3 are set by this action',
    ]);
  });

  it('have every key once, and case counts', () => {
    expect(sentencesOf({ tags: 'a=x\na=x' })).toEqual([
      'tags: "a" is a key that is given twice; give "a" one value',
    ]);
    expect(placementOf({ tags: 'a=x\nA=x' }).tags).toEqual({ a: 'x', A: 'x' });
  });

  it('come back as they were written in JSON', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((key) => !/^(aws|promote-ami):/i.test(key));
    fc.assert(
      fc.property(fc.dictionary(text, fc.string({ maxLength: 100 }), { maxKeys: 20 }), (tags) => {
        expect(placementOf({ tags: JSON.stringify(tags) }).tags).toEqual({ ...tags });
      }),
    );
  });
});
