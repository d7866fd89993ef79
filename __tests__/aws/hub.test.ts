import { describe, expect, it } from '@jest/globals';
import { callsOf, writesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { type Changes, home, prod, sourceRegion, staging } from '../support/organization.ts';
import { failureOf, onceAt, only, scenario, told } from '../support/scenario.ts';

const hubArn = `arn:aws:iam::${staging}:role/ami-hub`;
const values = {
  HOME_ACCOUNT_ID: home,
  OWNER_ACCOUNT_ID: prod,
  SOURCE_REGION: sourceRegion,
  ROLE_NAME: 'ami-promotion',
  HUB_ACCOUNT_ID: staging,
  HUB_ROLE_NAME: 'ami-hub',
  EXTERNAL_ID: 'promote-ami',
};

function spoke(policy: string, over: object = {}) {
  return {
    'trust-policy': '../iam/hub-trust-policy.json',
    policies: [policy],
    values: { ...values, ...over },
  };
}

/** A hub in an account of its own, and two roles that trust nobody but it. */
function hubbed(over: { readonly hub?: object; readonly prod?: object } & Changes = {}): Changes {
  const { hub, prod: ofProd, ...changes } = over;
  return {
    roles: {
      [home]: spoke('../iam/home-policy.json'),
      [prod]: spoke('../iam/owner-policy.json', ofProd),
    },
    moreRoles: {
      [staging]: [
        {
          name: 'ami-hub',
          'trust-policy': '../iam/trust-policy.json',
          policies: ['../iam/hub-policy.json'],
          values,
          ...hub,
        },
      ],
    },
    ...changes,
  };
}

const given = { accounts: `prod=${prod}`, 'hub-role': hubArn, 'role-external-id': 'promote-ami' };

/** The roles that were assumed, in order. */
function assumed(world: World, action: 'AssumeRole' | 'AssumeRoleWithWebIdentity') {
  return callsOf(world, action).map(({ params }) => params.RoleArn);
}

function roleIn(account: string): string {
  return `arn:aws:iam::${account}:role/ami-promotion`;
}

describe('a hub', () => {
  it('is assumed by the ID token, and assumes each other role with the external id', async () => {
    const at = scenario(hubbed());
    const step = await at.run(given);
    expect(told(only(step))).toBe('promoted');
    expect(assumed(at.world, 'AssumeRoleWithWebIdentity')).toEqual([hubArn]);
    expect(assumed(at.world, 'AssumeRole').sort()).toEqual([roleIn(home), roleIn(prod)]);
    for (const { params } of callsOf(at.world, 'AssumeRole')) {
      expect(params).toMatchObject({ ExternalId: 'promote-ami' });
      expect(params).not.toHaveProperty('DurationSeconds');
    }
    expect(callsOf(at.world, 'GetCallerIdentity')).toHaveLength(3);
    expect(step.tokens).toHaveLength(1);
  });

  it('that is itself the role of an account acts there as it is', async () => {
    const at = scenario({
      roles: {
        [home]: {
          policies: ['../iam/home-policy.json', '../iam/hub-policy.json'],
          values: {
            ...values,
            ACCOUNT_ID: home,
            OWNER: 'example',
            OWNER_ID: '424242',
            REPOSITORY: 'images',
            REPOSITORY_ID: '812345678',
            ENVIRONMENT: 'production',
          },
        },
        [prod]: spoke('../iam/owner-policy.json', { HUB_ACCOUNT_ID: home, HUB_ROLE_NAME: 'ami-promotion' }),
      },
    });
    const step = await at.run({ ...given, accounts: `home\nprod=${prod}`, 'hub-role': roleIn(home) });
    expect(step.result.outcomes.map(told)).toEqual(['promoted', 'promoted']);
    expect(assumed(at.world, 'AssumeRoleWithWebIdentity')).toEqual([roleIn(home)]);
    expect(assumed(at.world, 'AssumeRole')).toEqual([roleIn(prod)]);
  });

  it('is renewed before the sessions of an hour that it gives, in a wait of three', async () => {
    const at = scenario(hubbed({ copying: { seconds: 10_800 } }));
    const step = await at.run({ ...given, 'poll-seconds': '60' });
    expect(told(only(step))).toBe('promoted');
    expect(new Set(at.world.record.map(({ code }) => code))).toEqual(new Set(['ok', 'DryRunOperation']));
    expect(assumed(at.world, 'AssumeRole').filter((arn) => arn === roleIn(prod))).toHaveLength(4);
    expect(assumed(at.world, 'AssumeRoleWithWebIdentity').length).toBeGreaterThanOrEqual(4);
    expect(step.tokens).toHaveLength(callsOf(at.world, 'AssumeRoleWithWebIdentity').length);
  });

  it('whose session has ended is assumed anew when AWS says so, once', async () => {
    const at = scenario(hubbed());
    onceAt(
      at.world,
      ({ action, account }) => action === 'GetCallerIdentity' && account === staging,
      () => {
        for (const session of at.world.sessions.values()) {
          at.world.sessions.set(session.accessKeyId, { ...session, expires: at.time.now() });
        }
      },
    );
    expect(told(only(await at.run(given)))).toBe('promoted');
    expect(assumed(at.world, 'AssumeRoleWithWebIdentity')).toEqual([hubArn, hubArn]);
    expect(new Set(callsOf(at.world, 'AssumeRole').map(({ code }) => code))).toEqual(
      new Set(['ExpiredTokenException', 'ok']),
    );
  });

  it('whose sessions always end at once is a failure, not a loop', async () => {
    const at = scenario(hubbed({ faults: [{ action: 'sts:AssumeRole', do: 'expired-token' }] }));
    expect((await at.run(given)).failure).toMatchObject({ kind: 'expired', action: 'sts:AssumeRole' });
    expect(callsOf(at.world, 'AssumeRole').length).toBeLessThanOrEqual(4);
  });

  it('that has an hour and no more does not let its own renewal fail the step', async () => {
    const again = { from: 2, times: 1, do: 'error', code: 'InvalidIdentityToken', message: 'No' };
    const at = scenario(
      hubbed({
        copying: { seconds: 4200 },
        faults: [{ action: 'sts:AssumeRoleWithWebIdentity', ...again }],
      }),
    );
    expect(told(only(await at.run({ ...given, 'poll-seconds': '60' })))).toBe('promoted');
  });
});

interface Refusal {
  readonly name: string;
  readonly changes: Changes;
  readonly more?: Readonly<Record<string, string>>;
  readonly says: string;
}

const refusals: readonly Refusal[] = [
  {
    name: 'with another external id',
    changes: hubbed(),
    more: { 'role-external-id': 'another' },
    says: 'external id',
  },
  {
    name: 'without an external id',
    changes: hubbed(),
    more: { 'role-external-id': 'none' },
    says: 'external',
  },
  { name: 'without sts:AssumeRole', changes: hubbed({ hub: { policies: [] } }), says: 'sts:assumerole' },
];

describe('a hub that is refused', () => {
  it.each(refusals)('$name', async ({ changes, more, says }) => {
    const at = scenario(changes);
    const step = await at.run({ ...given, ...more });
    expect(step.failure).toMatchObject({
      code: 'AccessDenied',
      action: 'sts:AssumeRole',
      kind: 'permission',
    });
    const text = JSON.stringify(step.failure);
    expect(text).toContain(hubArn);
    expect(text.toLowerCase()).toContain(says);
    expect(writesIn(at.world)).toEqual([]);
  });

  it('by the trust policy of one account', async () => {
    const at = scenario(hubbed({ prod: { HUB_ROLE_NAME: 'another' } }));
    expect(failureOf(await at.run(given))).toMatchObject({ code: 'AccessDenied', action: 'sts:AssumeRole' });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('by its own trust policy is told once, with what the workflow presented', async () => {
    const at = scenario(hubbed());
    const step = await at.run(given, { job: { environment: 'staging' } });
    expect(step.result.failures).toHaveLength(1);
    expect(step.failure).toMatchObject({ code: 'AccessDenied', action: 'sts:AssumeRoleWithWebIdentity' });
    expect(JSON.stringify(step.failure)).toContain('environment = staging');
  });
});
