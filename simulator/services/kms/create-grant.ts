import { CreateGrant$, type CreateGrantRequest, GrantOperation } from '@aws-sdk/client-kms';
import { AwsError } from '../../wire/error.ts';
import type { SimulatedKey } from '../../world.ts';
import { invalid, required } from '../required.ts';
import { keyByIdOrArn } from './find.ts';
import { isPrincipal } from './grantee.ts';
import { checkState, isSymmetric, keyTrial } from './key-trial.ts';
import { permit } from './permit.ts';

/** CreateGrant, as a dry run. AWS judges the permission first, then the key's state and what it can be used for. */
export const createGrant = keyTrial<CreateGrantRequest>(
  CreateGrant$,
  ['KeyId', 'GranteePrincipal', 'Operations'],
  (call, input) => {
    const grantee = required(input.GranteePrincipal, 'granteePrincipal');
    const operations = required(input.Operations, 'operations');
    const unknown = operations.find((one) => !Object.values(GrantOperation).includes(one));
    if (unknown !== undefined) {
      const known = Object.values(GrantOperation).join(', ');
      throw invalid(`Value '[${unknown}]' at 'operations' must be of [${known}]`);
    }
    const key = keyByIdOrArn(call, input.KeyId);
    permit(call, key, { 'kms:granteeprincipal': [grantee], 'kms:grantoperations': operations });
    checkState(key);
    checkOperations(key, operations);
    if (!isPrincipal(call.world, grantee)) {
      throw new AwsError('InvalidArnException', `ARN does not refer to a valid principal: ${grantee}`);
    }
  },
);

const onAnyKey: readonly string[] = ['CreateGrant', 'DescribeKey', 'RetireGrant'];
const onSymmetricKey: readonly string[] = [
  ...onAnyKey,
  ...['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
  ...['GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'],
];

/** AWS: a grant allows only what the key can do. Of keys that are not symmetric nothing is known here. */
function checkOperations(key: SimulatedKey, operations: readonly string[]): void {
  const possible = isSymmetric(key) ? onSymmetricKey : onAnyKey;
  const impossible = operations.find((one) => !possible.includes(one));
  if (impossible !== undefined) {
    throw new AwsError('ValidationException', `The operation ${impossible} is not supported by ${key.arn}.`);
  }
}
