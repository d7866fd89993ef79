import { describe, expect, it } from '@jest/globals';
import { checkEndpoints, mayReceiveTokens } from '../../src/aws/endpoints.ts';
import { Failed } from '../../src/model/failure.ts';

describe('credentials are sent to', () => {
  it.each([
    'ec2.us-east-1.amazonaws.com',
    'sts.eu-west-1.amazonaws.com',
    'sts.amazonaws.com',
    'kms-fips.us-west-2.amazonaws.com',
    'ec2.eu-west-1.api.aws',
    'ec2.cn-north-1.amazonaws.com.cn',
    'vpce-0a1b2c-d3e4.ec2.us-east-1.vpce.amazonaws.com',
    'EC2.US-EAST-1.AMAZONAWS.COM',
    '127.0.0.1',
    'localhost',
    '[::1]',
  ])('%s', (host) => {
    expect(mayReceiveTokens(host, 'https:')).toBe(true);
  });
});

describe('credentials are never sent to', () => {
  it.each([
    'example.com',
    'amazonaws.com',
    'ec2.us-east-1.amazonaws.com.example.com',
    'ec2-203-0-113-25.compute-1.amazonaws.com',
    'mine-123.us-east-1.elb.amazonaws.com',
    'abc.execute-api.us-east-1.amazonaws.com',
    'sts.s3.amazonaws.com',
    'sts.mybucket.s3.amazonaws.com',
    'vpce-0a1b2c-d3e4.vpce-svc-0f1e2d.us-east-1.vpce.amazonaws.com',
    '127.0.0.1.example.com',
    '169.254.169.254',
    undefined,
  ])('%s', (host) => {
    expect(mayReceiveTokens(host, 'https:')).toBe(false);
  });
});

describe('an endpoint override', () => {
  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL_EC2', 'AWS_ENDPOINT_URL_KMS'])(
    'in %s is refused by name when it leads elsewhere, or nowhere',
    (name) => {
      for (const value of ['https://example.com', 'http://ec2.us-east-1.amazonaws.com', 'not a url']) {
        expect(() => checkEndpoints({ [name]: value })).toThrow(Failed);
        expect(() => checkEndpoints({ [name]: value })).toThrow(name);
      }
    },
  );

  it('is taken when it leads to this machine, and may be empty', () => {
    expect(() =>
      checkEndpoints({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_STS: '' }),
    ).not.toThrow();
  });
});
