import { createServer } from 'node:http';
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { GITHUB_ISSUER } from '../../simulator/oidc/issuer.ts';
import { failure, frankfurt, home, plainImage } from './fixture.ts';
import { identity, provider, roleArn, subject, trust } from './fixture-oidc.ts';

let github: Awaited<ReturnType<typeof identity>>;
beforeAll(async () => {
  github = await identity();
});

describe('AssumeRoleWithWebIdentity', () => {
  it('gives a session of the role, whose identity every service sees', async () => {
    const { world, clock } = github.federated();
    const given = await github.assume(world);
    expect(given).toMatchObject({
      Provider: provider,
      Audience: 'sts.amazonaws.com',
      SubjectFromWebIdentityToken: subject,
      AssumedRoleUser: { Arn: `arn:aws:sts::${home}:assumed-role/promote-ami/run-1` },
    });
    expect(given.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(given.Credentials?.Expiration?.getTime()).toBe(clock.now() + 3_600_000);
    const session = await github.sessionOf(world);
    expect(await new STSClient(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: home,
      Arn: `arn:aws:sts::${home}:assumed-role/promote-ami/run-1`,
      UserId: given.AssumedRoleUser?.AssumedRoleId,
    });
    await new EC2Client(session).send(new DescribeImagesCommand({ ImageIds: [plainImage] }));
    expect(world.record.at(-1)).toMatchObject({ service: 'ec2', account: home, code: 'ok' });
  });

  it('records the trust policy that was used, but neither token nor secrets', async () => {
    const { world, clock } = github.federated();
    const WebIdentityToken = await github.token(clock.now());
    const { Credentials } = await github.assume(world, { WebIdentityToken });
    expect(world.record).toMatchObject([
      {
        action: 'AssumeRoleWithWebIdentity',
        account: home,
        region: frankfurt,
        params: { RoleArn: roleArn, RoleSessionName: 'run-1' },
        allowedBy: [
          {
            policy: 'home/promote-ami trust',
            statement: 0,
            action: 'sts:AssumeRoleWithWebIdentity',
            resource: roleArn,
          },
        ],
      },
    ]);
    const record = JSON.stringify(world.record);
    expect(record).not.toContain(WebIdentityToken);
    for (const secret of [Credentials?.SecretAccessKey, Credentials?.SessionToken]) {
      expect(world.secrets.has(secret ?? '')).toBe(true);
      expect(record).not.toContain(secret);
    }
  });

  it.each([
    ['a role that is not there', { RoleArn: `${roleArn}-other` }],
    ['an account that is not there', { RoleArn: roleArn.replace(home, '444444444444') }],
  ])('says AccessDenied to %s', async (_, more) => {
    expect(await failure(github.assume(github.federated().world, more))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  it.each([
    ['token.actions.githubusercontent.com:sub', 'repo:octo-org/images:ref:refs/heads/main'],
    ['token.actions.githubusercontent.com:repository_id', '1'],
    ['sts:RoleSessionName', 'run-2'],
  ])('says AccessDenied if the trust policy wants another %s', async (key, value) => {
    const { world } = github.federated({ role: { 'trust-policy': trust({ [key]: value }) } });
    expect(await failure(github.assume(world))).toMatchObject({ code: 'AccessDenied', status: 403 });
  });

  it('lets the trust policy test the name of the session', async () => {
    const { world } = github.federated({
      role: { 'trust-policy': trust({ 'sts:RoleSessionName': 'run-1' }) },
    });
    await github.assume(world);
  });

  it('says AccessDenied while a new role has not gone round', async () => {
    const { world, clock } = github.federated({ role: { created: '2026-11-20T12:00:00Z' } });
    clock.advance(7999);
    expect(await failure(github.assume(world))).toMatchObject({ code: 'AccessDenied' });
    clock.advance(1);
    await github.assume(world);
  });

  it('refuses tokens of unknown issuers, for other audiences, and with the wrong signature', async () => {
    const { world, clock } = github.federated();
    const foreign = await github.token(clock.now(), { iss: 'https://token.example.com' });
    expect(await failure(github.assume(world, { WebIdentityToken: foreign }))).toMatchObject({
      code: 'InvalidIdentityToken',
      status: 400,
      message: 'No OpenIDConnect provider found in your account for https://token.example.com',
    });
    expect(await failure(github.assume(github.federated({ providers: [] }).world))).toMatchObject({
      message: `No OpenIDConnect provider found in your account for ${GITHUB_ISSUER}`,
    });
    const elsewhere = await github.token(clock.now(), {}, 'https://github.com/octo-org');
    expect(await failure(github.assume(world, { WebIdentityToken: elsewhere }))).toMatchObject({
      code: 'InvalidIdentityToken',
    });
    const [head, body] = (await github.token(clock.now())).split('.');
    const forged = [head, body, (await github.token(clock.now() + 1000)).split('.')[2]].join('.');
    expect(await failure(github.assume(world, { WebIdentityToken: forged }))).toMatchObject({
      code: 'InvalidIdentityToken',
    });
    expect(await failure(github.assume(world, { WebIdentityToken: 'no token' }))).toMatchObject({
      code: 'InvalidIdentityToken',
    });
  });

  it('refuses a token five minutes after its end', async () => {
    const { world, clock } = github.federated();
    const WebIdentityToken = await github.token(clock.now());
    clock.advance(599_000);
    await github.assume(world, { WebIdentityToken });
    clock.advance(1000);
    expect(await failure(github.assume(world, { WebIdentityToken }))).toMatchObject({
      code: 'ExpiredTokenException',
      status: 400,
    });
  });

  it('cannot judge a token without the issuer’s keys', async () => {
    const { world } = github.federated({ provider: { jwks: undefined } });
    expect((await failure(github.assume(world))).message).toContain("Couldn't retrieve verification key");
  });

  it('fetches the keys from loopback where the provider has an address for them', async () => {
    const { world } = github.federated({
      provider: { jwks: undefined, 'jwks-url': 'http://127.0.0.1:9/none' },
    });
    expect((await failure(github.assume(world))).message).toContain("Couldn't retrieve verification key");
    const server = createServer((_, response) => response.end(JSON.stringify(github.jwks)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const served = github.federated({
      provider: { jwks: undefined, 'jwks-url': `http://127.0.0.1:${port}/jwks` },
    });
    await github.assume(served.world);
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    [{ DurationSeconds: 899 }, 'failed to satisfy constraint'],
    [{ DurationSeconds: 43_201 }, 'failed to satisfy constraint'],
    [
      { DurationSeconds: 7200 },
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [{ RoleSessionName: 'a b' }, 'failed to satisfy constraint'],
    [{ RoleArn: 'promote-ami' }, 'promote-ami is invalid'],
  ])('refuses %j', async (more, text) => {
    const refusal = await failure(github.assume(github.federated().world, more));
    expect(refusal).toMatchObject({ code: 'ValidationError', status: 400 });
    expect(refusal.message).toContain(text);
  });

  it('lasts as long as the role allows', async () => {
    const { world, clock } = github.federated({ role: { 'max-session': 7200 } });
    const { Credentials } = await github.assume(world, { DurationSeconds: 7200 });
    expect(Credentials?.Expiration?.getTime()).toBe(clock.now() + 7_200_000);
  });

  it('answers only where STS is active', async () => {
    const { world } = github.federated({ regions: { 'eu-south-1': { sts: false } } });
    for (const region of ['eu-south-1', 'af-south-1']) {
      expect(await failure(github.assume(world, {}, region))).toMatchObject({
        code: 'RegionDisabledException',
        status: 403,
      });
    }
  });
});
