import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { promotionOf, type Said, sentencesOf } from './asking.ts';

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

describe('copy-completion-minutes', () => {
  it('are none, or whole quarters of an hour', () => {
    expect(promotionOf({ 'copy-completion-minutes': 'none' }).completionMinutes).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 192 }), (quarters) => {
        const said = { 'copy-completion-minutes': String(15 * quarters) };
        expect(promotionOf(said).completionMinutes).toBe(15 * quarters);
      }),
    );
  });

  it.each([
    ['0', 'is out of range'],
    ['2895', 'is out of range'],
    ['20', 'is not a multiple of 15'],
    ['auto', 'is not a whole number'],
  ])('are not %s', (text, problem) => {
    expect(sentencesOf({ 'copy-completion-minutes': text })).toEqual([
      `copy-completion-minutes: "${text}" ${problem}; write a whole number of minutes from 15 to 2880 in steps of 15, in digits only`,
    ]);
  });
});

describe('mode', () => {
  it.each(['promote', 'plan', 'verify'] as const)('is %s', (mode) => {
    expect(promotionOf({ mode }).mode).toBe(mode);
  });

  it.each([
    ['plam', 'is neither promote nor plan nor verify; did you mean "plan"?'],
    ['Promote', 'is neither promote nor plan nor verify; did you mean "promote"?'],
    ['none', 'is neither promote nor plan nor verify; write promote or plan or verify'],
  ])('is not %s', (mode, message) => {
    expect(sentencesOf({ mode })).toEqual([`mode: "${mode}" ${message}`]);
  });
});

describe('preflight-failures', () => {
  it.each(['stop', 'skip-target'] as const)('is %s', (text) => {
    expect(promotionOf({ 'preflight-failures': text }).preflightFailures).toBe(text);
  });

  it('is nothing else', () => {
    expect(sentencesOf({ 'preflight-failures': 'skip-targets' })).toEqual([
      'preflight-failures: "skip-targets" is neither stop nor skip-target; did you mean "skip-target"?',
    ]);
  });
});

describe('sharing', () => {
  it.each(['add', 'exact'] as const)('is %s', (text) => {
    expect(promotionOf({ sharing: text }).sharing).toBe(text);
  });

  it('may be exact for nobody, and for everyone', () => {
    expect(promotionOf({ sharing: 'exact', 'share-with': 'none' }).sharing).toBe('exact');
    expect(promotionOf({ sharing: 'exact', public: 'true' }).sharing).toBe('exact');
  });

  it.each([
    ['Exact', 'did you mean "exact"?'],
    ['exakt', 'did you mean "exact"?'],
    ['ad', 'did you mean "add"?'],
    ['none', 'write add or exact'],
    ['true', 'write add or exact'],
    ['add,exact', 'write add or exact'],
  ])('is not %s', (text, right) => {
    expect(sentencesOf({ sharing: text })).toEqual([`sharing: "${text}" is neither add nor exact; ${right}`]);
  });
});

describe('keep-source-access', () => {
  it.each([
    ['true', true],
    ['False', false],
  ])('is %s', (text, kept) => {
    expect(promotionOf({ 'keep-source-access': text }).keepSourceAccess).toBe(kept);
  });

  it('may be asked for where no account pulls, as by a workflow for several lists of accounts', () => {
    expect(promotionOf({ accounts: 'home', 'keep-source-access': 'true' }).keepSourceAccess).toBe(true);
  });

  it.each(['yes', '1', 'none', 'keep'])('is not %s', (text) => {
    expect(sentencesOf({ 'keep-source-access': text })).toEqual([
      `keep-source-access: "${text}" is neither true nor false; write true or false`,
    ]);
  });
});

describe('rollback-on', () => {
  it.each<[string, readonly string[]]>([
    ['none', []],
    ['failure', ['failure']],
    ['cancel', ['cancel']],
    ['failure,cancel', ['failure', 'cancel']],
    ['cancel, failure', ['failure', 'cancel']],
    [' failure ,\tcancel ', ['failure', 'cancel']],
  ])('is %s', (text, causes) => {
    expect(promotionOf({ 'rollback-on': text }).rollbackOn).toEqual(causes);
  });

  it('may be asked for in plan mode, which has nothing to undo: promotion and plan share their inputs', () => {
    expect(promotionOf({ 'rollback-on': 'failure', mode: 'plan' }).rollbackOn).toEqual(['failure']);
  });

  const every = 'write none, failure, cancel, or failure,cancel';
  it.each([
    ['always', `is neither failure nor cancel; ${every}`],
    ['true', `is neither failure nor cancel; ${every}`],
    ['cancelled()', `is neither failure nor cancel; ${every}`],
    ['Failure', 'is neither failure nor cancel; did you mean "failure"?'],
    ['failures', 'is neither failure nor cancel; did you mean "failure"?'],
    ['cancle', 'is neither failure nor cancel; did you mean "cancel"?'],
    [
      'failure cancel',
      'is neither failure nor cancel; write the causes with a comma between them, failure,cancel',
    ],
    [
      'failure\ncancel',
      'is neither failure nor cancel; write the causes with a comma between them, failure,cancel',
    ],
    ['failure,canceled', 'names "canceled", which is neither failure nor cancel; did you mean "cancel"?'],
    ['failure,x y', `names "x y", which is neither failure nor cancel; ${every}`],
    ['failure,', `has a comma too many; ${every}`],
    [',', `has a comma too many; ${every}`],
    ['none,cancel', 'has none beside a cause; write none alone, or leave it out'],
    ['failure, none', 'has none beside a cause; write none alone, or leave it out'],
    ['cancel,cancel', 'names a cause twice; name each cause once'],
  ])('is not %j', (text, message) => {
    expect(sentencesOf({ 'rollback-on': text })).toEqual([`rollback-on: "${text}" ${message}`]);
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

function audienceOf(said: Said = {}) {
  const { credentials } = promotionOf(said);
  return credentials.kind === 'oidc' ? credentials.audience : undefined;
}

describe('oidc-audience', () => {
  it('is by default what the partition has by convention', () => {
    const china = { 'source-region': 'cn-north-1', regions: 'cn-north-1' };
    expect(audienceOf()).toBe('sts.amazonaws.com');
    expect(audienceOf(china)).toBe('sts.amazonaws.com.cn');
  });

  it.each(['https://a.example', '!~', 'x'.repeat(255)])('is otherwise taken as it is: %s', (text) => {
    expect(audienceOf({ 'oidc-audience': text })).toBe(text);
  });

  it.each(['a b', 'a\tb', 'ä', '“x”', 'a\u007f', 'x'.repeat(256)])('is not %j', (text) => {
    expect(sentencesOf({ 'oidc-audience': text })).toEqual([
      expect.stringContaining(
        ' is not an audience, which is 1 to 255 letters, digits and signs of ASCII without spaces; write one audience, as the identity provider in IAM has it, or auto',
      ),
    ]);
  });
});
