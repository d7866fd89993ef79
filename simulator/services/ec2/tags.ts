import { CreateTags$, type CreateTagsRequest, type Tag } from '@aws-sdk/client-ec2';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import { given, permit } from './common.ts';
import { requestTags } from './resource-context.ts';
import { checkTagPolicies } from './tag-policy.ts';
import { checkResources, ownTagged, taggingChecks } from './tagged-resources.ts';

const maximumTags = 50;

/** CreateTags: adds or overwrites, on all resources or on none. AWS: works on pending images too. */
export const createTags = operation(CreateTags$, {
  service: 'ec2',
  mutating: true,
  accepts: ['Resources', 'Tags', 'DryRun'],
  run: (call, input: CreateTagsRequest) => {
    const tags = readTags(given(input.Tags, 'Tags'));
    const ids = checkResources(given(input.Resources, 'Resources'));
    permit(call, input, taggingChecks(call, 'ec2:CreateTags', ids, requestTags(tags)), () => {
      for (const id of ids) {
        checkTagPolicies(call, id.startsWith('ami-') ? 'image' : 'snapshot', tags);
      }
    });
    const resources = ids.map((id) => ownTagged(call, id));
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

/** Reads tags. AWS: keys of 1 to 127 characters that do not begin with `aws:`, values up to 256, no key twice. */
export function readTags(list: readonly Tag[]): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const { Key: key, Value: value = '' } of list) {
    if (key === undefined || key === '') {
      throw new AwsError('InvalidParameterValue', 'Tag key cannot be null or empty.');
    }
    checkUserKey(key);
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

/** Refuses a key that users can neither set nor delete. */
export function checkUserKey(key: string): void {
  if (isReserved(key)) {
    throw new AwsError(
      'InvalidTagKey.Malformed',
      "Tag keys starting with 'aws:' are reserved for internal use",
    );
  }
}

/** Whether only AWS itself sets and deletes tags of this key. */
export function isReserved(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}

/** AWS: at most 50 user tags on a resource. */
export function checkCount(tags: ReadonlyMap<string, string>): void {
  if ([...tags.keys()].filter((key) => !isReserved(key)).length > maximumTags) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
}
