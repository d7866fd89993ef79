import { allowingKeyThroughEc2, inRegion, listQuotas } from './error-paste.ts';
import type { ErrorRow } from './error-row.ts';

const image = ['ec2:ModifyImageAttribute'];
const snapshot = ['ec2:ModifySnapshotAttribute'];

/** What EC2 answers to calls about the permissions of images and snapshots. */
export const sharingRows: readonly ErrorRow[] = [
  {
    codes: ['AuthFailure'],
    actions: ['ec2:DescribeImageAttribute', 'ec2:ModifyImageAttribute', 'ec2:DescribeSnapshotAttribute'],
    kind: 'permission',
    meaning:
      'Only the owner of an image or snapshot may look at or change its permissions, and it belongs to another account.',
    cure: 'Check source-account and accounts: the role must be in the account that owns the image, with the Region enabled there.',
  },
  {
    codes: ['AuthFailure'],
    actions: snapshot,
    kind: 'permission',
    meaning:
      'The role may not use the KMS key of the snapshot, without which an encrypted snapshot cannot be shared, or does not own the snapshot.',
    cure: "An administrator of that account adds this statement to the role's policies, and the owner of the key lets the role use it in the key policy.",
    paste: allowingKeyThroughEc2,
  },
  {
    codes: ['InvalidParameter'],
    actions: image,
    kind: 'precondition',
    meaning: 'AWS refuses to share this: an image under an AWS-managed key can never be shared.',
    cure: 'Copy it under a customer-managed key: name one in kms-key.',
  },
  {
    codes: ['OperationNotPermitted', 'UnsupportedOperation'],
    actions: image,
    kind: 'precondition',
    meaning:
      'AWS refuses to make this image public: block public access for AMIs is on in that account and Region, or the image is encrypted, from the Marketplace or watermarked.',
    cure: 'Set public: false and name the consumers in share-with; if only block public access is in the way, an administrator of that account, or of the organization where a declarative policy manages it, turns it off.',
    paste: inRegion('ec2 get-image-block-public-access-state'),
  },
  {
    codes: ['OperationNotPermitted', 'UnsupportedOperation'],
    actions: snapshot,
    kind: 'precondition',
    meaning:
      'AWS refuses to share this snapshot: one under an AWS-managed key can never be shared, and an encrypted one never with everyone.',
    cure: 'Copy the image under a customer-managed key first, and promote that copy.',
    paste: inRegion('ec2 get-snapshot-block-public-access-state'),
  },
  {
    codes: ['OperationNotPermitted'],
    kind: 'precondition',
    meaning: 'AWS does not permit this in the present state of the resource or the account.',
    cure: 'Follow the reason that AWS gives.',
  },
  {
    codes: ['ResourceLimitExceeded'],
    actions: image,
    kind: 'quota',
    meaning:
      'The image would be shared with more accounts, organizations and units than it may (1,000 unless raised), or that Region would have too many public images (5 unless raised).',
    cure: 'Share with an organization or unit instead of its accounts, or ask AWS to raise the limit (Service Quotas, Amazon EC2).',
    paste: listQuotas,
  },
  {
    codes: ['InvalidAMIAttributeItemValue'],
    actions: [...image, ...snapshot],
    kind: 'precondition',
    meaning: 'That is no account that AWS knows.',
    cure: 'Check share-with and accounts: an account id has 12 digits.',
  },
  {
    codes: ['InvalidParameterValue'],
    actions: image,
    kind: 'precondition',
    meaning: 'AWS does not accept one of those with whom the image is shared.',
    cure: 'Check share-with: organizations and units are full ARNs of the same partition, arn:aws:organizations::ACCOUNT:organization/o-… or arn:aws:organizations::ACCOUNT:ou/o-…/ou-….',
  },
];
