import {
  CopyImageCommand,
  type CopyImageCommandInput,
  DescribeImagesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { imagesIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  ec2,
  failure,
  frankfurt,
  home,
  homeKeyArn,
  ireland,
  irelandKeyArn,
  management,
  plainImage,
  production,
} from './fixture.ts';
import { identity } from './fixture-oidc.ts';
import { asHub, assume, hubSession, policy, rolesWorld, statement, targetArn } from './fixture-roles.ts';

const full = policy(statement('Allow', '*'));
const everybody = { Principal: '*' };
const scp = (...policies: unknown[]) => ({ homeAccount: { 'service-control-policies': policies } });
const rcp = (...policies: unknown[]) => ({ productionAccount: { 'resource-control-policies': policies } });
const boundary = (document: object) => ({ hub: { 'permissions-boundary': document } });

const copy = (world: World, more: Partial<CopyImageCommandInput> = {}) =>
  new EC2Client(asHub(world, ireland)).send(
    new CopyImageCommand({ Name: 'copy', SourceImageId: plainImage, SourceRegion: frankfurt, ...more }),
  );
const look = (world: World, region = frankfurt) =>
  new EC2Client(asHub(world, region)).send(new DescribeImagesCommand({ Owners: ['self'] }));
const describeKey = (world: World) =>
  new KMSClient(asHub(world)).send(new DescribeKeyCommand({ KeyId: homeKeyArn }));
const parameter = { name: '/images/web', account: home, region: frankfurt, value: plainImage };
const getParameter = (world: World) =>
  new SSMClient(asHub(world)).send(new GetParameterCommand({ Name: parameter.name }));
const organizationPolicy = (type: string) =>
  expect.stringMatching(
    new RegExp(`^arn:aws:organizations::${management}:policy/o-exampleorg1/${type}/p-[0-9a-f]{8}$`),
  );

/** What a denial says after its action and resource and, where it names one, the ARN of the policy. */
async function reasonOf(call: Promise<unknown>) {
  const { code, status, message } = await failure(call);
  const text = message.replace(/\. Encoded authorization failure message: \w+$/, '');
  const form = /is not authorized to perform: \w+:\w+(?: on resource: \S+)? (.+?)(?:: (arn:\S+))?$/;
  const [, reason, arn] = form.exec(text) ?? [];
  return { code, status, reason, arn };
}

const kinds = [
  ['service control policy', scp, 'service_control_policy'],
  ['permissions boundary', boundary, undefined],
] as const;

describe.each(kinds)('a %s', (kind, limited, type) => {
  const calls: readonly (readonly [string, (world: World) => Promise<unknown>, string, number])[] = [
    ['ec2:CopyImage', copy, 'UnauthorizedOperation', 403],
    ['kms:DescribeKey', describeKey, 'AccessDeniedException', 400],
    ['ssm:GetParameter', getParameter, 'AccessDeniedException', 400],
    ['sts:AssumeRole', assume, 'AccessDenied', 403],
  ];
  const worldWith = (...policies: [object]): World =>
    rolesWorld({ ...limited(...policies), more: { parameters: [parameter] } }).world;

  it.each(calls)('that allows all lets %s pass', async (_, call) => {
    await call(worldWith(full));
  });

  it.each(calls)('that does not allow %s denies it', async (action, call, code, status) => {
    const world = worldWith(policy({ Effect: 'Allow', NotAction: action, Resource: '*' }));
    const reason = `because no ${kind} allows the ${action} action`;
    expect(await reasonOf(call(world))).toEqual({ code, status, reason, arn: undefined });
  });

  it.each(calls)('that denies %s wins', async (action, call, code, status) => {
    const world = worldWith(
      policy(statement('Allow', '*'), statement('Deny', action), statement('Deny', 'ec2:Run*')),
    );
    const arn = type && organizationPolicy(type);
    expect(await reasonOf(call(world))).toEqual({
      ...{ code, status, reason: `with an explicit deny in a ${kind}`, arn },
    });
  });

  it('is told in the words of each service', async () => {
    const { world } = rolesWorld(limited(policy(statement('Allow', 'iam:*'))));
    const who = `User: ${hubSession} is not authorized to perform:`;
    const why = (action: string) => `because no ${kind} allows the ${action} action`;
    expect((await failure(look(world))).message).toBe(
      `You are not authorized to perform this operation. ${who} ec2:DescribeImages ` +
        `${why('ec2:DescribeImages')}. Encoded authorization failure message: c2ltdWxhdGVk`,
    );
    expect((await failure(describeKey(world))).message).toBe(
      `${who} kms:DescribeKey on resource: ${homeKeyArn} ${why('kms:DescribeKey')}`,
    );
    expect((await failure(assume(world))).message).toBe(
      `${who} sts:AssumeRole on resource: ${targetArn} ${why('sts:AssumeRole')}`,
    );
  });

  it('grants nothing', async () => {
    const { world } = rolesWorld(limited(full));
    for (const role of world.accounts.get(home)?.roles.values() ?? []) {
      role.policies = [];
    }
    expect(await reasonOf(look(world))).toMatchObject({
      reason: 'because no identity-based policy allows the ec2:DescribeImages action',
    });
  });

  it('is asked by a dry run too', async () => {
    const { world } = rolesWorld(limited(policy(statement('Allow', 'ec2:Describe*'))));
    expect(await reasonOf(copy(world, { DryRun: true }))).toMatchObject({
      reason: `because no ${kind} allows the ec2:CopyImage action`,
    });
  });

  it('leaves GetCallerIdentity alone', async () => {
    const { world } = rolesWorld(limited(policy(statement('Deny', '*'))));
    const asked = await new STSClient(asHub(world)).send(new GetCallerIdentityCommand({}));
    expect(asked.Arn).toBe(hubSession);
  });

  it('binds EC2 where it uses a key on the caller’s behalf', async () => {
    const { world, clock } = rolesWorld(
      limited(policy(statement('Allow', '*'), statement('Deny', 'kms:CreateGrant'))),
    );
    await copy(world, { Encrypted: true, KmsKeyId: irelandKeyArn });
    clock.advance(200_000);
    expect(imagesIn(world, home, ireland)).toMatchObject([{ state: 'failed' }]);
    expect(world.record.find((call) => call.action === 'CreateGrant')).toMatchObject({
      code: 'AccessDeniedException',
      onBehalfOf: 'ec2:CopyImage',
    });
  });

  it('is no permission in the record', async () => {
    const { world } = rolesWorld(limited(full));
    await look(world);
    expect(world.record[0]?.allowedBy.map((one) => one.policy)).toEqual(['home/hub 0']);
  });
});

describe('service control policies', () => {
  it('allow together, but one denies for all', async () => {
    const reading = policy(statement('Allow', 'ec2:Describe*'));
    const copying = policy(statement('Allow', 'ec2:CopyImage'));
    await copy(rolesWorld(scp(reading, copying)).world);
    const { world } = rolesWorld(scp(reading, copying, policy(statement('Deny', 'ec2:CopyImage'))));
    expect(await failure(copy(world))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  it('bind users, but neither other accounts nor the management account', async () => {
    const none = { 'service-control-policies': [policy(statement('Deny', '*'))] };
    const { world } = rolesWorld({ homeAccount: none, productionAccount: {} });
    const ask = new DescribeImagesCommand({ Owners: ['self'] });
    expect(await reasonOf(ec2(world).send(ask))).toMatchObject({
      reason: 'with an explicit deny in a service control policy',
    });
    await ec2(world, 2).send(ask);
    const organization = { id: 'o-exampleorg1', 'management-account': home, units: [] };
    await ec2(rolesWorld({ homeAccount: none, more: { organization } }).world).send(ask);
  });

  const regions = (more: object = {}, operator = 'StringNotEquals') =>
    policy(statement('Allow', '*'), {
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'sts:*'],
      Resource: '*',
      Condition: { [operator]: { 'aws:RequestedRegion': [frankfurt, 'us-east-1'] }, ...more },
    });

  it('may deny Regions, except for some services', async () => {
    const { world } = rolesWorld(scp(regions()));
    await look(world);
    expect(await reasonOf(look(world, ireland))).toMatchObject({
      code: 'UnauthorizedOperation',
      reason: 'with an explicit deny in a service control policy',
    });
    await assume(world, {}, ireland);
  });

  it.each([
    ['ArnNotLike', 'arn:*:iam::*:role/hub', true],
    ['ArnNotLike', 'arn:*:iam::*:role/other', false],
    ['ArnNotLikeIfExists', 'arn:*:iam::*:role/hub', true],
    ['ArnNotEquals', `arn:aws:iam::${home}:role/other`, false],
  ])('may except roles from that: %s %s', async (operator, pattern, excepted) => {
    const { world } = rolesWorld(scp(regions({ [operator]: { 'aws:PrincipalARN': pattern } })));
    const call = look(world, ireland);
    if (excepted) {
      await call;
    } else {
      expect(await failure(call)).toMatchObject({ code: 'UnauthorizedOperation' });
    }
  });

  it('judge a request by its tags', async () => {
    const untagged = policy(statement('Allow', '*'), {
      ...statement('Deny', 'ec2:CopyImage', { Resource: `arn:aws:ec2:${ireland}::image/*` }),
      Condition: { Null: { 'aws:RequestTag/owner': 'true' } },
    });
    const Tags = [{ Key: 'owner', Value: 'platform' }];
    const tagged = { DryRun: true, TagSpecifications: [{ ResourceType: 'image' as const, Tags }] };
    const ask = async (more: object) => (await failure(copy(rolesWorld(scp(untagged)).world, more))).code;
    expect(await ask({ DryRun: true })).toBe('UnauthorizedOperation');
    expect(await ask(tagged)).toBe('DryRunOperation');
  });

  it('know a service that calls for somebody from a call of its own', async () => {
    const direct = policy(statement('Allow', '*'), {
      ...statement('Deny', 'kms:*'),
      Condition: { Bool: { 'aws:ViaAWSService': 'false' } },
    });
    const { world, clock } = rolesWorld(scp(direct));
    expect(await failure(describeKey(world))).toMatchObject({ code: 'AccessDeniedException' });
    await copy(world, { Encrypted: true, KmsKeyId: irelandKeyArn });
    clock.advance(200_000);
    expect(imagesIn(world, home, ireland)).toMatchObject([{ state: 'available' }]);
  });

  it('know whose the resource is', async () => {
    const outside = policy(
      statement('Allow', '*'),
      statement('Deny', ['kms:*', 'sts:AssumeRole'], {
        Condition: {
          StringNotEquals: { 'aws:ResourceOrgID': 'o-exampleorg1' },
          Bool: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
    await describeKey(rolesWorld(scp(outside)).world);
    await assume(rolesWorld(scp(outside)).world);
    const organization = {
      id: 'o-exampleorg1',
      'management-account': management,
      units: [{ id: 'ou-ab12-11111111', accounts: [home] }],
    };
    expect(
      await reasonOf(assume(rolesWorld({ ...scp(outside), more: { organization } }).world)),
    ).toMatchObject({
      reason: 'with an explicit deny in a service control policy',
    });
  });
});

describe('a resource control policy', () => {
  const inside = (Action: string[]) =>
    policy(
      statement('Deny', Action, {
        ...everybody,
        Condition: {
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
  const perimeter = inside(['sts:AssumeRole', 'kms:*']);
  const nobody = policy(statement('Deny', ['sts:*', 'kms:*'], everybody));
  const text = 'with an explicit deny in a resource control policy';

  it('denies a role of the account to whoever calls', async () => {
    await assume(rolesWorld(rcp(perimeter)).world);
    expect(await reasonOf(assume(rolesWorld(rcp(nobody)).world))).toEqual({
      code: 'AccessDenied',
      status: 403,
      reason: text,
      arn: organizationPolicy('resource_control_policy'),
    });
    const stranger = { homeAccount: {}, more: { organization: alone(production) } };
    expect(await reasonOf(assume(rolesWorld({ ...rcp(perimeter), ...stranger }).world))).toMatchObject({
      reason: text,
    });
  });

  it('denies the keys of the account, but not those that AWS manages', async () => {
    const parts = { homeAccount: { 'resource-control-policies': [nobody] } };
    expect(await reasonOf(describeKey(rolesWorld(parts).world))).toMatchObject({
      ...{ code: 'AccessDeniedException', status: 400, reason: text },
    });
    const { world } = rolesWorld(parts);
    await new KMSClient(asHub(world)).send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }));
    await look(world);
  });

  it('denies the key of an account to EC2, which uses it for the caller', async () => {
    const { world, clock } = rolesWorld({ homeAccount: { 'resource-control-policies': [nobody] } });
    await copy(world, { Encrypted: true, KmsKeyId: irelandKeyArn });
    clock.advance(200_000);
    expect(imagesIn(world, home, ireland)).toMatchObject([{ state: 'failed' }]);
  });

  it('binds the resources of its own account only, and not those of the management account', async () => {
    await assume(rolesWorld({ homeAccount: { 'resource-control-policies': [nobody] } }).world);
    await assume(rolesWorld({ ...rcp(nobody), more: { organization: alone(home, production) } }).world);
  });

  it('does not reach EC2', async () => {
    const { world } = rolesWorld({ homeAccount: { 'resource-control-policies': [nobody] } });
    await copy(world);
  });

  /** An organization of these accounts. */
  function alone(account: string, managed = management) {
    const units = [{ id: 'ou-ab12-11111111', accounts: [account] }];
    return { id: 'o-exampleorg1', 'management-account': managed, units };
  }
});

describe('AssumeRoleWithWebIdentity', () => {
  let github: Awaited<ReturnType<typeof identity>>;
  beforeAll(async () => {
    github = await identity();
  });
  const sub = 'token.actions.githubusercontent.com:sub';
  it('is bound by no service control policy', async () => {
    const account = { 'service-control-policies': [policy(statement('Deny', '*'))] };
    await github.assume(github.federated({ account }).world);
  });

  it.each([
    ['repo:other-org/*', false],
    ['repo:octo-org/*', true],
  ])('is judged by a resource control policy, which may want a token of %s', async (pattern, allowed) => {
    const Condition = { StringNotLikeIfExists: { [sub]: pattern } };
    const limit = statement('Deny', 'sts:AssumeRoleWithWebIdentity', { ...everybody, Condition });
    const { world } = github.federated({ account: { 'resource-control-policies': [policy(limit)] } });
    if (allowed) {
      await github.assume(world);
    } else {
      expect(await failure(github.assume(world))).toEqual({
        code: 'AccessDenied',
        status: 403,
        message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      });
    }
  });
});
