import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import { ebsAlias } from '../../simulator/keys.ts';
import type { World } from '../../simulator/world.ts';
import { failure, frankfurt, home, homeKey, homeKeyArn, ireland, kms, production } from './fixture.ts';
import { keyAliasArn, keyWorld, letting } from './fixture-kms.ts';
import { policy, statement } from './fixture-roles.ts';

const ask = (world: World, KeyId = homeKeyArn, PolicyName?: string, number = 1, region = frankfurt) =>
  kms(world, number, region).send(new GetKeyPolicyCommand({ KeyId, PolicyName }));
const policyOf = async (world: World): Promise<unknown> => JSON.parse((await ask(world)).Policy ?? '');

const delegation = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${home}:root` },
  Action: 'kms:*',
  Resource: '*',
};
const consumer = {
  Sid: 'Allow use of the key',
  Effect: 'Allow',
  Principal: { AWS: [`arn:aws:iam::${production}:root`, production] },
  Action: ['kms:Decrypt', 'kms:CreateGrant'],
  Resource: '*',
  Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
};

describe('GetKeyPolicy', () => {
  it('gives the policy of a key that was made without one', async () => {
    const world = keyWorld();
    expect(await ask(world, homeKey)).toMatchObject({ PolicyName: 'default' });
    expect(await policyOf(world)).toEqual({
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [delegation],
    });
    expect(world.record[0]).toMatchObject({ service: 'kms', action: 'GetKeyPolicy', mutating: false });
  });

  it('gives several documents as one policy, each statement as it was written', async () => {
    const written = [policy(consumer, delegation), { Version: '2012-10-17', Statement: consumer }];
    expect(await policyOf(keyWorld({ keyPolicies: ['default', ...written] }))).toMatchObject({
      Statement: [delegation, consumer, delegation, consumer],
    });
  });

  it('gives it with its values in place of the placeholders', async () => {
    const template = letting('arn:aws:iam::CONSUMER_ACCOUNT_ID:root', 'kms:Decrypt');
    const key = { values: { CONSUMER_ACCOUNT_ID: production } };
    expect(await policyOf(keyWorld({ key, keyPolicies: ['default', template] }))).toMatchObject({
      Statement: [delegation, { Principal: { AWS: `arn:aws:iam::${production}:root` } }],
    });
  });

  it('gives the policy as it is by now', async () => {
    const world = keyWorld();
    const key = world.keys.get(homeKeyArn);
    expect(key).toBeDefined();
    Object.assign(key ?? {}, { policies: [...(key?.policies ?? []), ...(key?.policies ?? [])] });
    expect(await policyOf(world)).toMatchObject({ Statement: [delegation, delegation] });
  });

  it.each(['Disabled', 'PendingDeletion'])('works whatever the state: %s', async (state) => {
    expect((await ask(keyWorld({ key: { state } }))).Policy).toContain(home);
  });

  it('gives that of the key of AWS for EBS too', async () => {
    const world = keyWorld();
    expect(await failure(ask(world, ebsAlias))).toMatchObject({ code: 'InvalidArnException' });
    const { KeyMetadata } = await kms(world).send(new DescribeKeyCommand({ KeyId: ebsAlias }));
    expect((await ask(world, KeyMetadata?.KeyId)).Policy).toContain('kms:ViaService');
  });

  it.each(['alias/images', keyAliasArn])('takes no alias: %s', async (name) => {
    expect(await failure(ask(keyWorld(), name))).toMatchObject({
      code: 'InvalidArnException',
      message: 'Key Aliases are not supported for this operation.',
    });
  });

  it.each([
    [homeKeyArn, 'other', frankfurt],
    [homeKeyArn, 'default', ireland],
    ['none', 'default', frankfurt],
  ])('does not find %s, policy %s, in %s', async (name, policyName, region) => {
    expect(await failure(ask(keyWorld(), name, policyName, 1, region))).toMatchObject({
      code: 'NotFoundException',
      status: 400,
    });
  });

  it('asks for its own action', async () => {
    const allow = (action: string) => ({ policies: [policy(statement('Allow', action))] });
    await ask(keyWorld(allow('kms:GetKeyPolicy')));
    expect(await failure(ask(keyWorld(allow('kms:DescribeKey'))))).toEqual({
      code: 'AccessDeniedException',
      status: 400,
      message:
        `User: arn:aws:iam::${home}:user/user1 is not authorized to perform: kms:GetKeyPolicy on resource: ` +
        `${homeKeyArn} because no identity-based policy allows the kms:GetKeyPolicy action`,
    });
  });

  it('is never allowed from another account, whatever the policies say', async () => {
    const keyPolicies = ['default', letting(`arn:aws:iam::${production}:root`, 'kms:*')];
    const refusal = await failure(ask(keyWorld({ keyPolicies }), homeKeyArn, 'default', 2));
    expect(refusal).toMatchObject({ code: 'AccessDeniedException' });
    expect(refusal.message).toContain('because no resource-based policy allows the kms:GetKeyPolicy action');
  });
});
