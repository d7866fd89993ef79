import {
  encryptedSnapshot,
  fixture,
  home,
  image,
  ireland,
  managedImage,
  management,
  plainImage,
  plainSnapshot,
  production,
  snapshot,
} from '../simulator/fixture.ts';
import { make, type Provoking, permitted } from './errors-fixture.ts';

const closed = 'af-south-1';
const add = (...UserId: readonly string[]) => UserId.map((id) => ({ UserId: id }));
const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `k${n}`, Value: '' }));
const onImage = (Tags: readonly object[]) => ({ TagSpecifications: [{ ResourceType: 'image', Tags }] });
const shared = {
  snapshots: [snapshot(plainSnapshot, { 'create-volume-permissions': [production] })],
  images: [image(plainImage, plainSnapshot, { 'launch-permissions': [production] })],
};
const tagPolicy = {
  id: 'o-exampleorg1',
  'management-account': management,
  units: [{ id: 'ou-ab12-11111111', accounts: [home] }],
  'tag-policies': [{ key: 'team', values: ['data'], 'enforced-for': ['image'] }],
};
const pending = { images: [image(plainImage, plainSnapshot, { state: 'pending' })] };

const copies: readonly Provoking[] = [
  [
    'ec2:CopyImage',
    'AuthFailure',
    'permission',
    'source-region is not enabled',
    { input: { SourceRegion: closed } },
  ],
  ['ec2:DescribeImages', 'AuthFailure', 'permission', 'Region is not enabled', { region: closed }],
  ['ec2:CopyImage', 'InvalidAMIID.NotFound', 'precondition', 'Allowed AMIs', { number: 2 }],
  [
    'ec2:DescribeImageAttribute',
    'InvalidAMIID.NotFound',
    'precondition',
    'does not exist there',
    { region: ireland },
  ],
  [
    'ec2:CopyImage',
    'InvalidAMIID.Unavailable',
    'precondition',
    'still being made',
    { world: fixture(pending).world },
  ],
  [
    'ec2:ModifyImageAttribute',
    'InvalidAMIID.Unavailable',
    'precondition',
    'not in a state',
    { world: fixture(pending).world },
  ],
  [
    'ec2:CopyImage',
    'InvalidAMIID.Malformed',
    'precondition',
    'hexadecimal',
    { input: { SourceImageId: 'ami-x' } },
  ],
  [
    'ec2:DescribeSnapshotAttribute',
    'InvalidSnapshot.NotFound',
    'precondition',
    'nobody deleted it',
    { region: ireland },
  ],
  [
    'ec2:CopyImage',
    'InvalidRequest',
    'precondition',
    'opens each of its snapshots',
    { world: fixture({ images: shared.images }).world, number: 2 },
  ],
  ['ec2:CreateTags', 'InvalidRequest', 'precondition', 'Follow the reason', undefined],
  ['ec2:CopyImage', 'InvalidAMIName.Duplicate', 'conflict', 'Choose another name', undefined],
  ['ec2:CopyImage', 'InvalidAMIName.Malformed', 'precondition', '3 to 128', { input: { Name: 'a' } }],
  [
    'ec2:CopyImage',
    'InvalidRegion',
    'precondition',
    'no such Region',
    { input: { SourceRegion: 'eu-west-99' } },
  ],
  [
    'ec2:CopyImage',
    'SnapshotCopyUnsupported.InterRegion',
    'precondition',
    'between these two Regions',
    undefined,
  ],
  ['ec2:CopyImage', 'CustomerKeyHasBeenRevoked', 'precondition', 'owner of the key', undefined],
  [
    'ec2:CopyImage',
    'IdempotentParameterMismatch',
    'conflict',
    'other parameters',
    async () => {
      const { world } = fixture();
      await make('ec2:CopyImage', { world, input: { ClientToken: 'one' } });
      return make('ec2:CopyImage', { world, input: { ClientToken: 'one', Name: 'other' } });
    },
  ],
  [
    'ec2:CopyImage',
    'ResourceLimitExceeded',
    'quota',
    'Wait for other copies',
    async () => {
      const { world } = fixture({ quotas: { 'concurrent-copies': 1 } });
      await make('ec2:CopyImage', { world });
      return make('ec2:CopyImage', { world });
    },
  ],
  ['ec2:CreateTags', 'ResourceLimitExceeded', 'quota', 'raise the limit', undefined],
  ['ec2:CopyImage', 'PendingSnapshotLimitExceeded', 'quota', 'snapshots are under way', undefined],
  ['ec2:CopyImage', 'SnapshotLimitExceeded', 'precondition', 'Delete snapshots', undefined],
  [
    'ec2:CopyImage',
    'InvalidParameterValue',
    'precondition',
    'kms-key',
    {
      world: fixture({ switches: { 'missing-key': 'sync' } }).world,
      input: { Encrypted: true, KmsKeyId: 'alias/nothing' },
    },
  ],
  [
    'ec2:DescribeRegions',
    'InvalidParameterValue',
    'precondition',
    'that AWS names',
    { input: { RegionNames: ['xx-west-1'] } },
  ],
  ['ec2:CopyImage', 'InvalidParameter', 'precondition', 'that AWS names', undefined],
  [
    'ec2:CopyImage',
    'InvalidParameterDependency',
    'precondition',
    'report this',
    { input: { KmsKeyId: 'alias/images' } },
  ],
  [
    'ec2:ModifyImageAttribute',
    'InvalidParameterCombination',
    'precondition',
    'report this',
    { input: { LaunchPermission: undefined } },
  ],
  ['ec2:CopyImage', 'DryRunOperation', 'permanent', 'would permit', { input: { DryRun: true } }],
];

