import { describe, expect, it } from '@jest/globals';
import { callsOf, liveImagesIn, writesIn } from '../../simulator/look.ts';
import { Failed } from '../../src/model/failure.ts';
import { withAws } from '../support/aws.ts';
import { home, organizationArn, sourceId, sourceRegion } from '../support/organization.ts';
import { failureOf, idOf, imageFile, only, scenario, told } from '../support/scenario.ts';

const there = 'eu-west-1';
const place = { account: home, region: there };

describe('throttling', () => {
  it('slows the step down and does not fail it', async () => {
    const at = scenario({
      copying: { seconds: 300 },
      quotas: {
        rates: {
          DescribeImages: { burst: 2, 'per-second': 0.2 },
          DescribeSnapshots: { burst: 1, 'per-second': 0.1 },
          CopyImage: { burst: 1, 'per-second': 0.05 },
        },
      },
    });
    const step = await at.run({ 'poll-seconds': '5', regions: 'eu-west-1\nus-west-2' });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    expect(at.world.record.some(({ code }) => code === 'RequestLimitExceeded')).toBe(true);
  });

  it('keeps the calls of a throttled action apart, and leaves other places alone', async () => {
    const at = scenario({ quotas: { rates: { GetEbsDefaultKmsKeyId: { burst: 5, 'per-second': 2 } } } });
    await withAws(at, (aws) =>
      Promise.all([
        ...Array.from({ length: 40 }, () => aws.ebsDefaultKeyId(place)),
        aws.ebsDefaultKeyId({ ...place, region: 'us-west-2' }),
      ]),
    );
    const calls = callsOf(at.world, 'GetEbsDefaultKmsKeyId');
    expect(calls.filter(({ code, region }) => code === 'ok' && region === there)).toHaveLength(40);
    expect(calls.filter(({ region }) => region === 'us-west-2').map(({ code }) => code)).toEqual(['ok']);
    expect(calls.length).toBeLessThan(140);
    expect(
      Math.max(...calls.map((call) => call.at)) - Math.min(...calls.map((call) => call.at)),
    ).toBeLessThan(240_000);
  });

  it('that never ends is a failure after a quarter of an hour', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', do: 'throttle' }] });
    const step = await at.run();
    expect(failureOf(step)).toMatchObject({ code: 'RequestLimitExceeded', kind: 'throttle' });
    const waited = only(step).ended - only(step).started;
    expect(waited).toBeGreaterThan(14 * 60_000);
    expect(waited).toBeLessThanOrEqual(15 * 60_000);
  });

  it.each(['kms:DescribeKey', 'sts:AssumeRoleWithWebIdentity'])('of %s is waited out too', async (action) => {
    const at = scenario({ faults: [{ action, times: 3, do: 'throttle' }] });
    expect(told(only(await at.run()))).toBe('promoted');
  });
});

describe('trouble that may pass', () => {
  it.each([
    'ec2:DescribeImages',
    'ec2:DescribeSnapshots',
    'ec2:DescribeRegions',
    'ec2:CopyImage',
    'ec2:ModifyImageAttribute',
    'ec2:CreateTags',
    'kms:DescribeKey',
    'sts:AssumeRoleWithWebIdentity',
    'sts:GetCallerIdentity',
  ])('at %s is waited out: faults of AWS, and broken connections', async (action) => {
    const at = scenario({
      faults: [
        { action, nth: 1, do: 'server-error' },
        { action, nth: 2, do: 'reset-before' },
        { action, nth: 3, do: 'reset-after' },
      ],
    });
    const step = await at.run({ 'share-with': organizationArn, tags: 'stage=prod' });
    expect(told(only(step))).toBe('promoted');
    expect(liveImagesIn(at.world, home, there)).toHaveLength(1);
    expect(at.world.complaints).toEqual([]);
  });

  it('that does not pass is a failure after three tries of five minutes, with code and request id', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', do: 'server-error' }] });
    const step = await at.run();
    const last = callsOf(at.world, 'CopyImage').at(-1);
    expect(failureOf(step)).toMatchObject({
      action: 'ec2:CopyImage',
      code: 'InternalError',
      requestId: last?.requestId,
      kind: 'transient',
      where: `${home}/${there}`,
    });
    const waited = only(step).ended - only(step).started;
    expect(waited).toBeGreaterThan(3 * 4 * 60_000);
    expect(waited).toBeLessThanOrEqual(3 * 5 * 60_000 + 20_000);
    expect(step.lines.filter((line) => line.includes('Trying this target again'))).toHaveLength(2);
  });

  it('that has passed when the target is tried again leaves one copy, and the reason in the log', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', do: 'server-error', times: 40 }] });
    const step = await at.run();
    expect(told(only(step))).toBe('promoted');
    expect(step.lines.filter((line) => line.includes('Trying this target again, 2 of 3'))).toHaveLength(1);
  });

  it('of a connection has no request id, and says where to look', async () => {
    const step = await scenario({ faults: [{ action: 'ec2:CopyImage', do: 'reset-before' }] }).run();
    expect(failureOf(step)).toMatchObject({ code: 'ECONNRESET', requestId: undefined });
    expect(failureOf(step).cure).toContain('network');
  });
});

