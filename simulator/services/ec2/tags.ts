import {
  CreateTags$,
  type CreateTagsRequest,
  DeleteTags$,
  type DeleteTagsRequest,
  type Tag,
} from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../arn.ts';
import type { Check } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import { given, notFound, permit } from './common.ts';
import { requestTags, resourceContext } from './resource-context.ts';
import { checkTagPolicies } from './tag-policy.ts';

const maximumTags = 50;
const maximumResources = 1000;

/** CreateTags: adds or overwrites, on all resources or on none. AWS: works on pending images too. */
export const createTags = operation(CreateTags$, {
  service: 'ec2',
  mutating: true,
  accepts: ['Resources', 'Tags', 'DryRun'],
  run: (call, input: CreateTagsRequest) => {
    const tags = readTags(given(input.Tags, 'Tags'));
    const ids = checkResources(given(input.Resources, 'Resources'));
    permit(call, input, checks(call, 'ec2:CreateTags', ids, requestTags(tags)), () => {
      for (const id of ids) {
        checkTagPolicies(call, id.startsWith('ami-') ? 'image' : 'snapshot', tags);
      }
    });
    const resources = ids.map((id) => findOwn(call, id));
    const merged = resources.map((resource) => new Map([...resource.tags, ...tags]));
    for (const all of merged) {
      checkCount(all);
    }
    for (const resource of resources) {
      for (const [key, value] of tags) {
        resource.tags.set(key, value);
      }
    }
    return {};
  },
});

/** DeleteTags. AWS: a key alone removes any value, a key with a value only that one, and no tags at all every tag. */
export const deleteTags = operation(DeleteTags$, {
  service: 'ec2',
  mutating: true,
  accepts: ['Resources', 'Tags', 'DryRun'],
  run: (call, input: DeleteTagsRequest) => {
    const ids = checkResources(given(input.Resources, 'Resources'));
    const keys = (input.Tags ?? []).map((tag) => given(tag.Key, 'Tag.Key'));
    permit(
      call,
      input,
      checks(call, 'ec2:DeleteTags', ids, keys.length === 0 ? {} : { 'aws:tagkeys': keys }),
    );
    for (const resource of ids.map((id) => findOwn(call, id))) {
      for (const [key, value] of [...resource.tags]) {
        const named = input.Tags?.some(
          (tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value),
        );
        if (named ?? true) {
          resource.tags.delete(key);
        }
      }
    }
    return {};
  },
});

/** Reads tags. AWS: keys of 1 to 127 characters that do not begin with `aws:`, values up to 256, no key twice. */
export function readTags(list: readonly Tag[]): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const { Key: key, Value: value = '' } of list) {
    if (key === undefined || key === '') {
      throw new AwsError('InvalidParameterValue', 'Tag key cannot be null or empty.');
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsError(
        'InvalidTagKey.Malformed',
        "Tag keys starting with 'aws:' are reserved for internal use",
      );
    }
    if (key.length > 127 || value.length > 256) {
      const part =
        key.length > 127
          ? 'key exceeds the maximum length of 127'
          : 'value exceeds the maximum length of 256';
      throw new AwsError('InvalidParameterValue', `Tag ${part} characters`);
    }
    if (tags.has(key)) {
      throw new AwsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    }
    tags.set(key, value);
  }
  return tags;
}

/** AWS: at most 50 user tags on a resource. */
export function checkCount(tags: ReadonlyMap<string, string>): void {
  if (tags.size > maximumTags) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
}

function checks(
  call: Call,
  action: string,
  ids: readonly string[],
  context: Readonly<Record<string, readonly string[]>>,
): readonly Check[] {
  return ids.map((id) => {
    return {
      action,
      resource: ec2Arn(call.world, call.region, id.startsWith('ami-') ? 'image' : 'snapshot', id),
      context: {
        ...resourceContext(call, call.world.images.get(id) ?? call.world.snapshots.get(id)),
        ...context,
      },
    };
  });
}

function checkResources(ids: readonly string[]): readonly string[] {
  if (ids.length === 0 || ids.length > maximumResources) {
    throw new AwsError(
      'InvalidParameterValue',
      `Between 1 and ${maximumResources} resources may be tagged in a call.`,
    );
  }
  for (const id of ids) {
    if (!/^(ami|snap)-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    }
  }
  return ids;
}

/** A resource of the caller's that reads can see already. */
function findOwn(call: Call, id: string): { readonly tags: Map<string, string> } {
  const { world, region, caller } = call;
  const resource = world.images.get(id) ?? world.snapshots.get(id);
  if (resource === undefined || resource.region !== region || resource.hiddenUntil > world.clock.now()) {
    throw notFound([id], id.startsWith('ami-') ? 'ami' : 'snap');
  }
  if (resource.account !== caller.account) {
    const message = `The simulator keeps no tags of other accounts on ${id}: only its owner may tag it.`;
    throw new UnknownToSimulator('UnsupportedOperation', message);
  }
  return resource;
}
