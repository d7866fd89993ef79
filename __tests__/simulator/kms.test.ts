import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import {
  failure,
  fixture,
  frankfurt,
  home,
  homeKey,
  homeKeyArn,
  ireland,
  kms,
  production,
  user,
} from './fixture.ts';

const ask = (world: World, KeyId: string, number = 1, region = frankfurt) =>
  kms(world, number, region).send(new DescribeKeyCommand({ KeyId }));

const aliasArn = `arn:aws:kms:${frankfurt}:${home}:alias/images`;
const allow = (principal: string) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:DescribeKey', Resource: '*' },
});
const none = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*' } };
const keyWith = (keyPolicies: unknown[], userPolicies?: unknown[]) =>
  fixture({
    accounts: [
      { id: home, name: 'home', users: [user(1, userPolicies)] },
      { id: production, name: 'production', users: [user(2, userPolicies)] },
    ],
    keys: [{ id: homeKey, account: home, region: frankfurt, alias: 'alias/images', policies: keyPolicies }],
    snapshots: [],
    images: [],
  }).world;

describe('DescribeKey', () => {
  it.each([homeKey, 'alias/images', homeKeyArn, aliasArn])('finds a key by %s', async (name) => {
    const { KeyMetadata } = await ask(fixture().world, name);
    expect(KeyMetadata).toMatchObject({
      Arn: homeKeyArn,
      KeyId: homeKey,
      AWSAccountId: home,
      KeyManager: 'CUSTOMER',
      KeyState: 'Enabled',
      Enabled: true,
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
    });
    expect(KeyMetadata?.CreationDate).toBeInstanceOf(Date);
  });

  it('shows in every account and Region a key of AWS for EBS', async () => {
    const { world } = fixture();
    const managed = async (number: number, region: string) =>
      (await ask(world, 'alias/aws/ebs', number, region)).KeyMetadata;
    expect(await managed(1, frankfurt)).toMatchObject({ KeyManager: 'AWS', AWSAccountId: home });
    const arns = [await managed(1, frankfurt), await managed(1, ireland), await managed(2, ireland)].map(
      (one) => one?.Arn,
    );
    expect(new Set(arns).size).toBe(3);
    expect((await managed(1, frankfurt))?.Arn).toBe(arns[0]);
  });

  it('shows its state', async () => {
    const { world } = fixture();
    const key = world.keys.get(homeKeyArn);
    expect(key).toBeDefined();
    Object.assign(key ?? {}, { state: 'PendingDeletion' });
    expect((await ask(world, homeKey)).KeyMetadata).toMatchObject({
      KeyState: 'PendingDeletion',
      Enabled: false,
    });
  });

  it.each([
    [
      'alias/nothing',
      'NotFoundException',
      `Alias arn:aws:kms:${frankfurt}:${home}:alias/nothing is not found.`,
    ],
    ['images', 'NotFoundException', `Key 'arn:aws:kms:${frankfurt}:${home}:key/images' does not exist`],
    [homeKeyArn.replace(frankfurt, ireland), 'NotFoundException', 'Invalid arn eu-west-1'],
    ['arn:aws:ec2:eu-central-1::image/x', 'InvalidArnException', 'Invalid arn'],
    [homeKeyArn.replace('arn:aws:', 'arn:aws-cn:'), 'InvalidArnException', 'Invalid arn'],
  ])('does not find %s', async (name, code, text) => {
    const refusal = await failure(ask(fixture().world, name));
    expect(refusal).toMatchObject({ code, status: 400 });
    expect(refusal.message).toContain(text);
  });

  it('does not find ids and aliases of another account, nor keys of another Region', async () => {
    const { world } = fixture();
    expect(await failure(ask(world, homeKey, 2))).toMatchObject({ code: 'NotFoundException' });
    expect(await failure(ask(world, 'alias/images', 2))).toMatchObject({ code: 'NotFoundException' });
    expect(await failure(ask(world, homeKey, 1, ireland))).toMatchObject({ code: 'NotFoundException' });
  });
});

describe('DescribeKey asks, in the key’s own account,', () => {
  it('the key policy alone where it names the caller', async () => {
    const world = keyWith([allow(`arn:aws:iam::${home}:user/user1`)], [none]);
    await ask(world, homeKey);
    expect(world.record[0]?.allowedBy).toMatchObject([{ policy: 'key alias/images', resource: homeKeyArn }]);
  });

  it('the caller’s policies too where it delegates to the account', async () => {
    const world = keyWith(['default']);
    await ask(world, homeKey);
    expect(world.record[0]?.allowedBy.map((one) => one.policy)).toEqual([
      'key alias/images default',
      'home/user1 0',
    ]);
    const refusal = await failure(ask(keyWith(['default'], [none]), homeKey));
    expect(refusal).toMatchObject({ code: 'AccessDeniedException', status: 400 });
    expect(refusal.message).toBe(
      `User: arn:aws:iam::${home}:user/user1 is not authorized to perform: kms:DescribeKey on resource: ` +
        `${homeKeyArn} because no identity-based policy allows the kms:DescribeKey action`,
    );
  });

  it('in vain where the key policy is silent', async () => {
    const world = keyWith([allow(`arn:aws:iam::${production}:root`)]);
    expect((await failure(ask(world, homeKey))).message).toContain('because no resource-based policy allows');
  });
});

describe('DescribeKey asks, from another account,', () => {
  it.each([
    ['both policies allow', ['default', allow(`arn:aws:iam::${production}:root`)], undefined, true],
    [
      'the key policy names the caller, whose own is silent',
      [allow(`arn:aws:iam::${production}:user/user2`)],
      [none],
      false,
    ],
    ['only the own policy allows', ['default'], undefined, false],
  ])('whether %s', async (_, keyPolicies: unknown[], userPolicies: unknown[] | undefined, allowed) => {
    const call = ask(keyWith(keyPolicies, userPolicies), homeKeyArn, 2);
    if (allowed) {
      expect((await call).KeyMetadata?.Arn).toBe(homeKeyArn);
    } else {
      expect(await failure(call)).toMatchObject({ code: 'AccessDeniedException' });
    }
  });

  it('lets a Deny of the key policy win', async () => {
    const deny = {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' },
    };
    expect(await failure(ask(keyWith(['default', deny]), homeKey))).toMatchObject({
      code: 'AccessDeniedException',
    });
  });
});
