import { GenerateDataKeyWithoutPlaintextCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import type { World } from '../../simulator/world.ts';
import { failure, home, homeKeyArn, kms, production } from './fixture.ts';
import {
  createGrant,
  decrypt,
  generateDataKey,
  grantee,
  keyAliasArn,
  keyWorld,
  passed,
} from './fixture-kms.ts';
import { policy, statement } from './fixture-roles.ts';

const invalid = { code: 'ValidationException', status: 400 };
const noAlias = {
  code: 'InvalidArnException',
  status: 400,
  message: 'Key Aliases are not supported for this operation.',
};
/** Operations as a client may send them that checks nothing itself. */
const named = (...names: string[]) => ({ Operations: JSON.parse(JSON.stringify(names)) });

describe('CreateGrant', () => {
  it.each(['alias/images', keyAliasArn])('takes no alias: %s', async (KeyId) => {
    expect(await createGrant(keyWorld(), { KeyId })).toEqual(noAlias);
  });

  it.each([
    ['no principal', { GranteePrincipal: undefined }],
    ['an empty principal', { GranteePrincipal: '' }],
    ['no operation', { Operations: undefined }],
    ['an empty list of operations', { Operations: [] }],
    ['an unknown operation', named('Decrypt', 'Copy')],
    ['an operation that the key cannot do', named('Sign')],
  ])('refuses %s', async (_, more) => {
    const world = keyWorld();
    expect(await createGrant(world, more)).toMatchObject(invalid);
    expect(world.complaints).toEqual([]);
  });

  it('takes all that EBS does with a key', async () => {
    const operations = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey'];
    const others = ['GenerateDataKeyWithoutPlaintext', 'DescribeKey', 'CreateGrant', 'RetireGrant'];
    expect(await createGrant(keyWorld(), named(...operations, ...others))).toEqual(passed);
  });

  it.each([
    grantee,
    `arn:aws:iam::${production}:root`,
    `arn:aws:iam::${production}:user/user2`,
    `arn:aws:sts::${home}:assumed-role/hub/session`,
    `arn:aws:iam::${production}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
  ])('takes the principal %s', async (GranteePrincipal) => {
    expect(await createGrant(keyWorld(), { GranteePrincipal })).toEqual(passed);
  });

  it.each([
    home,
    '*',
    `arn:aws:iam::${home}:role/none`,
    `arn:aws:iam::${home}:user/none`,
    `arn:aws:iam::${home}:group/hub`,
    `arn:aws:iam::${home}:root/x`,
    `arn:aws:sts::${home}:assumed-role/none/session`,
    `arn:aws:sts::${home}:assumed-role/hub`,
    `arn:aws-cn:iam::${home}:role/hub`,
    'arn:aws:iam::444444444444:root',
    homeKeyArn,
  ])('does not take %s, which is no principal that is there', async (GranteePrincipal) => {
    expect(await createGrant(keyWorld(), { GranteePrincipal })).toEqual({
      code: 'InvalidArnException',
      status: 400,
      message: `ARN does not refer to a valid principal: ${GranteePrincipal}`,
    });
  });

  it('asks with the keys of a grant, but is not made for an AWS resource', async () => {
    const under = (Condition: object): World =>
      keyWorld({ policies: [policy(statement('Allow', 'kms:CreateGrant', { Condition }))] });
    const denied = { code: 'AccessDeniedException' };
    const operations = { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'Encrypt'] } };
    expect(await createGrant(under(operations))).toEqual(passed);
    expect(await createGrant(under(operations), named('Decrypt', 'CreateGrant'))).toMatchObject(denied);
    const principal = { ArnEquals: { 'kms:GranteePrincipal': grantee } };
    expect(await createGrant(under(principal))).toEqual(passed);
    const other = { GranteePrincipal: `arn:aws:iam::${home}:root` };
    expect(await createGrant(under(principal), other)).toMatchObject(denied);
    for (const value of ['true', 'false']) {
      const condition = { Bool: { 'kms:GrantIsForAWSResource': value } };
      expect(await createGrant(under(condition))).toMatchObject(denied);
    }
  });

  it('takes no constraint, retiring principal or name, and says so loudly', async () => {
    const world = keyWorld();
    const more = [
      { Constraints: { EncryptionContextEquals: { a: 'b' } } },
      { RetiringPrincipal: grantee },
      { Name: 'once' },
      { GrantTokens: ['x'] },
    ];
    for (const one of more) {
      expect((await createGrant(world, one)).status).toBe(400);
    }
    expect(world.complaints).toHaveLength(more.length);
  });
});

describe('GenerateDataKeyWithoutPlaintext', () => {
  it.each(['alias/images', keyAliasArn])('takes an alias: %s', async (KeyId) => {
    expect(await generateDataKey(keyWorld(), { KeyId })).toEqual(passed);
  });

  it('takes a size instead of a kind', async () => {
    const bytes = (NumberOfBytes: number) => ({ KeySpec: undefined, NumberOfBytes });
    for (const size of [1, 64, 1024]) {
      expect(await generateDataKey(keyWorld(), bytes(size))).toEqual(passed);
    }
    for (const size of [0, 1025]) {
      expect(await generateDataKey(keyWorld(), bytes(size))).toMatchObject(invalid);
    }
    expect(await generateDataKey(keyWorld(), bytes(1.5))).toMatchObject({ code: 'SerializationException' });
  });

  it('takes neither both nor none of them, nor an unknown kind', async () => {
    const wrong = [
      { NumberOfBytes: 64 },
      { KeySpec: undefined },
      JSON.parse(JSON.stringify({ KeySpec: 'RSA_2048' })),
    ];
    for (const one of wrong) {
      expect(await generateDataKey(keyWorld(), one)).toMatchObject(invalid);
    }
  });

  it('takes no encryption context, and says so loudly', async () => {
    const world = keyWorld();
    const input = {
      KeyId: homeKeyArn,
      KeySpec: 'AES_256',
      DryRun: true,
      EncryptionContext: { a: 'b' },
    } as const;
    const call = kms(world).send(new GenerateDataKeyWithoutPlaintextCommand(input));
    expect((await failure(call)).status).toBe(400);
    expect(world.complaints).toHaveLength(1);
  });
});

describe('Decrypt', () => {
  it.each(['alias/images', keyAliasArn])('takes an alias: %s', async (KeyId) => {
    expect(await decrypt(keyWorld(), { KeyId })).toEqual(passed);
  });

  it('needs a key where there is no ciphertext', async () => {
    expect(await decrypt(keyWorld(), { KeyId: undefined })).toMatchObject(invalid);
  });

  it('needs a ciphertext or the modifier that makes it do without', async () => {
    expect(await decrypt(keyWorld(), { DryRunModifiers: undefined })).toMatchObject(invalid);
    expect(await decrypt(keyWorld(), { DryRunModifiers: [] })).toMatchObject(invalid);
    const unknown = JSON.parse(JSON.stringify({ DryRunModifiers: ['IGNORE_ALL'] }));
    expect(await decrypt(keyWorld(), unknown)).toMatchObject(invalid);
  });

  it('knows no ciphertext, with and without the modifier', async () => {
    const CiphertextBlob = new Uint8Array([1, 2, 3]);
    for (const more of [
      { CiphertextBlob },
      { CiphertextBlob, DryRunModifiers: undefined, KeyId: undefined },
    ]) {
      const world = keyWorld();
      expect(await decrypt(world, more)).toMatchObject({ code: 'InvalidCiphertextException', status: 400 });
      expect(world.complaints).toEqual([]);
    }
  });
});
