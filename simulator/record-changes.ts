import * as v from 'valibot';
import {
  copied,
  imdsRequired,
  noted,
  removed,
  shared,
  sorted,
  tagged,
  unshared,
  untagged,
} from './plan-words.ts';
import type { CallRecord } from './record.ts';

const notePrefix = 'promote-ami:pull:';
const attemptTag = 'promote-ami:attempt';

/** What a call that succeeded changed, in the words of a plan; `named` gives the name of an image or snapshot in it. */
export function changesOf(call: CallRecord, named: (id: string) => string): readonly string[] {
  const place = `${call.account}/${call.region}`;
  switch (call.action) {
    case 'CopyImage': {
      const request = v.parse(copyImage, call.params);
      const tagsOf = (type: string) =>
        sorted(
          Object.fromEntries(
            request.TagSpecifications.filter(({ ResourceType }) => ResourceType === type)
              .flatMap(({ Tags }) => Tags)
              .filter(({ Key }) => Key !== attemptTag)
              .map(({ Key, Value }) => [Key, Value]),
          ),
        );
      return [
        copied(place, {
          imageId: request.SourceImageId,
          fromRegion: request.SourceRegion,
          name: request.Name,
          description: request.Description,
          keyArn: request.KmsKeyId ?? null,
          completionMinutes: request.SnapshotCopyCompletionDurationMinutes ?? null,
          imageTags: tagsOf('image'),
          snapshotTags: tagsOf('snapshot'),
        }),
      ];
    }
    case 'CreateTags': {
      const { Resources, Tags } = v.parse(createTags, call.params);
      return Resources.flatMap((id) =>
        Tags.map(({ Key, Value }) =>
          Key.startsWith(notePrefix) ? noted(place, id) : tagged(place, named(id), Key, Value),
        ),
      );
    }
    case 'ModifyImageAttribute': {
      const { ImageId, LaunchPermission, ImdsSupport } = v.parse(modifyImage, call.params);
      const id = named(ImageId);
      return [
        ...(LaunchPermission?.Add ?? []).flatMap((one) =>
          Object.values(one).map((who) => shared(place, id, who)),
        ),
        ...(LaunchPermission?.Remove ?? []).flatMap((one) =>
          Object.values(one).map((who) => unshared(place, id, who)),
        ),
        ...(ImdsSupport === undefined ? [] : [imdsRequired(place, id)]),
      ];
    }
    case 'ModifySnapshotAttribute': {
      const { SnapshotId, CreateVolumePermission } = v.parse(modifySnapshot, call.params);
      const { Add = [], Remove = [] } = CreateVolumePermission;
      return [
        ...Add.flatMap((one) => Object.values(one).map((who) => shared(place, named(SnapshotId), who))),
        ...Remove.flatMap((one) => Object.values(one).map((who) => unshared(place, named(SnapshotId), who))),
      ];
    }
    case 'DeleteTags': {
      const { Resources, Tags } = v.parse(createTags, call.params);
      return Resources.flatMap((id) =>
        Tags.map(({ Key, Value }) =>
          Key.startsWith(notePrefix) ? noted(place, id) : untagged(place, named(id), Key, Value),
        ),
      );
    }
    case 'DeregisterImage':
      return [removed(place, String(call.params.ImageId))];
    case 'DeleteSnapshot':
      return [removed(place, String(call.params.SnapshotId))];
    default:
      return [`${place}: ${call.action}`];
  }
}

const tags = v.array(v.object({ Key: v.string(), Value: v.string() }));
const added = v.array(v.record(v.string(), v.string()));
const copyImage = v.object({
  SourceImageId: v.string(),
  SourceRegion: v.string(),
  Name: v.string(),
  Description: v.string(),
  KmsKeyId: v.optional(v.string()),
  SnapshotCopyCompletionDurationMinutes: v.optional(v.number()),
  TagSpecifications: v.array(v.object({ ResourceType: v.string(), Tags: tags })),
});
const createTags = v.object({ Resources: v.array(v.string()), Tags: tags });
/** Strict: what is not known here is no part of a plan. */
const modifyImage = v.strictObject({
  ImageId: v.string(),
  LaunchPermission: v.optional(v.strictObject({ Add: v.optional(added), Remove: v.optional(added) })),
  ImdsSupport: v.optional(v.object({ Value: v.string() })),
});
const modifySnapshot = v.strictObject({
  SnapshotId: v.string(),
  CreateVolumePermission: v.strictObject({ Add: v.optional(added), Remove: v.optional(added) }),
});
