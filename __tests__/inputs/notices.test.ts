import { describe, expect, it } from '@jest/globals';
import { least, parse, sentencesOf } from './asking.ts';

const notifying = (said: Readonly<Record<string, string>>) => {
  const parsing = parse({ ...least, ...said });
  return parsing.ok ? parsing.notifying : parsing.faults;
};

describe('GitHub', () => {
  it('is told of nothing unless there is a token', () => {
    expect(notifying({})).toBeUndefined();
    expect(notifying({ 'github-token': 'none', 'status-context': 'x' })).toBeUndefined();
  });

  it('is told with the token, under a name of its own', () => {
    expect(notifying({ 'github-token': 'ghs_abc' })).toEqual({ token: 'ghs_abc', context: 'ami-promotion' });
    expect(notifying({ 'github-token': 'ghs_abc', 'status-context': 'ami / web ✓' })).toEqual({
      token: 'ghs_abc',
      context: 'ami / web ✓',
    });
  });

  it.each(['ghs_secret and more', 'ghs_secret\nX', 'ghs_secretä'])(
    'is not told with what is no token, which no fault repeats',
    (token) => {
      const sentences = sentencesOf({ 'github-token': token });
      expect(sentences).toEqual([
        `github-token is no token: it holds a blank, a line break or a character that no token has; write \${{ github.token }}, or none`,
      ]);
      expect(sentences.join('')).not.toContain('secret');
    },
  );

  it('is told of everything that is wrong at once', () => {
    expect(sentencesOf({ 'github-token': 'a b', 'status-context': 'a\u200bb' })).toHaveLength(2);
    expect(sentencesOf({ 'github-token': '' })).toHaveLength(1);
  });
});
