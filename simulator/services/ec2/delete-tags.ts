import { DeleteTags$, type DeleteTagsRequest } from '@aws-sdk/client-ec2';
import { operation } from '../../wire/operation.ts';
import { given, permit } from './common.ts';
import { checkResources, ownTagged, taggingChecks } from './tagged-resources.ts';
import { checkUserKey, isReserved } from './tags.ts';

/**
 * DeleteTags, on all resources or on none. AWS: a key alone removes any value, a key with a value only that one, and
 * no tags at all every tag but those of AWS itself; what is not there is no error.
 */
export const deleteTags = operation(DeleteTags$, {
  service: 'ec2',
  mutating: true,
  accepts: ['Resources', 'Tags', 'DryRun'],
  run: (call, input: DeleteTagsRequest) => {
    const ids = checkResources(given(input.Resources, 'Resources'));
    const keys = (input.Tags ?? []).map((tag) => given(tag.Key, 'Tag.Key'));
    for (const key of keys) {
      checkUserKey(key);
    }
    const context = keys.length === 0 ? {} : { 'aws:tagkeys': keys };
    permit(call, input, taggingChecks(call, 'ec2:DeleteTags', ids, context));
    for (const resource of ids.map((id) => ownTagged(call, id))) {
      for (const [key, value] of [...resource.tags]) {
        const named = input.Tags?.some(
          (tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value),
        );
        if (named ?? !isReserved(key)) {
          resource.tags.delete(key);
        }
      }
    }
    return {};
  },
});
