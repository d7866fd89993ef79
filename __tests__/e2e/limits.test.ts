import { expect, it } from '@jest/globals';
import { endCopies } from '../../simulator/copying.ts';
import { callsOf, liveImagesIn } from '../../simulator/look.ts';
import { home, organization, prod, sourceId, unitArn } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, run } from './step.ts';

const copying = { seconds: 0.5 };

it.concurrent('AWS that asks for fewer calls slows the step, and everything is promoted all the same', async () => {
  const more = ['ami-0aaaaaaaaaaaaaaa1', 'ami-0aaaaaaaaaaaaaaa2'];
  const world = organization({
    copying,
    snapshots: more.map((id) => ({
      id: id.replace('ami', 'snap'),
      account: home,
      region: 'us-east-1',
      'size-gib': 1,
      key: 'alias/ami',
    })),
    images: more.map((id) => ({
      id,
      account: home,
      region: 'us-east-1',
      name: `more-${id.at(-1)}`,
      devices: [{ name: '/dev/xvda', snapshot: id.replace('ami', 'snap') }],
    })),
    quotas: {
      rates: { DescribeImages: { burst: 1, 'per-second': 2 }, CopyImage: { burst: 1, 'per-second': 0.5 } },
    },
  });
  const step = await run(world, inputs({ source: [sourceId, ...more].join('\n') }));
  expect(step).toMatchObject({ exitCode: 0, outputs: { status: 'success' } });
  const codes = (action: string) => new Set(callsOf(world, action).map(({ code }) => code));
  expect(codes('DescribeImages')).toEqual(new Set(['ok', 'RequestLimitExceeded']));
  expect(codes('CopyImage')).toEqual(new Set(['ok', 'RequestLimitExceeded']));
  expect(copiesIn(world, home, 'eu-west-1')).toHaveLength(3);
  expect(step.annotations).toEqual([]);
});

it.concurrent('a session that ends while copies go on is renewed ahead of its end, from a fresh token', async () => {
  const world = organization({ copying: { seconds: 600 }, switches: { 'session-seconds': 12 } });
  const sessions = () =>
    callsOf(world, 'AssumeRoleWithWebIdentity').filter(({ account }) => account === prod);
  world.onCall = () => {
    if (sessions().length > 2) {
      endCopies(world, 'eu-west-1');
    }
  };
  const step = await run(world, inputs({ accounts: `home\nprod=${prod}`, 'kms-key': 'alias/ami' }));
  expect(step.outputs.status).toBe('success');
  expect(sessions().length).toBeGreaterThan(2);
  const refused = world.record.filter(({ code }) => code !== 'ok' && code !== 'DryRunOperation');
  expect(refused).toEqual([]);
});

it.concurrent.each(['RequestExpired', 'ExpiredToken'])(
  'a session that ends while copies go on is replaced when EC2 says %s',
  async (code) => {
    const world = organization({
      copying,
      switches: { 'expired-code': code },
      faults: [
        { action: 'ec2:DescribeImages', nth: 1, do: 'expired-token' },
        { action: 'ec2:CopyImage', nth: 1, do: 'expired-token' },
        { action: 'ec2:DescribeSnapshots', region: 'eu-west-1', nth: 1, do: 'expired-token' },
      ],
    });
    const step = await run(world, inputs());
    expect(step.outputs.status).toBe('success');
    expect(world.record.filter((call) => call.code === code)).toHaveLength(3);
    expect(callsOf(world, 'CopyImage').map((call) => call.code)).toEqual([code, 'ok']);
  },
);

const actions = [
  'sts:AssumeRoleWithWebIdentity',
  'sts:GetCallerIdentity',
  'ec2:DescribeRegions',
  'ec2:DescribeImages',
  'ec2:DescribeSnapshots',
  'ec2:DescribeImageAttribute',
  'ec2:CopyImage',
  'ec2:ModifyImageAttribute',
  'kms:DescribeKey',
];

it.concurrent.each(['server-error', 'reset-before', 'reset-after', 'throttle'])(
  'faults of AWS at every action are outlived: %s',
  async (kind) => {
    const world = organization({
      copying,
      faults: actions.map((action) => ({ action, nth: 1, do: kind })),
    });
    const step = await run(world, inputs({ 'share-with': unitArn }));
    expect(step).toMatchObject({ exitCode: 0, outputs: { status: 'success', converged: 'true' } });
    for (const action of actions) {
      const [service, name = ''] = action.split(':');
      const calls = callsOf(world, name).filter((call) => call.service === service);
      expect(calls.filter(({ answered, code }) => !answered || code !== 'ok')).toHaveLength(1);
    }
    expect(liveImagesIn(world, home, 'eu-west-1')).toHaveLength(1);
  },
);

it.concurrent("faults of GitHub's token service are outlived", async () => {
  const world = organization({ copying });
  const step = await run(world, inputs(), {
    issuerFaults: [
      { nth: 1, kind: 'status', status: 503 },
      { nth: 2, kind: 'drop' },
    ],
  });
  expect(step.outputs.status).toBe('success');
});
