import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import { Failed } from '../../src/model/failure.ts';
import { causesOf } from '../../src/report/causes.ts';
import { accountOf, withAws } from '../support/aws.ts';
import { home, prod, sourceId, sourceRegion, staging } from '../support/organization.ts';
import { failureOf, idOf, imageFile, only, scenario, told } from '../support/scenario.ts';

const everywhere = {
  accounts: `home\nprod=${prod}\nstaging=${staging}`,
  regions: 'eu-west-1\nus-west-2\neu-central-1',
};

function assumed(world: World) {
  return callsOf(world, 'AssumeRoleWithWebIdentity');
}

function perAccount(world: World): Readonly<Record<string, number>> {
  const accounts = Map.groupBy(assumed(world), ({ account }) => account);
  return Object.fromEntries([...accounts].map(([account, calls]) => [account, calls.length]));
}

const once = { [home]: 1, [prod]: 1, [staging]: 1 };

describe('sessions', () => {
  it('are made once for each account, whatever the number of targets, with a fresh token each', async () => {
    const at = scenario({ copying: { seconds: 600 } });
    const step = await at.run(everywhere);
    expect(new Set(step.result.outcomes.map(told))).toEqual(new Set(['promoted']));
    expect(perAccount(at.world)).toEqual(once);
    expect(new Set(step.tokens).size).toBe(3);
    expect(callsOf(at.world, 'GetCallerIdentity')).toHaveLength(3);
  });

  it('are asked for in a Region that every account has, even if the targets are elsewhere', async () => {
    const enabled = { 'me-central-1': { enabled: true } };
    const at = scenario({
      ...imageFile({ account: home, region: 'me-central-1' }, { name: 'web-me' }, 'b'),
      regions: { [home]: enabled, [prod]: enabled },
    });
    const step = await at.run({
      source: idOf('b'),
      'source-region': 'me-central-1',
      accounts: 'home',
      regions: 'me-central-1',
    });
    expect(only(step)).toMatchObject({ state: 'unchanged', image: { inPlace: true } });
    expect(
      new Set(at.world.record.filter(({ service }) => service === 'sts').map(({ region }) => region)),
    ).toEqual(new Set(['us-east-1']));
  });

  it('are renewed ahead of their end in a long wait: no call ever meets an expired one', async () => {
    const at = scenario({ copying: { seconds: 10_800 } });
    const step = await at.run({ accounts: `prod=${prod}`, 'poll-seconds': '60' });
    expect(only(step)).toMatchObject({ state: 'promoted' });
    expect(perAccount(at.world)).toEqual({ [home]: 4, [prod]: 4 });
    expect(new Set(at.world.record.map(({ code }) => code))).toEqual(new Set(['ok', 'DryRunOperation']));
    expect(new Set(step.tokens).size).toBe(8);
  });

  it('may be as short as a quarter of an hour', async () => {
    const at = scenario({ copying: { seconds: 3600 }, switches: { 'session-seconds': 900 } });
    expect(told(only(await at.run({ 'poll-seconds': '30' })))).toBe('promoted');
    expect(new Set(at.world.record.map(({ code }) => code))).toEqual(new Set(['ok', 'DryRunOperation']));
    expect(perAccount(at.world)[home]).toBeLessThanOrEqual(7);
  });

  it.each(['RequestExpired', 'ExpiredToken'])(
    'are renewed once when AWS says %s, and the call is made again',
    async (code) => {
      const at = scenario({
        switches: { 'expired-code': code },
        faults: [{ action: 'ec2:CopyImage', nth: 1, do: 'expired-token' }],
      });
      expect(told(only(await at.run()))).toBe('promoted');
      expect(callsOf(at.world, 'CopyImage').map((call) => call.code)).toEqual([code, 'ok']);
      expect(perAccount(at.world)).toEqual({ [home]: 2 });
    },
  );

  it('are renewed once even when many calls meet the expired one at once', async () => {
    const at = scenario();
    const places = ['eu-west-1', 'us-west-2', 'eu-central-1'].map((region) => ({ account: home, region }));
    await withAws(at, async (aws) => {
      await aws.ebsDefaultKeyId({ account: home, region: sourceRegion });
      for (const session of at.world.sessions.values()) {
        at.world.sessions.set(session.accessKeyId, { ...session, expires: at.time.now() });
      }
      await Promise.all(places.map((place) => aws.ebsDefaultKeyId(place)));
    });
    expect(perAccount(at.world)).toEqual({ [home]: 2 });
  });

  it('that stay expired are a failure, not a loop', async () => {
    const at = scenario({ faults: [{ action: 'ec2:CopyImage', do: 'expired-token' }] });
    expect(failureOf(await at.run())).toMatchObject({ code: 'RequestExpired', kind: 'expired' });
    expect(callsOf(at.world, 'CopyImage')).toHaveLength(2);
  });

  it('go on when a renewal fails while the old one is good', async () => {
    const at = scenario({
      copying: { seconds: 4200 },
      faults: [
        {
          action: 'sts:AssumeRoleWithWebIdentity',
          from: 2,
          times: 2,
          do: 'error',
          code: 'InvalidIdentityToken',
          message: 'No',
        },
      ],
    });
    expect(told(only(await at.run({ 'poll-seconds': '60' })))).toBe('promoted');
  });

  it('are not kept by the SDK: the keys are asked of us at every call', async () => {
    const at = scenario();
    await withAws(at, async (aws) => {
      const place = { account: home, region: 'eu-west-1' };
      await aws.ebsDefaultKeyId(place);
      for (const session of at.world.sessions.values()) {
        at.world.sessions.set(session.accessKeyId, { ...session, expires: at.time.now() });
      }
      await aws.ebsDefaultKeyId(place);
      await aws.key(place, 'alias/ami');
      await aws.ebsDefaultKeyId({ ...place, region: 'us-west-2' });
    });
    expect(perAccount(at.world)).toEqual({ [home]: 2 });
  });
});

