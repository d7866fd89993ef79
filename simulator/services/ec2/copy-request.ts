import type { CopyImageRequest, TagSpecification } from '@aws-sdk/client-ec2';
import { unknownKey } from '../../authenticate.ts';
import type { Call } from '../../call.ts';
import { isEnabled } from '../../places.ts';
import { isRegion } from '../../regions.ts';
import { AwsError } from '../../wire/error.ts';
import { checkIds, given } from './common.ts';
import { readTags } from './tags.ts';

/** What CopyImage was asked for, with its parameters checked. */
export interface CopyRequest {
  readonly name: string;
  readonly description: string;
  readonly sourceImageId: string;
  readonly sourceRegion: string;
  readonly encrypted: boolean | undefined;
  readonly keyId: string | undefined;
  readonly copyTags: boolean;
  readonly imageTags: ReadonlyMap<string, string>;
  readonly snapshotTags: ReadonlyMap<string, string>;
  /** Of a time-based copy. */
  readonly completionMinutes: number | undefined;
  readonly token: string | undefined;
  /** All parameters but the token, to tell whether a repeated token comes with the same request. */
  readonly fingerprint: string;
}

const nameForm = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/;

/** Checks the parameters of CopyImage that AWS checks before it asks IAM. */
export function readCopyRequest(call: Call, input: CopyImageRequest): CopyRequest {
  const { world, caller } = call;
  const name = given(input.Name, 'Name');
  const sourceImageId = given(input.SourceImageId, 'SourceImageId');
  const sourceRegion = given(input.SourceRegion, 'SourceRegion');
  if (!nameForm.test(name)) {
    const message =
      'AMI names must be between 3 and 128 characters long, and may contain letters, numbers, ' +
      "'(', ')', '.', '-', '/' and '_'";
    throw new AwsError('InvalidAMIName.Malformed', message);
  }
  checkIds([sourceImageId], 'ami');
  checkLength('Description', input.Description, 255);
  checkLength('ClientToken', input.ClientToken, 64);
  if (!isRegion(world.partition, sourceRegion)) {
    throw new AwsError('InvalidRegion', `${sourceRegion} is not a valid region name`);
  }
  if (!isEnabled(world, caller.account, sourceRegion)) {
    throw unknownKey('ec2');
  }
  if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
    const message = 'The parameter KmsKeyId requires the parameter Encrypted to be set.';
    throw new AwsError('InvalidParameterDependency', message);
  }
  checkMinutes(input.SnapshotCopyCompletionDurationMinutes);
  const { ClientToken, DryRun: _dryRun, ...rest } = input;
  const specifications = input.TagSpecifications ?? [];
  return {
    name,
    description: input.Description ?? '',
    sourceImageId,
    sourceRegion,
    encrypted: input.Encrypted,
    keyId: input.KmsKeyId,
    copyTags: input.CopyImageTags ?? false,
    imageTags: tagsFor(specifications, 'image'),
    snapshotTags: tagsFor(specifications, 'snapshot'),
    completionMinutes: input.SnapshotCopyCompletionDurationMinutes,
    token: ClientToken,
    fingerprint: JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** AWS: CopyImage tags images and snapshots only, each type once. */
function tagsFor(
  specifications: readonly TagSpecification[],
  type: 'image' | 'snapshot',
): ReadonlyMap<string, string> {
  const other = specifications.find(
    ({ ResourceType }) => ResourceType !== 'image' && ResourceType !== 'snapshot',
  );
  const fitting = specifications.filter((specification) => specification.ResourceType === type);
  if (other !== undefined || fitting.length > 1) {
    const wrong = other === undefined ? `${type} (twice)` : other.ResourceType;
    throw new AwsError(
      'InvalidParameterValue',
      `'${wrong}' is not a valid taggable resource type for this operation.`,
    );
  }
  return readTags(fitting[0]?.Tags ?? []);
}

/** AWS: 15 minutes to 48 hours in steps of 15 minutes. */
function checkMinutes(minutes: number | undefined): void {
  if (minutes !== undefined && (minutes < 15 || minutes > 2880 || minutes % 15 !== 0)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${minutes}' for SnapshotCopyCompletionDurationMinutes: 15 to 2880 in steps of 15.`,
    );
  }
}

function checkLength(parameter: string, value: string | undefined, maximum: number): void {
  if (value !== undefined && value.length > maximum) {
    throw new AwsError('InvalidParameterValue', `${parameter} is longer than ${maximum} characters.`);
  }
}
