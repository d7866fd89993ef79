import {
  CopyImageCommand,
  CreateTagsCommand,
  type EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import type {
  CopyImage,
  RequireImdsV2,
  SetTags,
  ShareImage,
  ShareSnapshot,
  Write,
} from '../model/difference.ts';
import { permissionFrom, tagList } from './read.ts';

/** How a write is made: the IAM action it needs, and the call. The answer is the id of a new image, if any. */
interface Performer<W extends Write> {
  readonly action: string;
  readonly send: (client: EC2Client, write: W) => Promise<string | undefined>;
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
async function copyImage(client: EC2Client, write: CopyImage): Promise<string | undefined> {
  const answer = await client.send(
    new CopyImageCommand({
      SourceImageId: write.source.imageId,
      SourceRegion: write.source.region,
      Name: write.name,
      Description: write.description,
      ClientToken: write.token,
      ...(write.keyArn === undefined ? {} : { Encrypted: true, KmsKeyId: write.keyArn }),
      TagSpecifications: [
        { ResourceType: 'image', Tags: tagList(write.tags.image) },
        { ResourceType: 'snapshot', Tags: tagList(write.tags.snapshots) },
      ],
    }),
  );
  if (answer.ImageId === undefined) {
    throw Object.assign(new Error('CopyImage was answered without an image id'), {
      $metadata: answer.$metadata,
    });
  }
  return answer.ImageId;
}

async function setTags(client: EC2Client, write: SetTags): Promise<undefined> {
  await client.send(new CreateTagsCommand({ Resources: [...write.resourceIds], Tags: tagList(write.tags) }));
}

async function shareImage(client: EC2Client, write: ShareImage): Promise<undefined> {
  await client.send(
    new ModifyImageAttributeCommand({
      ImageId: write.imageId,
      LaunchPermission: { Add: write.add.map(permissionFrom) },
    }),
  );
}

async function shareSnapshot(client: EC2Client, write: ShareSnapshot): Promise<undefined> {
  await client.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId: write.snapshotId,
      CreateVolumePermission: { Add: write.add.map((UserId) => ({ UserId })) },
    }),
  );
}

async function requireImdsV2(client: EC2Client, write: RequireImdsV2): Promise<undefined> {
  await client.send(
    new ModifyImageAttributeCommand({ ImageId: write.imageId, ImdsSupport: { Value: 'v2.0' } }),
  );
}