describe('a refusal', () => {
  it.each([
    ['ec2:CopyImage', there],
    ['ec2:DescribeImages', there],
    ['kms:DescribeKey', there],
  ])('of %s is not asked again', async (action, region) => {
    const at = scenario({ faults: [{ action, region, do: 'access-denied' }] });
    const failure = failureOf(await at.run());
    expect(failure).toMatchObject({ action, kind: 'permission' });
    expect(failure.meaning).toContain(`arn:aws:iam::${home}:role/ami-promotion may not do ${action}`);
    const refused = at.world.record.filter(({ code }) => code !== 'ok' && code !== 'DryRunOperation');
    expect(refused).toHaveLength(1);
  });

  it('of ec2:DescribeRegions is asked of each other Region once: an organization may deny some', async () => {
    const fault = { action: 'ec2:DescribeRegions', do: 'access-denied' };
    const denied = scenario({ faults: [fault] });
    const step = await denied.run();
    expect(step.failure).toMatchObject({ action: 'ec2:DescribeRegions', kind: 'permission' });
    expect(callsOf(denied.world, 'DescribeRegions').map(({ region }) => region)).toEqual([
      'us-east-1',
      there,
    ]);
    const partly = scenario({ faults: [{ ...fault, region: 'us-east-1' }] });
    expect(told(only(await partly.run()))).toBe('promoted');
  });

  it('with a code that nobody knows is passed on whole', async () => {
    const at = scenario({
      faults: [
        {
          action: 'ec2:CopyImage',
          do: 'error',
          code: 'SomethingNew',
          status: 400,
          message: 'Never seen before',
        },
      ],
    });
    const failure = failureOf(await at.run());
    expect(failure).toMatchObject({
      code: 'SomethingNew',
      kind: 'permanent',
      requestId: callsOf(at.world, 'CopyImage')[0]?.requestId,
    });
    expect(failure.meaning).toContain('Never seen before');
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });

  it('keeps what AWS raised as the cause of the failure', async () => {
    const at = scenario({ faults: [{ action: 'ec2:GetEbsDefaultKmsKeyId', do: 'access-denied' }] });
    const error: unknown = await withAws(at, (aws) => aws.ebsDefaultKeyId(place)).catch(
      (raised: unknown) => raised,
    );
    expect(error).toBeInstanceOf(Failed);
    expect(error).toMatchObject({ cause: { name: 'UnauthorizedOperation' } });
  });
});

/** What CopyImage may answer, and what becomes of it: how often it is asked, and the kind of the failure. */
const answers: readonly (readonly [string, number, string])[] = [
  ['UnauthorizedOperation', 403, 'permission'],
  ['AuthFailure', 401, 'permission'],
  ['OptInRequired', 400, 'precondition'],
  ['InvalidAMIID.NotFound', 400, 'precondition'],
  ['InvalidAMIID.Unavailable', 400, 'precondition'],
  ['InvalidAMIID.Malformed', 400, 'precondition'],
  ['InvalidSnapshot.NotFound', 400, 'precondition'],
  ['InvalidRequest', 400, 'precondition'],
  ['TagPolicyViolation', 400, 'precondition'],
  ['InvalidParameter', 400, 'precondition'],
  ['OperationNotPermitted', 400, 'precondition'],
  ['InvalidParameterValue', 400, 'precondition'],
  ['InvalidParameterDependency', 400, 'precondition'],
  ['InvalidRegion', 400, 'precondition'],
  ['InvalidAMIName.Duplicate', 400, 'conflict'],
  ['MissingParameter', 400, 'permanent'],
];

describe('an answer of CopyImage', () => {
  it.each(answers)('%s is final, and told with what it means and what to do', async (code, status, kind) => {
    const at = scenario({
      faults: [{ action: 'ec2:CopyImage', do: 'error', code, status, message: 'In the words of AWS' }],
    });
    const step = await at.run();
    const failure = failureOf(step);
    expect(failure).toMatchObject({ code, kind, action: 'ec2:CopyImage', where: `${home}/${there}` });
    expect(failure.requestId).toBe(callsOf(at.world, 'CopyImage')[0]?.requestId);
    expect(failure.meaning).toContain('In the words of AWS');
    expect(failure.cure).not.toBe('');
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
    expect(writesIn(at.world)).toHaveLength(1);
  });

  it.each(['InternalFailure', 'ServiceUnavailable', 'Unavailable', 'ConcurrentTagAccess'])(
    '%s is asked again',
    async (code) => {
      const at = scenario({
        faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'error', code, status: 503, message: '' }],
      });
      expect(told(only(await at.run()))).toBe('promoted');
    },
  );

  it('ResourceLimitExceeded is a queue: it is asked again until there is room', async () => {
    const at = scenario({
      ...imageFile({ account: home, region: sourceRegion }, { name: 'web-2' }, 'b'),
      copying: { seconds: 120 },
      quotas: { 'concurrent-copies': 1 },
    });
    const step = await at.run({ source: `one=${sourceId}\ntwo=${idOf('b')}` });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    const refused = callsOf(at.world, 'CopyImage').filter(({ code }) => code === 'ResourceLimitExceeded');
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused.length).toBeLessThanOrEqual(6);
  });

  it('ResourceLimitExceeded ends with the time of the step', async () => {
    const at = scenario({
      faults: [{ action: 'ec2:CopyImage', do: 'error', code: 'ResourceLimitExceeded', message: 'Too many' }],
    });
    const step = await at.run({ 'wait-minutes': '10' });
    expect(failureOf(step)).toMatchObject({ code: 'ResourceLimitExceeded', kind: 'quota' });
    expect(only(step).ended - only(step).started).toBeLessThanOrEqual(11 * 60_000);
  });

  it('TagLimitExceeded is not a queue', async () => {
    const at = scenario({
      faults: [{ action: 'ec2:CopyImage', do: 'error', code: 'TagLimitExceeded', message: 'Too many' }],
    });
    expect(failureOf(await at.run())).toMatchObject({ code: 'TagLimitExceeded' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(1);
  });
});
