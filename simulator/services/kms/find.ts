import type { Call } from '../../call.ts';
import { findKey } from '../../keys.ts';
import { AwsError } from '../../wire/error.ts';
import type { SimulatedKey } from '../../world.ts';
import { required } from '../required.ts';

/**
 * The key that an id, alias, key ARN or alias ARN means. AWS: ids and aliases mean the caller's account and the
 * Region of the call.
 */
export function keyOf(call: Call, name: string | undefined): SimulatedKey {
  const given = required(name, 'keyId');
  const search = findKey(call.world, { account: call.caller.account, region: call.region }, given);
  switch (search.found) {
    case 'key':
      return search.key;
    case 'nothing':
      throw new AwsError('NotFoundException', search.message);
    case 'other-region':
      throw new AwsError('NotFoundException', `Invalid arn ${search.region}`);
    case 'no-arn':
      throw new AwsError('InvalidArnException', `Invalid arn ${given}`);
  }
}

/** The key that an id or key ARN means, for the actions that take no alias. */
export function keyByIdOrArn(call: Call, name: string | undefined): SimulatedKey {
  if (/^(arn:[^/]*:)?alias\//.test(name ?? '')) {
    throw new AwsError('InvalidArnException', 'Key Aliases are not supported for this operation.');
  }
  return keyOf(call, name);
}
