import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../src/aws/errors.ts';

const attempted = { action: 'ec2:DescribeImages', where: '111122223333/eu-west-1', role: 'role' };
const raised = (facts: object) => Object.assign(new Error('x'), facts);

describe('what is no answer of AWS is worth another try', () => {
  it.each([
    ['a page of a proxy where XML was expected', raised({ $metadata: { httpStatusCode: 200 } })],
    [
      'HTML where JSON was expected',
      Object.assign(new SyntaxError('x'), { $metadata: { httpStatusCode: 502 } }),
    ],
    ['an answer cut off', raised({ code: 'ECONNRESET', $metadata: { httpStatusCode: 200 } })],
    ['something that is not HTTP', raised({ code: 'HPE_INVALID_CONSTANT' })],
    ['a certificate that nobody trusts', raised({ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' })],
    ['no route', raised({ code: 'EHOSTUNREACH' })],
  ])('%s', (_, error) => {
    expect(failureOf(error, attempted)).toMatchObject({ kind: 'transient', action: 'ec2:DescribeImages' });
  });
});

describe('a defect of ours', () => {
  it.each([new TypeError('x is not a function'), new Error('no role is configured'), 'a text'])(
    'is not told as an answer of AWS: %s',
    (error) => {
      expect(failureOf(error, attempted)).toBeUndefined();
    },
  );
});

describe('what may repeat a part of the request is not told', () => {
  it.each(['SignatureDoesNotMatch', 'ValidationError'])('of %s', (name) => {
    const error = Object.assign(new Error('x-amz-security-token:SECRET'), {
      name,
      $metadata: { httpStatusCode: 403 },
    });
    expect(JSON.stringify(failureOf(error, attempted))).not.toContain('SECRET');
  });
});
