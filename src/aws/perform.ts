import {
  CopyImageCommand,
  type CopyImageCommandInput,
  type CopyImageCommandOutput,
  CreateTagsCommand,
  type CreateVolumePermission,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  type EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { BuildMiddleware } from '@smithy/types';
import type {
  CopyImage,
  DeleteSnapshot,
  DeregisterImage,
  RemoveTags,
  RequireImdsV2,
  SetTags,
  ShareImage,
  ShareSnapshot,
  UnshareImage,
  UnshareSnapshot,
  Write,
} from '../model/difference.ts';
import type { Performed } from '../model/journal.ts';
import { permissionFrom, tagList } from './read.ts';

/** How a write is made or tried out: the IAM action it needs, and the call. */
interface Performer<W extends Write> {
  readonly action: string;
  readonly send: (client: EC2Client, write: W, trial: Trial) => Promise<Answer>;
}

/** What AWS answered, as far as it matters; `result` is empty where there is nothing to tell. */
export interface Answer {
  readonly result?: Partial<Performed>;
  readonly $metadata: { readonly requestId?: string };
}

/** With DryRun AWS says whether it would permit the call, and makes none. */
export interface Trial {
  readonly DryRun?: true;
}

/** Every kind of write, one row each. */
const performers: { readonly [K in Write['kind']]: Performer<Extract<Write, { kind: K }>> } = {
  'copy-image': { action: 'ec2:CopyImage', send: copyImage },
  'set-tags': { action: 'ec2:CreateTags', send: setTags },
  'remove-tags': { action: 'ec2:DeleteTags', send: removeTags },
  'share-image': { action: 'ec2:ModifyImageAttribute', send: shareImage },
  'unshare-image': { action: 'ec2:ModifyImageAttribute', send: unshareImage },
  'share-snapshot': { action: 'ec2:ModifySnapshotAttribute', send: shareSnapshot },
  'unshare-snapshot': { action: 'ec2:ModifySnapshotAttribute', send: unshareSnapshot },
  'require-imds-v2': { action: 'ec2:ModifyImageAttribute', send: requireImdsV2 },
  'deregister-image': { action: 'ec2:DeregisterImage', send: deregisterImage },
  'delete-snapshot': { action: 'ec2:DeleteSnapshot', send: deleteSnapshot },
};

/** The row of a write. */
export function performerOf(write: Write): Performer<Write> {
  return performers[write.kind] as Performer<Write>;
}

/**
 * Tags on image and snapshots go into the creating call. `Encrypted` is sent only as true, always
 * with its key: false is not the same as nothing for AWS, and an encrypted copy without a key lands on the
 * default one.
 */
async function copyImage(client: EC2Client, write: CopyImage, trial: Trial): Promise<Answer> {
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
  return { $metadata: answer.$metadata, result: { imageId: answer.ImageId } };
}

/** A trial must not use up the token of the real call, and the SDK makes one up where none is given. */
const withoutClientToken: BuildMiddleware<CopyImageCommandInput, CopyImageCommandOutput> =
  (next) => (args) => {
    const request = args.request as { body?: unknown };
    request.body = String(request.body).replace(/&ClientToken=[^&]*/, '');
    return next(args);
  };

function setTags(client: EC2Client, write: SetTags, trial: Trial): Promise<Answer> {
  return client.send(
    new CreateTagsCommand({ ...trial, Resources: [...write.resourceIds], Tags: tagList(write.tags) }),
  );
}

function removeTags(client: EC2Client, write: RemoveTags, trial: Trial): Promise<Answer> {
  return client.send(
    new DeleteTagsCommand({ ...trial, Resources: [...write.resourceIds], Tags: tagList(write.tags) }),
  );
}

function shareImage(client: EC2Client, write: ShareImage, trial: Trial): Promise<Answer> {
  const LaunchPermission = { Add: write.add.map(permissionFrom) };
  return client.send(new ModifyImageAttributeCommand({ ...trial, ImageId: write.imageId, LaunchPermission }));
}

function unshareImage(client: EC2Client, write: UnshareImage, trial: Trial): Promise<Answer> {
  const LaunchPermission = { Remove: write.remove.map(permissionFrom) };
  return client.send(new ModifyImageAttributeCommand({ ...trial, ImageId: write.imageId, LaunchPermission }));
}

function shareSnapshot(client: EC2Client, write: ShareSnapshot, trial: Trial): Promise<Answer> {
  const CreateVolumePermission = { Add: write.add.map(holderFrom) };
  return client.send(
    new ModifySnapshotAttributeCommand({ ...trial, SnapshotId: write.snapshotId, CreateVolumePermission }),
  );
}

function unshareSnapshot(client: EC2Client, write: UnshareSnapshot, trial: Trial): Promise<Answer> {
  const CreateVolumePermission = { Remove: write.remove.map(holderFrom) };
  return client.send(
    new ModifySnapshotAttributeCommand({ ...trial, SnapshotId: write.snapshotId, CreateVolumePermission }),
  );
}

function holderFrom(id: string): CreateVolumePermission {
  return id === 'all' ? { Group: 'all' } : { UserId: id };
}

function requireImdsV2(client: EC2Client, write: RequireImdsV2, trial: Trial): Promise<Answer> {
  return client.send(
    new ModifyImageAttributeCommand({ ...trial, ImageId: write.imageId, ImdsSupport: { Value: 'v2.0' } }),
  );
}

/** AWS: the image goes even where its snapshots do not; where the parameter is unknown, they are deleted one by one. */
async function deregisterImage(client: EC2Client, write: DeregisterImage, trial: Trial): Promise<Answer> {
  const request = { ...trial, ImageId: write.imageId };
  try {
    const answer = await client.send(
      new DeregisterImageCommand({ ...request, DeleteAssociatedSnapshots: true }),
    );
    const deleted = (answer.DeleteSnapshotResults ?? []).flatMap(({ SnapshotId, ReturnCode }) =>
      SnapshotId !== undefined && ReturnCode === 'success' ? [SnapshotId] : [],
    );
    return { $metadata: answer.$metadata, result: { deleted } };
  } catch (error) {
    if (error instanceof Error && error.name === 'UnknownParameter') {
      return client.send(new DeregisterImageCommand(request));
    }
    throw error;
  }
}

function deleteSnapshot(client: EC2Client, write: DeleteSnapshot, trial: Trial): Promise<Answer> {
  return client.send(new DeleteSnapshotCommand({ ...trial, SnapshotId: write.snapshotId }));
}
