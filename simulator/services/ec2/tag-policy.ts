import type { Call } from '../../call.ts';
import { isMember } from '../../organization.ts';
import { AwsError } from '../../wire/error.ts';
import { patternOf } from './filter.ts';

/**
 * Judges tags that a request is about to set by the tag policies of the caller's organization. AWS: a key that differs
 * from the policy's in capitals only violates it, as does a value that it does not list; a missing tag never does.
 * The words about capitals are a guess.
 */
export function checkTagPolicies(
  call: Call,
  type: 'image' | 'snapshot',
  tags: ReadonlyMap<string, string>,
): void {
  const { world, caller } = call;
  const policies = isMember(world, caller.account) ? (world.organization?.tagPolicies ?? []) : [];
  for (const { key: wanted, values, enforcedFor } of policies) {
    for (const [key, value] of enforcedFor.includes(type) ? tags : []) {
      if (key.toLowerCase() !== wanted.toLowerCase()) {
        continue;
      }
      if (key !== wanted) {
        throw violation('capitalization', key);
      }
      if (values !== undefined && !values.some((allowed) => patternOf(allowed).test(value))) {
        throw violation('value', key);
      }
    }
  }
}

function violation(what: string, key: string): AwsError {
  return new AwsError(
    'TagPolicyViolation',
    `The tag policy does not allow the specified ${what} for the following tag key: '${key}'.`,
  );
}
