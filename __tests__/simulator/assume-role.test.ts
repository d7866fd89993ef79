import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { allowAll, failure, frankfurt, home, production, sts } from './fixture.ts';
import {
  asHub,
  assume,
  hubArn,
  hubSession,
  policy,
  rolesWorld,
  settingsWith,
  statement,
  targetArn,
  trusting,
} from './fixture-roles.ts';

const denial = `User: ${hubSession} is not authorized to perform: sts:AssumeRole on resource: ${targetArn}`;
const denied = { code: 'AccessDenied', status: 403, message: denial };
const mayAssume = policy(statement('Allow', 'sts:AssumeRole', { Resource: targetArn }));

describe('AssumeRole', () => {
  it('gives a session of the role, which the caller then is', async () => {
    const { world, clock } = rolesWorld();
    const { Credentials: given, AssumedRoleUser } = await assume(world);
    const arn = `arn:aws:sts::${production}:assumed-role/target/run-1`;
    expect(AssumedRoleUser?.Arn).toBe(arn);
    expect(given?.Expiration?.getTime()).toBe(clock.now() + 3_600_000);
    const credentials = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
      expires: 0,
    };
    const identity = await new STSClient(settingsWith(world, credentials)).send(
      new GetCallerIdentityCommand({}),
    );
    expect(identity).toMatchObject({
      Account: production,
      Arn: arn,
      UserId: AssumedRoleUser?.AssumedRoleId,
    });
    expect(world.complaints).toEqual([]);
  });

  it('records both policies that allowed it, and no secret', async () => {
    const { world } = rolesWorld({ hub: { policies: [mayAssume] } });
    const { Credentials: given } = await assume(world, { ExternalId: 'promotion' });
    const used = { action: 'sts:AssumeRole', resource: targetArn };
    expect(world.record).toMatchObject([
      {
        action: 'AssumeRole',
        account: home,
        principal: hubSession,
        mutating: false,
        params: { RoleArn: targetArn, RoleSessionName: 'run-1', ExternalId: 'promotion' },
        allowedBy: [
          { policy: 'production/target trust', actionPattern: 'sts:AssumeRole', ...used },
          { policy: 'home/hub 0', resourcePattern: targetArn, ...used },
        ],
      },
    ]);
    for (const secret of [given?.SecretAccessKey ?? '', given?.SessionToken ?? '']) {
      expect(world.secrets.has(secret)).toBe(true);
      expect(JSON.stringify(world.record)).not.toContain(secret);
    }
  });
});

