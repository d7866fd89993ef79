import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { claimsOf } from '../../src/github/claims.ts';

const tokenOf = (payload: unknown) =>
  ['{"alg":"RS256"}', JSON.stringify(payload), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

describe('the claims of a token', () => {
  it('are those that trust policies look at', () => {
    const sub = 'repo:acme@1/images@2:environment:prod/ä';
    expect(
      claimsOf(
        tokenOf({
          sub,
          aud: 'sts.amazonaws.com',
          repository_id: '2',
          ref: 'refs/heads/main',
          jti: 'x',
          exp: 1,
        }),
      ),
    ).toEqual({ sub, aud: 'sts.amazonaws.com', repository_id: '2', ref: 'refs/heads/main' });
  });

  it('join several audiences', () => {
    expect(claimsOf(tokenOf({ aud: ['a', 'b'] }))).toEqual({ aud: 'a, b' });
  });

  it.each(['', 'no token', 'a.b.c', tokenOf(null), tokenOf('text'), tokenOf({ sub: 7 })])(
    'are none in %j',
    (text) => {
      expect(claimsOf(text)).toEqual({});
    },
  );
});
