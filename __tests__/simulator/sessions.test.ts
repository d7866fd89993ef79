import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { accessKeyOf, sessionOf } from '../../simulator/sessions.ts';
import { accessKey, failure, fixture, home, plainImage, secretOf, sts, user } from './fixture.ts';
import { identity } from './fixture-oidc.ts';
import { hubArn, rolesWorld, settingsWith } from './fixture-roles.ts';

let github: Awaited<ReturnType<typeof identity>>;
beforeAll(async () => {
  github = await identity();
});

describe('a session', () => {
  it.each([
    ['RequestExpired', 400],
    ['ExpiredToken', 400],
  ])('ends, and EC2 may call that %s', async (code, status) => {
    const { world, clock } = github.federated({
      parts: { switches: { 'expired-code': code, 'session-seconds': 5 } },
    });
    const session = await github.sessionOf(world);
    const look = () => new EC2Client(session).send(new DescribeImagesCommand({ ImageIds: [plainImage] }));
    clock.advance(4999);
    await look();
    clock.advance(1);
    expect(await failure(look())).toMatchObject({ code, status });
    expect(await failure(new STSClient(session).send(new GetCallerIdentityCommand({})))).toMatchObject({
      code: 'ExpiredTokenException',
    });
    expect(
      await failure(new KMSClient(session).send(new DescribeKeyCommand({ KeyId: 'alias/images' }))),
    ).toMatchObject({
      code: 'ExpiredTokenException',
    });
  });

  it('needs its own token', async () => {
    const { world } = github.federated();
    const first = await github.sessionOf(world);
    const second = await github.sessionOf(world, { RoleSessionName: 'run-2' });
    const mixed = {
      ...first,
      credentials: { ...first.credentials, sessionToken: second.credentials.sessionToken },
    };
    expect(await failure(new EC2Client(mixed).send(new DescribeImagesCommand({})))).toMatchObject({
      code: 'AuthFailure',
      status: 401,
    });
  });
});

describe('GetCallerIdentity', () => {
  it('answers only where STS is active and the Region enabled', async () => {
    const regions = { 'eu-south-1': { sts: false } };
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1)], regions }] });
    const ask = (region: string) => failure(sts(world, 1, region).send(new GetCallerIdentityCommand({})));
    expect(await ask('eu-south-1')).toMatchObject({ code: 'RegionDisabledException', status: 403 });
    expect(await ask('af-south-1')).toMatchObject({ code: 'InvalidClientTokenId', status: 403 });
  });

  it('needs no permission', async () => {
    const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };
    const { world } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1, [deny])] }] });
    expect(await sts(world).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: home,
      Arn: `arn:aws:iam::${home}:user/user1`,
    });
  });
});

describe('credentials from nowhere', () => {
  it('are a session of a role, as long as it was asked for', async () => {
    const { world, clock } = rolesWorld();
    const given = sessionOf(world, hubArn, { seconds: 120, name: 'earlier-step' });
    expect(given.expires).toBe(clock.now() + 120_000);
    expect(world.record).toEqual([]);
    expect([given.secretAccessKey, given.sessionToken].every((secret) => world.secrets.has(secret))).toBe(
      true,
    );
    const client = new STSClient(settingsWith(world, given));
    expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      `arn:aws:sts::${home}:assumed-role/hub/earlier-step`,
    );
    clock.advance(120_000);
    expect(await failure(client.send(new GetCallerIdentityCommand({})))).toMatchObject({
      code: 'ExpiredTokenException',
    });
  });

  it('are the access key of a user', () => {
    const { world } = rolesWorld();
    expect(accessKeyOf(world, `arn:aws:iam::${home}:user/user1`)).toEqual({
      accessKeyId: accessKey(1),
      secretAccessKey: secretOf(1),
    });
  });

  it('are not those of roles and users that are not there', () => {
    const { world } = rolesWorld();
    expect(() => sessionOf(world, `${hubArn}-2`)).toThrow(`the world has no role ${hubArn}-2`);
    expect(() => accessKeyOf(world, hubArn)).toThrow(`the world has no user ${hubArn}`);
  });
});