describe('the trust policy', () => {
  it.each([
    ['the account', home],
    ['the account’s root', `arn:aws:iam::${home}:root`],
    ['the role', hubArn],
    ['the session', hubSession],
  ])('may name %s', async (_, principal) => {
    await assume(rolesWorld({ target: { 'trust-policy': trusting(principal) } }).world);
  });

  it.each([
    ['another account', production],
    ['another role', `${hubArn}-2`],
    ['another session', `${hubSession}-2`],
  ])('refuses who is not named: %s', async (_, principal) => {
    const { world } = rolesWorld({ target: { 'trust-policy': trusting(principal) } });
    expect(await failure(assume(world))).toEqual(denied);
  });

  it.each([
    ['StringEquals', 'promotion', 'promotion', true],
    ['StringEquals', 'promotion', 'other', false],
    ['StringEquals', 'promotion', undefined, false],
    ['Null', 'true', undefined, true],
  ])('tests the external id: %s %s, given %s', async (operator, wanted, ExternalId, allowed) => {
    const Condition = { [operator]: { 'sts:ExternalId': wanted } };
    const { world } = rolesWorld({ target: { 'trust-policy': trusting(home, { Condition }) } });
    const call = assume(world, ExternalId === undefined ? {} : { ExternalId });
    if (allowed) {
      await call;
    } else {
      expect(await failure(call)).toEqual(denied);
    }
  });

  it('tests the name of the session, the caller’s organization and role', async () => {
    const equals = {
      'sts:RoleSessionName': 'run-1',
      'aws:PrincipalOrgID': 'o-exampleorg1',
      'aws:PrincipalArn': hubArn,
      'aws:ResourceAccount': production,
    };
    const { world } = rolesWorld({
      target: { 'trust-policy': trusting(home, { Condition: { StringEquals: equals } }) },
    });
    await assume(world);
    expect(await failure(assume(world, { RoleSessionName: 'run-2' }))).toEqual(denied);
  });

  it('denies with more force than the caller’s own policies allow', async () => {
    const { world } = rolesWorld({
      target: {
        'trust-policy': policy(
          { Effect: 'Allow', Principal: { AWS: hubArn }, Action: 'sts:AssumeRole' },
          { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
        ),
      },
    });
    expect(await failure(assume(world))).toEqual(denied);
  });

  it('works only some seconds after the role was made', async () => {
    const { world, clock } = rolesWorld({ target: { created: '2026-11-20T12:00:00Z' } });
    clock.advance(7999);
    expect(await failure(assume(world))).toEqual(denied);
    clock.advance(1);
    await assume(world);
  });
});

describe('the caller’s own policies', () => {
  const besideHub = (trust: object, hub: object): World =>
    rolesWorld({
      homeAccount: {
        roles: [
          { name: 'hub', 'trust-policy': trusting(home), ...hub },
          { name: 'neighbour', 'trust-policy': trust },
        ],
      },
    }).world;
  const neighbour = `arn:aws:iam::${home}:role/neighbour`;

  it.each([
    ['name it', mayAssume, true],
    ['name another role', policy(statement('Allow', 'sts:AssumeRole', { Resource: hubArn })), false],
    ['name another action', policy(statement('Allow', 'ec2:*')), false],
  ])('must allow a role of another account even where it names the caller: they %s', async (...row) => {
    const [, own, allowed] = row;
    const { world } = rolesWorld({
      hub: { policies: [own] },
      target: { 'trust-policy': trusting(hubArn) },
    });
    if (allowed) {
      await assume(world);
    } else {
      expect(await failure(assume(world))).toEqual(denied);
    }
  });

  it('need not allow a role of the same account that names the caller', async () => {
    const world = besideHub(trusting(hubArn), { policies: [] });
    await assume(world, { RoleArn: neighbour });
    expect(world.record[0]?.allowedBy.map((one) => one.policy)).toEqual(['home/neighbour trust']);
  });

  it('must allow a role of the same account that only trusts the account', async () => {
    const refusal = await failure(
      assume(besideHub(trusting(home), { policies: [] }), { RoleArn: neighbour }),
    );
    expect(refusal).toMatchObject({
      code: 'AccessDenied',
      message: denial.replace(targetArn, neighbour),
    });
    await assume(besideHub(trusting(home), { policies: [allowAll] }), { RoleArn: neighbour });
  });

  it('may deny, which AWS explains', async () => {
    const { world } = rolesWorld({ hub: { policies: [allowAll, policy(statement('Deny', 'sts:*'))] } });
    expect(await failure(assume(world))).toEqual({
      ...denied,
      message: `${denial} with an explicit deny in an identity-based policy`,
    });
  });

  it('may deny what a role of the same account would allow', async () => {
    const world = besideHub(trusting(hubArn), { policies: [policy(statement('Deny', 'sts:AssumeRole'))] });
    expect((await failure(assume(world, { RoleArn: neighbour }))).message).toBe(
      `${denial.replace(targetArn, neighbour)} with an explicit deny in an identity-based policy`,
    );
  });

  it('are those of a user too, who needs no session', async () => {
    const { world } = rolesWorld();
    await sts(world).send(new AssumeRoleCommand({ RoleArn: targetArn, RoleSessionName: 'run-1' }));
    expect(world.record[0]?.principal).toBe(`arn:aws:iam::${home}:user/user1`);
  });
});

describe('AssumeRole refuses', () => {
  it.each([
    ['a role that is not there', `${targetArn}-2`],
    ['an account that is not there', targetArn.replace(production, '444444444444')],
  ])('%s as one that does not trust the caller', async (_, RoleArn) => {
    expect(await failure(assume(rolesWorld().world, { RoleArn }))).toEqual({
      ...denied,
      message: denial.replace(targetArn, RoleArn),
    });
  });

  it.each([
    [{ DurationSeconds: 899 }, "Value '899' at 'durationSeconds' failed to satisfy constraint"],
    [{ DurationSeconds: 43_201 }, "Value '43201' at 'durationSeconds' failed to satisfy constraint"],
    [{ RoleSessionName: 'a' }, "Value 'a' at 'roleSessionName' failed"],
    [{ RoleSessionName: 'a b' }, "Value 'a b' at 'roleSessionName' failed"],
    [{ RoleSessionName: 'a'.repeat(65) }, "at 'roleSessionName' failed"],
    [{ ExternalId: 'a' }, "Value 'a' at 'externalId' failed"],
    [{ ExternalId: 'a b' }, "Value 'a b' at 'externalId' failed"],
    [{ ExternalId: 'a'.repeat(1225) }, "at 'externalId' failed"],
    [{ RoleArn: 'target' }, 'target is invalid'],
    [{ RoleArn: targetArn.replace('arn:aws:', 'arn:aws-cn:') }, 'is invalid'],
  ])('%j', async (more, text) => {
    const refusal = await failure(assume(rolesWorld().world, more));
    expect(refusal).toMatchObject({ code: 'ValidationError', status: 400 });
    expect(refusal.message).toContain(text);
  });

  it('parameters that the simulator does not heed', async () => {
    const { world } = rolesWorld();
    await failure(assume(world, { SourceIdentity: 'somebody' }));
    expect(world.complaints).toEqual([
      'sts:AssumeRole: The simulator has no parameter SourceIdentity in AssumeRole',
    ]);
  });

  it('where STS is not active, or the Region not enabled, for the role’s account or the caller’s', async () => {
    const regions = { 'eu-south-1': { sts: false } };
    const enabled = { 'eu-south-1': {} };
    const refusal = { code: 'RegionDisabledException', status: 403 };
    for (const parts of [
      { homeAccount: { regions: enabled }, productionAccount: { regions } },
      { homeAccount: { regions: enabled } },
      { homeAccount: { regions }, productionAccount: { regions: enabled } },
    ]) {
      expect(await failure(assume(rolesWorld(parts).world, {}, 'eu-south-1'))).toMatchObject(refusal);
    }
  });
});

describe('a session of AssumeRole', () => {
  const long = { target: { 'max-session': 43_200 } };
  const asUser = (world: World, DurationSeconds: number) =>
    sts(world).send(new AssumeRoleCommand({ RoleArn: targetArn, RoleSessionName: 'run-1', DurationSeconds }));

  it('lasts an hour at most where a session of a role asks for it', async () => {
    const { world } = rolesWorld(long);
    await assume(world, { DurationSeconds: 3600 });
    expect(await failure(assume(world, { DurationSeconds: 3601 }))).toEqual({
      code: 'ValidationError',
      status: 400,
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  it('lasts as long as the role allows where a user asks for it', async () => {
    const { world, clock } = rolesWorld(long);
    const { Credentials: given } = await asUser(world, 43_200);
    expect(given?.Expiration?.getTime()).toBe(clock.now() + 43_200_000);
    expect(await failure(asUser(rolesWorld().world, 3601))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });

  it('needs credentials that are still good', async () => {
    const { world, clock } = rolesWorld();
    const hub = new STSClient(asHub(world, frankfurt));
    clock.advance(3_600_000);
    const call = hub.send(new AssumeRoleCommand({ RoleArn: targetArn, RoleSessionName: 'run-1' }));
    expect(await failure(call)).toMatchObject({ code: 'ExpiredTokenException', status: 400 });
  });
});
