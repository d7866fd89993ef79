import { describe, expect, it } from '@jest/globals';
import { aws, serveForCli } from './fixture-cli.ts';
import { keyId, production, shared, source, sourceSnapshot, users } from './fixture-process.ts';

const keyArn = `arn:aws:kms:eu-west-1:${shared}:key/${keyId}`;

serveForCli();

describe('the AWS CLI against the simulator', () => {
  it.concurrent('lists images, Regions, keys and who it is', async () => {
    const [images, regions, key, defaultKey, byDefault, caller] = await Promise.all([
      aws(['ec2', 'describe-images', '--owners', 'self', '--region', 'eu-central-1']),
      aws(['ec2', 'describe-regions', '--all-regions', '--region', 'eu-central-1']),
      aws(['kms', 'describe-key', '--key-id', 'alias/images', '--region', 'eu-west-1']),
      aws(['ec2', 'get-ebs-default-kms-key-id', '--region', 'eu-west-1']),
      aws(['ec2', 'get-ebs-encryption-by-default', '--region', 'eu-west-1']),
      aws(['sts', 'get-caller-identity', '--region', 'eu-central-1']),
    ]);
    expect(images).toMatchObject({ Images: [{ ImageId: source, Name: 'web-1.2.3', State: 'available' }] });
    expect(regions).toMatchObject({
      Regions: expect.arrayContaining([
        expect.objectContaining({ RegionName: 'eu-central-1', OptInStatus: 'opt-in-not-required' }),
        expect.objectContaining({ RegionName: 'eu-south-1', OptInStatus: 'not-opted-in' }),
      ]),
    });
    expect(key).toMatchObject({ KeyMetadata: { Arn: keyArn, KeyState: 'Enabled', KeyManager: 'CUSTOMER' } });
    expect(defaultKey).toEqual({ KmsKeyId: 'alias/aws/ebs' });
    expect(byDefault).toMatchObject({ EbsEncryptionByDefault: false });
    expect(caller).toMatchObject({ Account: shared, Arn: `arn:aws:iam::${shared}:user/administrator` });
  });

  it.concurrent('tags and shares a snapshot, and takes both back', async () => {
    const snapshot = ['--region', 'eu-central-1', '--snapshot-id', sourceSnapshot];
    const attribute = ['--attribute', 'createVolumePermission'];
    const read = () => aws(['ec2', 'describe-snapshot-attribute', ...snapshot, ...attribute]);
    const change = (operation: string) =>
      aws([
        ...['ec2', 'modify-snapshot-attribute', ...snapshot, ...attribute],
        ...['--operation-type', operation, '--user-ids', production],
      ]);
    const tag = ['--region', 'eu-central-1', '--resources', sourceSnapshot, '--tags', 'Key=a,Value=b'];
    await Promise.all([change('add'), aws(['ec2', 'create-tags', ...tag])]);
    expect(await read()).toMatchObject({ CreateVolumePermissions: [{ UserId: production }] });
    await Promise.all([change('remove'), aws(['ec2', 'delete-tags', ...tag])]);
    expect(await read()).toMatchObject({ CreateVolumePermissions: [] });
  });

  it.concurrent('reads a parameter by its label and, where it is shared, by its ARN', async () => {
    const get = ['ssm', 'get-parameter', '--region', 'eu-central-1', '--name'];
    const arn = `arn:aws:ssm:eu-central-1:${shared}:parameter/images/web`;
    const [retired, theirs] = await Promise.all([
      aws([...get, '/images/web:retired']),
      aws([...get, arn], users.production),
    ]);
    expect(retired).toMatchObject({ Parameter: { Value: 'ami-old', Version: 1, Selector: ':retired' } });
    expect(theirs).toMatchObject({
      Parameter: { Name: '/images/web', Type: 'String', Value: source, Version: 2, ARN: arn },
    });
  });

  it.concurrent('tries out a launch and the use of a key, and reads the policy of the key', async () => {
    const key = ['--key-id', keyArn, '--region', 'eu-west-1'];
    const image = ['--image-id', source, '--instance-type', 't3.micro', '--region', 'eu-central-1'];
    const [launch, use, { Policy }] = await Promise.all([
      aws.refused(['ec2', 'run-instances', ...image, '--dry-run']),
      aws.refused(['kms', 'decrypt', ...key, '--dry-run', '--dry-run-modifiers', 'IGNORE_CIPHERTEXT']),
      aws(['kms', 'get-key-policy', ...key]),
    ]);
    expect(launch).toContain('(DryRunOperation)');
    expect(use).toContain('(DryRunOperationException)');
    expect(Policy).toContain(`arn:aws:iam::${shared}:root`);
  });

  it.concurrent('is told by AWS codes what it may not do', async () => {
    const list = ['ec2', 'describe-images', '--owners', 'self'];
    const [denied, wrong, off, unknown, absent] = await Promise.all([
      aws.refused(['kms', 'describe-key', '--key-id', keyArn, '--region', 'eu-west-1'], users.production),
      aws.refused([...list, '--region', 'eu-central-1'], {
        ...users.shared,
        AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
      }),
      aws.refused([...list, '--region', 'eu-south-1']),
      aws.refused(['ec2', 'describe-instances', '--region', 'eu-central-1']),
      aws.refused([
        'ec2',
        'describe-images',
        '--image-ids',
        'ami-0123456789abcdef0',
        '--region',
        'eu-central-1',
      ]),
    ]);
    expect(denied).toContain('(AccessDeniedException)');
    expect(wrong).toMatch(/\((SignatureDoesNotMatch|AuthFailure)\)/);
    expect(off).toContain('(AuthFailure)');
    expect(unknown).toContain('(InvalidAction)');
    expect(absent).toContain('(InvalidAMIID.NotFound)');
  });
});
