import { expect, it } from '@jest/globals';
import { endCopies } from '../../simulator/copying.ts';
import { aws, serveForCli } from './fixture-cli.ts';
import { keyId, production, shared, source, users } from './fixture-process.ts';

const keyArn = `arn:aws:kms:eu-west-1:${shared}:key/${keyId}`;

const world = serveForCli();

it('the AWS CLI copies an image, waits for it, shares it, another account finds it, and it is removed with its snapshots', async () => {
  const tags =
    'ResourceType=image,Tags=[{Key=stage,Value=test}],ResourceType=snapshot,Tags=[{Key=stage,Value=test}]'.split(
      /,(?=ResourceType)/,
    );
  const copying = [
    ...['ec2', 'copy-image', '--region', 'eu-west-1', '--source-region', 'eu-central-1'],
    ...['--source-image-id', source, '--name', 'web-copy', '--client-token', 'once'],
    ...['--encrypted', '--kms-key-id', 'alias/images', '--tag-specifications', ...tags],
  ];
  const { ImageId: copy } = await aws(copying);
  expect(copy).toMatch(/^ami-[0-9a-f]{17}$/);
  const looked = new Promise<void>((resolve) => {
    world().onCall = ({ action, params }) => {
      if (action === 'DescribeImages' && JSON.stringify(params).includes(String(copy))) {
        resolve();
      }
    };
  });
  const wait = aws(['ec2', 'wait', 'image-available', '--region', 'eu-west-1', '--image-ids', String(copy)]);
  const [again, pending, early] = await Promise.all([
    aws(copying),
    aws(['ec2', 'describe-images', '--owners', 'self', '--region', 'eu-west-1']),
    aws.refused([
      ...['ec2', 'modify-image-attribute', '--region', 'eu-west-1', '--image-id', String(copy)],
      ...['--launch-permission', `Add=[{UserId=${production}}]`],
    ]),
  ]);
  expect(again).toEqual({ ImageId: copy });
  expect(pending).toMatchObject({ Images: [{ ImageId: copy, State: 'pending' }] });
  expect(early).toContain('(InvalidAMIID.Unavailable)');
  await looked;
  endCopies(world(), 'eu-west-1');
  await wait;
  await aws([
    ...['ec2', 'modify-image-attribute', '--region', 'eu-west-1', '--image-id', String(copy)],
    ...['--launch-permission', `Add=[{UserId=${production}}]`],
  ]);
  const [permissions, mine, snapshots, theirs] = await Promise.all([
    aws([
      ...['ec2', 'describe-image-attribute', '--region', 'eu-west-1', '--image-id', String(copy)],
      ...['--attribute', 'launchPermission'],
    ]),
    aws(['ec2', 'describe-images', '--region', 'eu-west-1', '--filters', 'Name=tag:stage,Values=test']),
    aws(['ec2', 'describe-snapshots', '--region', 'eu-west-1', '--owner-ids', 'self']),
    aws(['ec2', 'describe-images', '--region', 'eu-west-1', '--image-ids', String(copy)], users.production),
  ]);
  expect(permissions).toEqual({ ImageId: copy, LaunchPermissions: [{ UserId: production }] });
  expect(mine).toMatchObject({
    Images: [
      {
        ImageId: copy,
        Name: 'web-copy',
        State: 'available',
        OwnerId: shared,
        SourceImageId: source,
        SourceImageRegion: 'eu-central-1',
        Tags: [{ Key: 'stage', Value: 'test' }],
      },
    ],
  });
  expect(snapshots).toMatchObject({
    Snapshots: [{ State: 'completed', Encrypted: true, KmsKeyId: keyArn, VolumeSize: 8 }],
  });
  expect(theirs).toMatchObject({ Images: [{ ImageId: copy, OwnerId: shared }] });
  expect(JSON.stringify(theirs)).not.toContain('"Tags"');
  const removed = await aws([
    ...['ec2', 'deregister-image', '--region', 'eu-west-1', '--image-id', String(copy)],
    '--delete-associated-snapshots',
  ]);
  expect(removed).toMatchObject({ Return: true, DeleteSnapshotResults: [{ ReturnCode: 'success' }] });
  const [left, gone] = await Promise.all([
    aws(['ec2', 'describe-snapshots', '--region', 'eu-west-1', '--owner-ids', 'self']),
    aws.refused([
      'ec2',
      'delete-snapshot',
      '--region',
      'eu-west-1',
      '--snapshot-id',
      'snap-0123456789abcdef0',
    ]),
  ]);
  expect(left).toEqual({ Snapshots: [] });
  expect(gone).toContain('(InvalidSnapshot.NotFound)');
});
