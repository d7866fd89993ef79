import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type InputName, inputNames } from '../../src/inputs/contract.ts';
import { around, faultsOf, least, parse } from './asking.ts';

/** Text that is likely to get somewhere: pieces of what the inputs are made of, between arbitrary ones. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'ami-01234567',
          'home',
          '444455556666',
          'us-east-1',
          'arn:',
          'aws',
          ':kms:',
          'alias/',
          'role/',
          '{account}',
        ],
        ...[
          '{',
          '}',
          '=',
          ':',
          ' ',
          '\n',
          '\r\n',
          'none',
          'auto',
          '- ',
          '? ',
          '&a',
          '*a',
          '"',
          "'",
          '[',
          '|',
          '!!',
        ],
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join('')),
);

/** What is wrong whatever else is said; `name` and `description` have but few such values. */
const wrong: Readonly<Record<InputName, readonly string[]>> = {
  mode: ['verified', 'none', 'Plan'],
  source: ['ami-x', 'ssm:', 'packer:missing.json', 'manifest:missing.json', '1=ami-01234567'],
  'source-region': ['us_east_1', 'auto', 'none'],
  'source-account': ['11112222333', 'home', 'auto'],
  'require-source-tags': ['scan', 'aws:x=y', 'auto'],
  'approved-plan': ['missing.json', 'auto'],
  accounts: ['homes', '444455556666\n444455556666', 'none'],
  regions: ['us-east', 'us-west-2 eu-west-1', 'all', 'cn-north-1'],
  'optional-regions': ['us-east-1', 'auto', 'no-where-1'],
  'targets-file': ['missing.yml', 'auto'],
  role: ['a b', 'arn:aws:iam::1:role/x', '{role}', 'none'],
  'source-role': ['a b', 'arn:aws:iam::444455556666:role/x', 'none'],
  'hub-role': ['a b', 'hub', 'arn:aws-cn:iam::111122223333:role/hub', 'auto'],
  'role-external-id': ['abc', 'x', 'auto'],
  'consumer-role': ['a b', 'ami-consumer', 'arn:aws:iam::{account}:role/x', 'auto'],
  'oidc-audience': ['a b', 'a\nb'],
  'ambient-credentials': ['yes', 'none'],
  'kms-key': ['ami', 'auto', 'alias/{key}', 'arn:aws:kms:eu-west-1:{account}:alias/x'],
  'copy-completion-minutes': ['0', '14', '16', '2895', 'auto'],
  name: ['{x}', 'a', 'a:b', 'x'.repeat(129)],
  description: ['{x}', '{', 'x'.repeat(256)],
  tags: ['a', 'a: 1', 'aws:x=y', '- a', 'a=b\u0007'],
  'copy-tags': ['1', 'on', 'none'],
  'share-with': ['all', 'o-abcdef1234', '111122223333', 'auto'],
  sharing: ['all', 'none', 'Exact'],
  'share-snapshots': ['1', 'none', 'true'],
  public: ['1', 'none'],
  'keep-source-access': ['1', 'none'],
  'wait-minutes': ['-1', '2881', 'none'],
  'poll-seconds': ['0', '1.5', 'auto'],
  'preflight-failures': ['skip', 'none'],
  'github-token': ['a b', 'gh\ntoken', 'ä'],
  'status-context': ['a\nb', 'x'.repeat(101)],
  'rollback-on': ['always', 'failure,', 'cancel,cancel', 'none,cancel'],
};

describe('Whatever the inputs hold', () => {
  it('reading them never throws, and gives a promotion or faults', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.constantFrom(...inputNames), fc.string()), text),
        fc.boolean(),
        (raw, hasCredentials) => {
          for (const said of [raw, { ...least, ...raw }]) {
            const parsing = parse(said, around({}, hasCredentials));
            expect(parsing.ok || parsing.faults.length > 0).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('one arbitrary value brings faults that are sentences, on one line but for the value itself', () => {
    fc.assert(
      fc.property(fc.constantFrom(...inputNames), text, (name, value) => {
        for (const { input, problem, right } of faultsOf({ [name]: value })) {
          expect(`${input} ${problem}; ${right}`).toMatch(/^[a-z-]+ [^\r\n]+; [^\r\n]+$/u);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['targets-file', 'approved-plan'])('arbitrary text in %s brings faults of that input', (name) => {
    fc.assert(
      fc.property(text, (content) => {
        for (const fault of faultsOf({ [name]: 'file' }, around({ file: content }))) {
          expect(fault.input).toBe(name);
          expect(fault.value).toMatch(/^file/);
          expect(`${fault.problem}; ${fault.right}`).toMatch(/^[^\r\n]+; [^\r\n]+$/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a document as deep as it gets is only a fault', () => {
    const deep = '{a: '.repeat(20_000);
    expect(faultsOf({ tags: deep }).map((fault) => fault.input)).toContain('tags');
    for (const name of ['targets-file', 'approved-plan']) {
      for (const file of [deep, `${deep}1${'}'.repeat(20_000)}`, `accounts: ${'['.repeat(20_000)}`]) {
        expect(faultsOf({ [name]: 'file' }, around({ file })).map((fault) => fault.input)).toContain(name);
      }
    }
  });
});

describe('One corrupted value in a valid set', () => {
  /** Values that are wrong only beside good values of other inputs. */
  const dependent = new Set([
    'auto',
    'cn-north-1',
    'us-east-1',
    '111122223333',
    'abc',
    'true',
    'role: none',
    'arn:aws:iam::444455556666:role/x',
    'arn:aws-cn:iam::111122223333:role/hub',
    'arn:aws:kms:eu-west-1:{account}:alias/x',
  ]);
  const cases = inputNames.flatMap((name) => wrong[name].map((value) => ({ name, value })));

  it.each(cases)('$name: $value is a fault of that input and of no other', ({ name, value }) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).not.toEqual([]);
    expect(new Set(faults.map((fault) => fault.input))).toEqual(new Set([name]));
  });

  it('is reported with every other one', () => {
    fc.assert(
      fc.property(fc.subarray(cases), (chosen) => {
        const said = Object.fromEntries(chosen.map(({ name, value }) => [name, value]));
        const faulty = new Set(faultsOf(said).map((fault) => fault.input));
        for (const [name, value] of Object.entries(said)) {
          expect(dependent.has(value) || dependent.has(`${name}: ${value}`) || faulty.has(name)).toBe(true);
        }
      }),
    );
  });
});
