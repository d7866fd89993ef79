import type { Operation } from '../wire/operation.ts';
import { assumeRole } from './assume-role.ts';
import { copyImage } from './ec2/copy-image.ts';
import { deleteSnapshot } from './ec2/delete-snapshot.ts';
import { deleteTags } from './ec2/delete-tags.ts';
import { deregisterImage } from './ec2/deregister-image.ts';
import { describeImages } from './ec2/describe-images.ts';
import { describeSnapshots } from './ec2/describe-snapshots.ts';
import { describeImageAttribute, modifyImageAttribute } from './ec2/image-attribute.ts';
import { getAllowedImagesSettings, getImageBlockPublicAccessState } from './ec2/image-settings.ts';
import { describeRegions, getEbsDefaultKmsKeyId, getEbsEncryptionByDefault } from './ec2/region-reads.ts';
import { runInstances } from './ec2/run-instances.ts';
import { describeSnapshotAttribute, modifySnapshotAttribute } from './ec2/snapshot-attribute.ts';
import { createTags } from './ec2/tags.ts';
import { createGrant } from './kms/create-grant.ts';
import { decrypt } from './kms/decrypt.ts';
import { describeKey } from './kms/describe-key.ts';
import { generateDataKeyWithoutPlaintext } from './kms/generate-data-key.ts';
import { getKeyPolicy } from './kms/get-key-policy.ts';
import { getParameter } from './ssm/get-parameter.ts';
import { assumeRoleWithWebIdentity, getCallerIdentity } from './sts.ts';

/** Every action there is in the simulator. */
export const operations: readonly Operation[] = [
  copyImage,
  createTags,
  deleteSnapshot,
  deleteTags,
  deregisterImage,
  describeImageAttribute,
  describeImages,
  describeRegions,
  describeSnapshotAttribute,
  describeSnapshots,
  getAllowedImagesSettings,
  getEbsDefaultKmsKeyId,
  getEbsEncryptionByDefault,
  getImageBlockPublicAccessState,
  modifyImageAttribute,
  modifySnapshotAttribute,
  runInstances,
  assumeRole,
  assumeRoleWithWebIdentity,
  getCallerIdentity,
  createGrant,
  decrypt,
  describeKey,
  generateDataKeyWithoutPlaintext,
  getKeyPolicy,
  getParameter,
];
