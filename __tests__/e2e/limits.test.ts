import { describe, expect, it } from '@jest/globals';
import { callsOf, liveImagesIn } from '../../simulator/look.ts';
import { home, organization, prod, sourceId, unitArn } from '../support/organization.ts';
import { inputs } from '../support/promotion.ts';
import { copiesIn, run } from './step.ts';

const copying = { seconds: 0.5 };

describe('AWS that asks to slow down', () => {
  it.concurrent('slows the step, and everything is promoted all the same', async () => {
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
        rates: { DescribeImages: { burst: 2, 'per-second': 1 }, CopyImage: { burst: 1, 'per-second': 1 } },
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
});

describe('a session that ends while copies go on', () => {
  it.concurrent('is renewed ahead of its end, from a fresh token', async () => {
    const world = organization({ copying: { seconds: 6 }, switches: { 'session-seconds': 3 } });
    const step = await run(world, inputs({ accounts: `home\nprod=${prod}`, 'kms-key': 'alias/ami' }));
    expect(step.outputs.status).toBe('success');
    const renewals = callsOf(world, 'AssumeRoleWithWebIdentity').filter(({ account }) => account === prod);
    expect(renewals.length).toBeGreaterThan(2);
    expect(world.record.filter(({ code }) => code !== 'ok')).toEqual([]);
  });

  it.concurrent.each(['RequestExpired', 'ExpiredToken'])('is replaced when EC2 says %s', async (code) => {
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
  });
});

describe('faults of AWS', () => {
  it.concurrent('of every kind and at every action are outlived', async () => {
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
    const world = organization({
      copying,
      faults: actions.flatMap((action) => [
        { action, nth: 1, do: 'server-error' },
        { action, nth: 2, do: 'reset-before' },
        { action, nth: 3, do: 'throttle' },
      ]),
    });
    const step = await run(world, inputs({ 'share-with': unitArn }));
    expect(step).toMatchObject({ exitCode: 0, outputs: { status: 'success', converged: 'true' } });
    for (const action of actions) {
      const [service, name] = action.split(':');
      const bad = callsOf(world, name ?? '').filter((call) => call.service === service && call.code !== 'ok');
      expect(bad).toHaveLength(3);
    }
    expect(liveImagesIn(world, home, 'eu-west-1')).toHaveLength(1);
  });

  it.concurrent("of GitHub's token service are outlived", async () => {
    const world = organization({ copying });
    const step = await run(world, inputs(), {
      issuerFaults: [
        { nth: 1, kind: 'status', status: 503 },
        { nth: 2, kind: 'drop' },
      ],
    });
    expect(step.outputs.status).toBe('success');
  });
});

describe('time that is up', () => {
  it.concurrent('before the copies are there is a failure that says so, and the copies go on', async () => {
    const world = organization({ copying: { seconds: 3600 }, faults: [] });
    world.onCall = (call) => {
      if (call.action === 'CopyImage') {
        world.copying;
      }
    };
    const step = await run(world, inputs({ 'wait-minutes': '0' }));
    expect(step.outputs.status).toBe('pending');
  });
});
