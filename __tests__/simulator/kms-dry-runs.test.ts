import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import { ebsAlias, viaEc2 } from '../../simulator/keys.ts';
import type { World } from '../../simulator/world.ts';
import {
  type failure,
  fixture,
  frankfurt,
  home,
  homeKey,
  homeKeyArn,
  ireland,
  kms,
  production,
} from './fixture.ts';
import { createGrant, decrypt, generateDataKey, keyWorld, letting, passed } from './fixture-kms.ts';
import { policy, statement } from './fixture-roles.ts';

interface More {
  readonly DryRun?: boolean | undefined;
  readonly KeyId?: string;
}
type Attempt = (world: World, more?: More, number?: number, region?: string) => ReturnType<typeof failure>;
const actions: readonly (readonly [string, Attempt])[] = [
  ['CreateGrant', createGrant],
  ['GenerateDataKeyWithoutPlaintext', generateDataKey],
  ['Decrypt', decrypt],
];

describe.each(actions)('a dry run of %s', (name, attempt) => {
  const action = `kms:${name}`;
  const denied = (reason: string, number = 1, account = home) => ({
    code: 'AccessDeniedException',
    status: 400,
    message: `User: arn:aws:iam::${account}:user/user${number} is not authorized to perform: ${action} on resource: ${homeKeyArn} ${reason}`,
  });

  it('says that the call would have succeeded, what allowed it, and is no write', async () => {
    const world = keyWorld();
    expect(await attempt(world)).toEqual(passed);
    expect(await attempt(world, { KeyId: homeKey })).toEqual(passed);
    const record = { service: 'kms', action: name, mutating: false, code: passed.code };
    expect(world.record).toMatchObject([record, record]);
    expect(world.record[0]?.allowedBy).toMatchObject([
      { policy: 'key alias/images default', action },
      { policy: 'home/user1 0', action },
    ]);
    expect(world.complaints).toEqual([]);
  });

  it.each([undefined, false])('is all there is: DryRun %s is a loud error', async (DryRun) => {
    const world = keyWorld({ policies: [] });
    expect(await attempt(world, { DryRun })).toMatchObject({
      code: 'UnsupportedOperationException',
      status: 400,
    });
    expect(world.complaints).toEqual([expect.stringContaining(`knows ${name} as a dry run only`)]);
  });

  it('asks the key policy alone where it names the caller', async () => {
    const keyPolicies = [letting(`arn:aws:iam::${home}:user/user1`, action)];
    expect(await attempt(keyWorld({ keyPolicies, policies: [] }))).toEqual(passed);
  });

  it('asks the caller’s policies where the key policy delegates, and the key policy always', async () => {
    const others = [policy(statement('Allow', ['ec2:*', 'kms:DescribeKey', 'kms:ReEncrypt*']))];
    expect(await attempt(keyWorld({ policies: others }))).toEqual(
      denied(`because no identity-based policy allows the ${action} action`),
    );
    expect(await attempt(keyWorld({ keyPolicies: [letting(home, 'kms:DescribeKey')] }))).toEqual(
      denied(`because no resource-based policy allows the ${action} action`),
    );
  });

  it('is direct: what a policy lets be done through EC2 only is denied', async () => {
    const through = { StringEquals: { 'kms:ViaService': viaEc2(keyWorld(), frankfurt) } };
    const policies = [policy(statement('Allow', 'kms:*', { Condition: through }))];
    expect(await attempt(keyWorld({ policies }))).toEqual(
      denied(`because no identity-based policy allows the ${action} action`),
    );
  });

  it('needs, from another account, the key policy and the own policies', async () => {
    const keyPolicies = ['default', letting(`arn:aws:iam::${production}:root`, 'kms:*')];
    expect(await attempt(keyWorld({ keyPolicies }), {}, 2)).toEqual(passed);
    expect(await attempt(keyWorld({ keyPolicies, policies: [] }), {}, 2)).toEqual(
      denied(`because no identity-based policy allows the ${action} action`, 2, production),
    );
    expect(await attempt(keyWorld(), {}, 2)).toEqual(
      denied(`because no resource-based policy allows the ${action} action`, 2, production),
    );
    expect(await attempt(keyWorld({ keyPolicies }), { KeyId: homeKey }, 2)).toMatchObject({
      code: 'NotFoundException',
    });
  });

  it.each([
    ['Disabled', 'DisabledException', 'is disabled.'],
    ['PendingDeletion', 'KMSInvalidStateException', 'is pending deletion.'],
    ['PendingImport', 'KMSInvalidStateException', 'is pending import.'],
    ['Unavailable', 'KMSInvalidStateException', 'is unavailable.'],
    ['Updating', 'KMSInvalidStateException', 'is updating.'],
  ])('of a key that is %s: %s, to those who may use it', async (state, code, words) => {
    expect(await attempt(keyWorld({ key: { state } }))).toEqual({
      ...{ code, status: 400, message: `${homeKeyArn} ${words}` },
    });
    expect(await attempt(keyWorld({ key: { state }, policies: [] }))).toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it('of a key that cannot do it is refused, after the state of the key', async () => {
    const code = name === 'CreateGrant' ? 'ValidationException' : 'InvalidKeyUsageException';
    for (const key of [{ usage: 'SIGN_VERIFY', spec: 'RSA_2048' }, { spec: 'RSA_4096' }]) {
      expect(await attempt(keyWorld({ key }))).toMatchObject({ code, status: 400 });
      expect(await attempt(keyWorld({ key: { ...key, state: 'Disabled' } }))).toMatchObject({
        code: 'DisabledException',
      });
    }
  });

  it.each([
    ['', 'ValidationException', frankfurt],
    ['none', 'NotFoundException', frankfurt],
    [homeKeyArn, 'NotFoundException', ireland],
    ['arn:aws:ec2:eu-central-1::image/x', 'InvalidArnException', frankfurt],
  ])('does not find the key %j', async (KeyId, code, region) => {
    expect(await attempt(keyWorld(), { KeyId }, 1, region)).toMatchObject({ code, status: 400 });
  });

  it('does not reach the key of AWS for EBS, which works through EC2 only', async () => {
    const world = keyWorld();
    const { KeyMetadata } = await kms(world).send(new DescribeKeyCommand({ KeyId: ebsAlias }));
    expect(await attempt(world, { KeyId: KeyMetadata?.Arn ?? '' })).toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it('meets faults of its own name', async () => {
    const { world } = fixture({ faults: [{ action: `${action}/dry-run`, do: 'throttle' }] });
    expect(await attempt(world)).toMatchObject({ code: 'ThrottlingException' });
  });
});