const taggings: readonly Provoking[] = [
  ['ec2:CopyImage', 'TagLimitExceeded', 'precondition', '50 tags', { input: onImage(tags(51)) }],
  ['ec2:CreateTags', 'TagLimitExceeded', 'precondition', '50 tags', { input: { Tags: tags(51) } }],
  [
    'ec2:CopyImage',
    'TagPolicyViolation',
    'precondition',
    'tag policy',
    { world: fixture({ organization: tagPolicy }).world, input: onImage([{ Key: 'team', Value: 'x' }]) },
  ],
  [
    'ec2:CreateTags',
    'TagPolicyViolation',
    'precondition',
    'tag policy',
    { world: fixture({ organization: tagPolicy }).world },
  ],
  [
    'ec2:CopyImage',
    'InvalidTagKey.Malformed',
    'precondition',
    'begins with aws:',
    { input: onImage([{ Key: 'aws:x', Value: '' }]) },
  ],
  [
    'ec2:CreateTags',
    'InvalidTagKey.Malformed',
    'precondition',
    'begins with aws:',
    { input: { Tags: [{ Key: 'aws:x', Value: '' }] } },
  ],
  ['ec2:CopyImage', 'ConcurrentTagAccess', 'transient', 'tagging bot', undefined],
  ['ec2:CreateTags', 'ConcurrentTagAccess', 'transient', 'tagging bot', undefined],
];

const defects: readonly Provoking[] = [
  ['ec2:CopyImage', 'MissingParameter', 'permanent', 'report this', { input: { SourceImageId: '' } }],
  ['ec2:CreateTags', 'InvalidID', 'permanent', 'report this', { input: { Resources: ['x-1'] } }],
  [
    'ec2:DescribeSnapshotAttribute',
    'InvalidSnapshotID.Malformed',
    'permanent',
    'report this',
    { input: { SnapshotId: 'snap-x' } },
  ],
  [
    'ec2:DescribeImages',
    'FilterLimitExceeded',
    'permanent',
    'report this',
    { input: { Filters: [{ Name: 'name', Values: tags(201).map(({ Key }) => Key) }] } },
  ],
  ['ec2:DescribeImages', 'InvalidNextToken', 'permanent', 'report this', { input: { NextToken: 'x' } }],
  ['ec2:DescribeImages', 'InvalidPaginationToken', 'permanent', 'report this', undefined],
  ['ec2:DescribeImages', 'InvalidFilter', 'permanent', 'report this', undefined],
  ['ec2:DescribeSnapshots', 'InvalidSnapshot.InUse', 'precondition', 'still registered', undefined],
  ['ec2:GetAllowedImagesSettings', 'InvalidAction', 'permanent', 'get news late', undefined],
  ['ec2:CopyImage', 'UnknownParameter', 'permanent', 'get news late', undefined],
];

const sharing: readonly Provoking[] = [
  [
    'ec2:DescribeImageAttribute',
    'AuthFailure',
    'permission',
    'Only the owner',
    { world: fixture(shared).world, number: 2 },
  ],
  [
    'ec2:ModifyImageAttribute',
    'AuthFailure',
    'permission',
    'Only the owner',
    { world: fixture(shared).world, number: 2 },
  ],
  [
    'ec2:DescribeSnapshotAttribute',
    'AuthFailure',
    'permission',
    'Only the owner',
    { world: fixture(shared).world, number: 2 },
  ],
  [
    'ec2:ModifySnapshotAttribute',
    'AuthFailure',
    'permission',
    'KMS key of the snapshot',
    {
      world: permitted({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }),
      input: { SnapshotId: encryptedSnapshot },
    },
  ],
  [
    'ec2:ModifyImageAttribute',
    'InvalidParameter',
    'precondition',
    'AWS-managed key',
    { input: { ImageId: managedImage } },
  ],
  [
    'ec2:ModifyImageAttribute',
    'OperationNotPermitted',
    'precondition',
    'block public access',
    { input: { LaunchPermission: { Add: [{ Group: 'all' }] } } },
  ],
  ['ec2:ModifyImageAttribute', 'UnsupportedOperation', 'precondition', 'encrypted', undefined],
  [
    'ec2:ModifySnapshotAttribute',
    'OperationNotPermitted',
    'precondition',
    'AWS-managed key',
    { input: { SnapshotId: 'snap-0000000000000000c' } },
  ],
  ['ec2:ModifySnapshotAttribute', 'UnsupportedOperation', 'precondition', 'AWS-managed key', undefined],
  ['ec2:CopyImage', 'OperationNotPermitted', 'precondition', 'present state', undefined],
  [
    'ec2:ModifyImageAttribute',
    'ResourceLimitExceeded',
    'quota',
    '1,000',
    {
      world: fixture({ quotas: { 'launch-permissions': 1 } }).world,
      input: { LaunchPermission: { Add: add(home, production) } },
    },
  ],
  [
    'ec2:ModifyImageAttribute',
    'InvalidAMIAttributeItemValue',
    'precondition',
    '12 digits',
    { input: { LaunchPermission: { Add: add('123') } } },
  ],
  [
    'ec2:ModifySnapshotAttribute',
    'InvalidAMIAttributeItemValue',
    'precondition',
    '12 digits',
    { input: { CreateVolumePermission: { Add: add('123') } } },
  ],
  [
    'ec2:ModifyImageAttribute',
    'InvalidParameterValue',
    'precondition',
    'full ARNs',
    { input: { LaunchPermission: { Add: [{ OrganizationArn: 'o-exampleorg1' }] } } },
  ],
];

/** What EC2 answers to what is asked of it. */
export const ec2Provocations: readonly Provoking[] = [...copies, ...taggings, ...defects, ...sharing];