describe('a role', () => {
  it('that was made moments ago is tried for ten seconds', async () => {
    const at = scenario({ roles: { [home]: { created: '2026-11-21T00:00:00Z' } } });
    expect(told(only(await at.run()))).toBe('promoted');
    const times = assumed(at.world).map((call) => call.at - Date.UTC(2026, 10, 21));
    expect(times.at(-1)).toBeGreaterThanOrEqual(8000);
    expect(times.at(-1)).toBeLessThanOrEqual(10_000);
  });

  it('that refuses is told with what the workflow presented, and without the token', async () => {
    const at = scenario();
    const step = await at.run(
      {},
      { job: { environment: 'staging', ref: 'refs/heads/feature', repositoryId: '999' } },
    );
    expect(step.failure).toMatchObject({
      code: 'AccessDenied',
      action: 'sts:AssumeRoleWithWebIdentity',
      kind: 'permission',
    });
    expect(step.failure?.meaning).toContain(
      'The workflow presented sub = repo:example/images:environment:staging, environment = staging.',
    );
    expect(JSON.parse(step.failure?.paste?.text ?? '')).toMatchObject({
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:repository_id': '999',
          'token.actions.githubusercontent.com:environment': 'staging',
        },
      },
    });
    const text = JSON.stringify(step.failure);
    expect(step.tokens.length).toBeGreaterThan(0);
    for (const token of step.tokens) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(token.split('.')[2]);
    }
  });

  it('that does not exist is denied, like one that refuses', async () => {
    const step = await scenario().run({ role: 'nobody' });
    expect(step.failure).toMatchObject({ code: 'AccessDenied' });
    expect(step.failure?.cure).toMatch(
      `Check first that arn:aws:iam::${home}:role/nobody has the right account and the right name (inputs accounts and role).`,
    );
  });

  it.each([undefined, 'staging'])(
    'is one cause with those of other accounts: environment %s',
    async (environment) => {
      const step = await scenario().run({ accounts: `home\nprod=${prod}` }, { job: { environment } });
      const causes = causesOf(step.result, step.promotion);
      expect(causes.map(({ code, likewise }) => [code, likewise])).toEqual([
        ['AccessDenied', [`arn:aws:iam::${prod}:role/ami-promotion`]],
      ]);
    },
  );

  it('that a job without environment asks for is never opened to every branch and pull request', async () => {
    const at = scenario();
    const step = await at.run({}, { job: { environment: undefined } });
    expect(step.failure).toMatchObject({ code: 'AccessDenied', paste: undefined });
    expect(step.failure?.cure).toMatch(
      /^This job names no environment, and iam\/trust-policy\.json asks for one: add `environment:` to the job\./,
    );
  });

  it('that leads into another account is refused', async () => {
    const at = scenario();
    const place = { account: prod, region: sourceRegion };
    const look = withAws(at, (aws) => aws.images(place, { by: 'id', ids: [sourceId] }), {
      accounts: [accountOf(prod, home)],
    });
    await expect(look).rejects.toMatchObject({ failure: { code: 'WrongAccount' } });
    expect(callsOf(at.world, 'DescribeImages')).toEqual([]);
  });
});

describe('STS', () => {
  it('is asked in another Region where it is switched off', async () => {
    const at = scenario({ regions: { [home]: { 'us-east-1': { sts: false } } } });
    expect(told(only(await at.run()))).toBe('promoted');
    expect(assumed(at.world).map(({ region, code }) => [region, code])).toEqual([
      ['us-east-1', 'RegionDisabledException'],
      ['us-east-2', 'ok'],
    ]);
  });

  it('that cannot reach GitHub for a moment is asked again with a fresh token', async () => {
    const at = scenario({
      faults: [
        {
          action: 'sts:AssumeRoleWithWebIdentity',
          times: 2,
          do: 'error',
          code: 'IDPCommunicationError',
          message: 'later',
        },
      ],
    });
    const step = await at.run();
    expect(told(only(step))).toBe('promoted');
    expect(new Set(step.tokens).size).toBe(3);
  });

  it('that calls the token expired is asked again with a fresh one, once', async () => {
    const fault = { action: 'sts:AssumeRoleWithWebIdentity', do: 'expired-token' };
    expect(told(only(await scenario({ faults: [{ ...fault, nth: 1 }] }).run()))).toBe('promoted');
    const at = scenario({ faults: [fault] });
    const step = await at.run();
    expect(step.failure).toMatchObject({ kind: 'expired' });
    expect(assumed(at.world)).toHaveLength(2);
  });

  it('without a provider for GitHub is told as such', async () => {
    const at = scenario();
    at.world.accounts.get(home)?.providers.splice(0);
    const step = await at.run();
    expect(step.failure).toMatchObject({ code: 'InvalidIdentityToken' });
    expect(step.failure?.cure).toContain('OIDC provider');
  });
});

describe('an aborted step', () => {
  it('assumes no role', async () => {
    const at = scenario();
    const look = withAws(at, (aws) => aws.regions(home), { signal: AbortSignal.abort() });
    await expect(look).rejects.toBeInstanceOf(Failed);
    expect(at.world.record).toEqual([]);
  });
});
