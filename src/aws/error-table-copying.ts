import { enableRegion, inRegion, listQuotas } from './error-paste.ts';
import type { ErrorRow } from './error-row.ts';

const copying = ['ec2:CopyImage'];

/** What EC2 answers about images, snapshots and copies. */
export const copyingRows: readonly ErrorRow[] = [
  {
    codes: ['AuthFailure'],
    actions: copying,
    kind: 'permission',
    meaning:
      'AWS did not accept the credentials: mostly the target Region or source-region is not enabled in that account.',
    cure: 'An administrator of that account enables both Regions, or you leave the target out.',
    paste: enableRegion,
  },
  {
    codes: ['AuthFailure'],
    kind: 'permission',
    meaning: 'AWS did not accept the credentials there: mostly the Region is not enabled in that account.',
    cure: 'An administrator of that account enables the Region, which takes minutes to hours, or you leave it out; where it is enabled, check ambient credentials.',
    paste: enableRegion,
  },
  {
    codes: ['InvalidAMIID.NotFound'],
    actions: copying,
    kind: 'precondition',
    meaning: 'The source image does not exist, or the account that copies cannot see it.',
    cure: 'Check that nobody deregistered it or took its launch permission away, and that the Allowed AMIs setting of that account admits images of its owner.',
    paste: inRegion('ec2 get-allowed-images-settings'),
  },
  {
    codes: ['InvalidAMIID.NotFound'],
    kind: 'precondition',
    meaning: 'The image does not exist there, or is not visible to this role.',
    cure: 'Check that nobody deregistered it or took its permission away, then run the step again.',
  },
  {
    codes: ['InvalidAMIID.Unavailable'],
    actions: copying,
    kind: 'precondition',
    meaning:
      'The source image is not available: it is still being made, has failed, or somebody disabled or deregistered it.',
    cure: 'Wait until it is available, or have its owner enable it again, then run the step again.',
  },
  {
    codes: ['InvalidAMIID.Unavailable'],
    kind: 'precondition',
    meaning: 'The image is not in a state that allows this.',
    cure: 'Check whether somebody disabled or deregistered it, then run the step again.',
  },
  {
    codes: ['InvalidAMIID.Malformed'],
    kind: 'precondition',
    meaning: 'That is no AMI id.',
    cure: 'Check source: an AMI id is ami- with 8 or 17 hexadecimal digits.',
  },
  {
    codes: ['InvalidSnapshot.NotFound'],
    kind: 'precondition',
    meaning: 'A snapshot of the image does not exist there, or is not visible to this role.',
    cure: 'Check that nobody deleted it or took its permission away, then run the step again.',
  },
  {
    codes: ['InvalidRequest'],
    actions: copying,
    kind: 'precondition',
    meaning:
      'AWS refuses this copy: mostly because the image is from the Marketplace, carries billing codes of another account, or its snapshots may not be read.',
    cure: 'If the image is of your own making, its owner opens each of its snapshots to this account; otherwise launch it in the target account and create an image from that instance.',
  },
  {
    codes: ['InvalidRequest'],
    kind: 'precondition',
    meaning: 'AWS refuses this request.',
    cure: 'Follow the reason that AWS gives.',
  },
  {
    codes: ['InvalidAMIName.Duplicate'],
    actions: copying,
    kind: 'conflict',
    meaning: 'Another image of that account and Region has this name.',
    cure: 'Choose another name, with {date} or {sha} in it for instance, or have the owner deregister the other image.',
  },
  {
    codes: ['InvalidAMIName.Malformed'],
    actions: copying,
    kind: 'precondition',
    meaning: 'AWS does not accept the name of the copy.',
    cure: "Check name: 3 to 128 letters, digits, spaces and ( ) [ ] . / - ' @ _ once it is filled in.",
  },
  {
    codes: ['InvalidRegion'],
    actions: copying,
    kind: 'precondition',
    meaning: 'AWS knows no such Region.',
    cure: 'Check source-region, regions and optional-regions.',
  },
  {
    codes: ['SnapshotCopyUnsupported.InterRegion'],
    actions: copying,
    kind: 'precondition',
    meaning: 'AWS copies no snapshots between these two Regions.',
    cure: 'Leave that Region out, or promote from a Region that it copies from.',
  },
  {
    codes: ['CustomerKeyHasBeenRevoked'],
    kind: 'precondition',
    meaning: 'A KMS key of the image can no longer be used.',
    cure: 'The owner of the key enables it, or cancels its deletion, and lets this role use it again.',
  },
  {
    codes: ['IdempotentParameterMismatch'],
    actions: copying,
    kind: 'conflict',
    meaning: 'The same copy was asked for before with other parameters.',
    cure: 'Run the step again in a few minutes.',
  },
  {
    codes: ['ResourceLimitExceeded'],
    actions: copying,
    kind: 'quota',
    meaning:
      'A limit of that account and Region is reached: copies under way, throughput of time-based copies, or images.',
    cure: 'Wait for other copies there, deregister images that nobody needs, or ask AWS to raise the limit (Service Quotas, Amazon EC2).',
    paste: listQuotas,
  },
  {
    codes: ['PendingSnapshotLimitExceeded'],
    actions: copying,
    kind: 'quota',
    meaning: 'Too many snapshots are under way in that account and Region.',
    cure: 'Wait for other copies and snapshots there, or ask AWS Support to raise the limit.',
  },
  {
    codes: ['SnapshotLimitExceeded'],
    actions: copying,
    kind: 'precondition',
    meaning: 'That account has as many snapshots in that Region as it may have.',
    cure: 'Delete snapshots that nobody needs, or ask AWS to raise the limit (Service Quotas, Amazon EBS).',
  },
  {
    codes: ['ResourceLimitExceeded'],
    kind: 'quota',
    meaning: 'A limit of that account and Region is reached.',
    cure: 'Ask AWS to raise the limit that it names (Service Quotas, Amazon EC2).',
    paste: listQuotas,
  },
];
