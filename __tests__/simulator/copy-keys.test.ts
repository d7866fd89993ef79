import {
  CopyImageCommand,
  type CopyImageCommandInput,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { imagesIn, snapshotsIn } from '../../simulator/look.ts';
import type { World } from '../../simulator/world.ts';
import {
  allowAll,
  ec2,
  encryptedImage,
  encryptedSnapshot,
  failure,
  fixture,
  frankfurt,
  home,
  homeKey,
  homeKeyArn,
  image,
  ireland,
  irelandKeyArn,
  plainImage,
  production,
  snapshot,
  user,
} from './fixture.ts';

type Input = Partial<CopyImageCommandInput>;
const copy = (world: World, input: Input, region = ireland, number = 1) =>
  ec2(world, number, region).send(
    new CopyImageCommand({ Name: 'copy', SourceImageId: plainImage, SourceRegion: frankfurt, ...input }),
  );

/** The key of the one new snapshot: its ARN, `managed` for alias/aws/ebs, or undefined. */
function keyOf(world: World, account = home): string | undefined {
  const [made] = snapshotsIn(world, account, ireland);
  const key = world.keys.get(made?.key ?? '');
  return key?.manager === 'AWS' ? 'managed' : key?.arn;
}

const encryptingAccounts = (settings: object) => ({
  accounts: [{ id: home, name: 'home', users: [user(1)], regions: { [ireland]: settings } }],
});

describe('the key of a copy (encryption by default off / on)', () => {
  const plain = {};
  const asked = { Encrypted: true };
  const named = { Encrypted: true, KmsKeyId: 'alias/images' };
  const source = { SourceImageId: encryptedImage };
  const rows: [string, Input, string | undefined, string | undefined][] = [
    ['unencrypted source, nothing asked', plain, undefined, 'managed'],
    ['unencrypted source, Encrypted', asked, 'managed', 'managed'],
    ['unencrypted source, Encrypted=false', { Encrypted: false }, undefined, 'managed'],
    ['unencrypted source, key', named, irelandKeyArn, irelandKeyArn],
    ['encrypted source, nothing asked', source, 'managed', 'managed'],
    ['encrypted source, Encrypted', { ...source, ...asked }, 'managed', 'managed'],
    ['encrypted source, key', { ...source, ...named }, irelandKeyArn, irelandKeyArn],
  ];

  it.each(rows)('%s', async (_, input, off, on) => {
    const without = fixture();
    await copy(without.world, input);
    expect(keyOf(without.world)).toBe(off);
    const withDefault = fixture(encryptingAccounts({ 'encryption-by-default': true }));
    await copy(withDefault.world, input);
    expect(keyOf(withDefault.world)).toBe(on);
  });

  it('is the default key that the account chose', async () => {
    const { world } = fixture(
      encryptingAccounts({ 'encryption-by-default': true, 'default-key': 'alias/images' }),
    );
    await copy(world, {});
    expect(keyOf(world)).toBe(irelandKeyArn);
  });

  it.each([
    'alias/images',
    '22222222-2222-4222-8222-222222222222',
    irelandKeyArn,
    `arn:aws:kms:${ireland}:${home}:alias/images`,
  ])('may be named %s', async (KmsKeyId) => {
    const { world } = fixture();
    await copy(world, { Encrypted: true, KmsKeyId });
    expect(keyOf(world)).toBe(irelandKeyArn);
  });
});

describe('DescribeSnapshots on the key of a copy', () => {
  it('shows the alias of the default key while pending, its ARN at the end', async () => {
    const { world, clock } = fixture();
    await copy(world, { Encrypted: true });
    const look = async () => {
      const found = await ec2(world, 1, ireland).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
      return found.Snapshots?.[0];
    };
    expect(await look()).toMatchObject({ Encrypted: true, KmsKeyId: 'alias/aws/ebs' });
    clock.advance(100_000);
    expect((await look())?.KmsKeyId).toMatch(
      new RegExp(`^arn:aws:kms:${ireland}:${home}:key/[0-9a-f-]{36}$`),
    );
  });

  it('is the only place: DescribeImages has no KmsKeyId', async () => {
    const { world } = fixture();
    const { Images } = await ec2(world).send(new DescribeImagesCommand({ ImageIds: [encryptedImage] }));
    expect(Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs).toMatchObject({ Encrypted: true });
    expect(Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs).not.toHaveProperty('KmsKeyId');
  });
});

describe('a copy fails later', () => {
  async function expectFailure(world: World, advance: () => void, account = home) {
    advance();
    expect(imagesIn(world, account, ireland)).toMatchObject([
      { state: 'failed', stateReason: { message: 'Copy image failed with an internal error' } },
    ]);
    expect(snapshotsIn(world, account, ireland)).toMatchObject([
      { state: 'error', statusMessage: 'Given key ID is not accessible' },
    ]);
  }

  it.each(['images', 'alias/nothing', homeKey, homeKeyArn])(
    'for the key %s, which is not there',
    async (KmsKeyId) => {
      const { world, clock } = fixture();
      await copy(world, { Encrypted: true, KmsKeyId });
      expect(imagesIn(world, home, ireland)[0]?.state).toBe('pending');
      await expectFailure(world, () => clock.advance(100_000));
    },
  );

  it.each([
    { state: 'Disabled' },
    { state: 'PendingDeletion' },
    { usage: 'SIGN_VERIFY' },
    { spec: 'RSA_2048' },
  ])('for a key that is %j', async (fault) => {
    const { world, clock } = fixture({
      keys: [
        { id: homeKey, account: home, region: frankfurt, alias: 'alias/images' },
        {
          id: homeKey.replaceAll('1', '2').replace('2', '1'),
          account: home,
          region: ireland,
          alias: 'alias/x',
          ...fault,
        },
      ],
    });
    await copy(world, { Encrypted: true, KmsKeyId: 'alias/x' });
    await expectFailure(world, () => clock.advance(100_000));
  });

  it('says so at once where the switch says so', async () => {
    const { world } = fixture({ switches: { 'missing-key': 'sync' } });
    expect(await failure(copy(world, { Encrypted: true, KmsKeyId: 'alias/nothing' }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'The specified keyId alias/nothing is invalid',
    });
    for (const key of world.keys.values()) {
      key.state = 'Disabled';
    }
    expect(await failure(copy(world, { Encrypted: true, KmsKeyId: 'alias/images' }))).toMatchObject({
      message: 'The specified keyId alias/images is disabled',
    });
  });

  const needed = [
    ['kms:DescribeKey', 'target'],
    ['kms:CreateGrant', 'target'],
    ['kms:GenerateDataKeyWithoutPlaintext', 'target'],
    ['kms:ReEncryptTo', 'target'],
    ['kms:DescribeKey', 'source'],
    ['kms:CreateGrant', 'source'],
    ['kms:Decrypt', 'source'],
    ['kms:ReEncryptFrom', 'source'],
  ] as const;

  it.each(needed)('without %s on the %s key', async (action, which) => {
    const arn = which === 'target' ? irelandKeyArn : homeKeyArn;
    const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: action, Resource: arn } };
    const { world, clock } = fixture({
      accounts: [{ id: home, name: 'home', users: [user(1, [allowAll, deny])] }],
    });
    await copy(world, { SourceImageId: encryptedImage, Encrypted: true, KmsKeyId: 'alias/images' });
    await expectFailure(world, () => clock.advance(100_000));
    const denied = world.record.filter((call) => call.code === 'AccessDeniedException');
    expect(denied).toMatchObject([{ service: 'kms', action: action.slice(4), onBehalfOf: 'ec2:CopyImage' }]);
  });

  it('needs nothing more than that, with grants for EC2 only and through EC2 only', async () => {
    const through = (region: string) => ({
      StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` },
    });
    const statement = (region: string, Resource: string, which: string) => ({
      Effect: 'Allow',
      Action: needed.filter(([name, on]) => on === which && name !== 'kms:CreateGrant').map(([name]) => name),
      Resource,
      Condition: through(region),
    });
    const exact = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ec2:CopyImage', Resource: '*' },
        statement(ireland, irelandKeyArn, 'target'),
        statement(frankfurt, homeKeyArn, 'source'),
        {
          Effect: 'Allow',
          Action: 'kms:CreateGrant',
          Resource: [irelandKeyArn, homeKeyArn],
          Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ],
    };
    const { world, clock } = fixture({ accounts: [{ id: home, name: 'home', users: [user(1, [exact])] }] });
    await copy(world, { SourceImageId: encryptedImage, Encrypted: true, KmsKeyId: 'alias/images' });
    clock.advance(100_000);
    expect(imagesIn(world, home, ireland)[0]?.state).toBe('available');
  });
});

describe('a pull of an encrypted image', () => {
  const statement = (principal: string) => ({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncrypt*'],
      Resource: '*',
    },
  });
  const opened = (keyPolicies: readonly unknown[], userPolicies: readonly unknown[] = [allowAll]) => ({
    accounts: [
      { id: home, name: 'home', users: [user(1)] },
      { id: production, name: 'production', users: [user(2, userPolicies)] },
    ],
    keys: [{ id: homeKey, account: home, region: frankfurt, alias: 'alias/images', policies: keyPolicies }],
    snapshots: [
      snapshot(encryptedSnapshot, { key: 'alias/images', 'create-volume-permissions': [production] }),
    ],
    images: [image(encryptedImage, encryptedSnapshot, { 'launch-permissions': [production] })],
  });

  async function stateAfterPull(parts: object) {
    const { world, clock } = fixture({ ...parts });
    await copy(world, { SourceImageId: encryptedImage }, ireland, 2);
    clock.advance(100_000);
    expect(keyOf(world, production)).toBe('managed');
    return imagesIn(world, production, ireland)[0]?.state;
  }

  it('works with the key policy and the own policy together, under the puller’s default key', async () => {
    expect(await stateAfterPull(opened(['default', statement(`arn:aws:iam::${production}:root`)]))).toBe(
      'available',
    );
  });

  it('fails without the key policy', async () => {
    expect(await stateAfterPull(opened(['default']))).toBe('failed');
  });

  it('fails without the own policy, even if the key policy names the caller', async () => {
    const copyOnly = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
    };
    const policies = ['default', statement(`arn:aws:iam::${production}:user/user2`)];
    expect(await stateAfterPull(opened(policies, [copyOnly]))).toBe('failed');
  });
});
