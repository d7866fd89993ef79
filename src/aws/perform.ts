import {
  CopyImageCommand,
  type CopyImageCommandInput,
  type CopyImageCommandOutput,
  CreateTagsCommand,
  type EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { BuildMiddleware } from '@smithy/types';
import type {
  CopyImage,
  RequireImdsV2,
  SetTags,
  ShareImage,
  ShareSnapshot,
  Write,
} from '../model/difference.ts';
import { permissionFrom, tagList } from './read.ts';

/** How a write is made or tried out: the IAM action it needs, and the call. The answer is the id of a new image, if any. */
interface Performer<W extends Write> {
  readonly action: string;
  readonly send: (client: EC2Client, write: W, trial: Trial) => Promise<string | undefined>;
}

/** With DryRun AWS says whether it would permit the call, and makes none. */
export interface Trial {
  readonly DryRun?: true;
}

/** Every kind of write, one row each. */
const performers: { readonly [K in Write['kind']]: Performer<Extract<Write, { kind: K }>> } = {
  'copy-image': { action: 'ec2:CopyImage', send: copyImage },
  'set-tags': { action: 'ec2:CreateTags', send: setTags },
  'share-image': { action: 'ec2:ModifyImageAttribute', send: shareImage },
  'share-snapshot': { action: 'ec2:ModifySnapshotAttribute', send: shareSnapshot },
  'require-imds-v2': { action: 'ec2:ModifyImageAttribute', send: requireImdsV2 },
};

export function performerOf(write: Write): Performer<Write> {
  return performers[write.kind] as Performer<Write>;
}

/**
 * Tags on image and snapshots go into the creating call. `Encrypted` is sent only as true, always
 * with its key: false is not the same as nothing for AWS, and an encrypted copy without a key lands on the
 * default one.
 */
async function copyImage(client: EC2Client, write: CopyImage, trial: Trial): Promise<string | undefined> {
  const command = new CopyImageCommand({
    ...trial,
    SourceImageId: write.source.imageId,
    SourceRegion: write.source.region,
    Name: write.name,
    Description: write.description,
    ClientToken: write.token,
    ...(write.keyArn === undefined ? {} : { Encrypted: true, KmsKeyId: write.keyArn }),
    ...(write.completionMinutes === undefined
      ? {}
      : { SnapshotCopyCompletionDurationMinutes: write.completionMinutes }),
    TagSpecifications: [
      { ResourceType: 'image', Tags: tagList(write.tags.image) },
      { ResourceType: 'snapshot', Tags: tagList(write.tags.snapshots) },
    ],
  });
  if (trial.DryRun === true) {
    command.middlewareStack.add(withoutClientToken, { step: 'build', priority: 'high' });
  }
  const answer = await client.send(command);
  if (answer.ImageId === undefined) {
    throw Object.assign(new Error('CopyImage was answered without an image id'), {
      $metadata: answer.$metadata,
    });
  }
  return answer.ImageId;
}

/** A trial must not use up the token of the real call, and the SDK makes one up where none is given. */
const withoutClientToken: BuildMiddleware<CopyImageCommandInput, CopyImageCommandOutput> =
  (next) => (args) => {
    const request = args.request as { body?: unknown };
    request.body = String(request.body).replace(/&ClientToken=[^&]*/, '');
    return next(args);
  };

async function setTags(client: EC2Client, write: SetTags, trial: Trial): Promise<undefined> {
  await client.send(
    new CreateTagsCommand({ ...trial, Resources: [...write.resourceIds], Tags: tagList(write.tags) }),
  );
}

async function shareImage(client: EC2Client, write: ShareImage, trial: Trial): Promise<undefined> {
  await client.send(
    new ModifyImageAttributeCommand({
      ...trial,
      ImageId: write.imageId,
      LaunchPermission: { Add: write.add.map(permissionFrom) },
    }),
  );
}

async function shareSnapshot(client: EC2Client, write: ShareSnapshot, trial: Trial): Promise<undefined> {
  await client.send(
    new ModifySnapshotAttributeCommand({
      ...trial,
      SnapshotId: write.snapshotId,
      CreateVolumePermission: { Add: write.add.map((UserId) => ({ UserId })) },
    }),
  );
}

async function requireImdsV2(client: EC2Client, write: RequireImdsV2, trial: Trial): Promise<undefined> {
  await client.send(
    new ModifyImageAttributeCommand({ ...trial, ImageId: write.imageId, ImdsSupport: { Value: 'v2.0' } }),
  );
}
