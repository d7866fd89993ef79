import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { promotionOf, sentencesOf } from './asking.ts';

describe('wait-minutes and poll-seconds', () => {
  it('are whole numbers in their range', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2880 }), fc.integer({ min: 1, max: 300 }), (wait, poll) => {
        const { waitMinutes, pollSeconds } = promotionOf({
          'wait-minutes': ` ${wait} `,
          'poll-seconds': String(poll),
        });
        expect([waitMinutes, pollSeconds]).toEqual([wait, poll]);
      }),
    );
  });

  it.each(['10m', '1e2', '-1', '+1', '0x10', '1.0', '1_0', '１', 'none', 'Infinity'])(
    'are not %s',
    (text) => {
      expect(sentencesOf({ 'wait-minutes': text, 'poll-seconds': text })).toEqual([
        `wait-minutes: "${text}" is not a whole number; write a whole number of minutes from 0 to 2880, in digits only`,
        `poll-seconds: "${text}" is not a whole number; write a whole number of seconds from 1 to 300, in digits only`,
      ]);
    },
  );

  it.each([
    { 'wait-minutes': '2881' },
    { 'wait-minutes': '9'.repeat(400) },
    { 'poll-seconds': '0' },
    { 'poll-seconds': '301' },
  ])('are not out of range, as in %j', (said) => {
    expect(sentencesOf({ ...said })).toEqual([
      expect.stringContaining('is out of range; write a whole number'),
    ]);
  });
});

describe('copy-tags', () => {
  it.each(['true', 'True', 'TRUE'])('is %s', (text) => {
    expect(promotionOf({ 'copy-tags': text }).copyTags).toBe(true);
  });

  it.each(['false', 'False', 'FALSE'])('is %s', (text) => {
    expect(promotionOf({ 'copy-tags': text }).copyTags).toBe(false);
  });

  it.each(['yes', 'tRUE', '1', 'none'])('is not %s', (text) => {
    expect(sentencesOf({ 'copy-tags': text })).toEqual([
      `copy-tags: "${text}" is neither true nor false; write true or false`,
    ]);
  });
});

describe('oidc-audience', () => {
  it('is by default what the partition has by convention', () => {
    const china = { 'source-region': 'cn-north-1', regions: 'cn-north-1' };
    expect(promotionOf().oidcAudience).toBe('sts.amazonaws.com');
    expect(promotionOf(china).oidcAudience).toBe('sts.amazonaws.com.cn');
  });

  it('is otherwise taken as it is, without white space', () => {
    expect(promotionOf({ 'oidc-audience': 'https://a.example' }).oidcAudience).toBe('https://a.example');
    expect(sentencesOf({ 'oidc-audience': 'a b' })).toEqual([
      'oidc-audience: "a b" holds white space; write one audience, as the identity provider in IAM has it, or auto',
    ]);
  });
});
