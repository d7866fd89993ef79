import { DescribeKey$, type DescribeKeyRequest } from '@aws-sdk/client-kms';
import { keyAccess } from '../authorize.ts';
import type { Call } from '../call.ts';
import { findKey } from '../keys.ts';
import { AwsError } from '../wire/error.ts';
import { operation } from '../wire/operation.ts';
import type { SimulatedKey } from '../world.ts';

/**
 * DescribeKey by id, alias, key ARN or alias ARN. AWS: ids and aliases mean the caller's account and the Region of
 * the call; the key policy always has a say, for other accounts together with the caller's own policies.
 */
export const describeKey = operation(DescribeKey$, {
  service: 'kms',
  mutating: false,
  accepts: ['KeyId'],
  run: (call, input: DescribeKeyRequest) => {
    const key = resolve(call, input.KeyId);
    const access = keyAccess(call.world, call.caller, key, 'kms:DescribeKey');
    if (!access.allowed) {
      const message =
        `User: ${call.caller.arn} is not authorized to perform: kms:DescribeKey on resource: ${key.arn} ` +
        access.reason;
      throw new AwsError('AccessDeniedException', message);
    }
    call.allowedBy.push(...access.by);
    return { KeyMetadata: metadata(key) };
  },
});

function resolve(call: Call, name: string | undefined): SimulatedKey {
  if (name === undefined || name === '') {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'keyId' must not be null",
    );
  }
  const search = findKey(call.world, { account: call.caller.account, region: call.region }, name);
  switch (search.found) {
    case 'key':
      return search.key;
    case 'nothing':
      throw new AwsError('NotFoundException', search.message);
    case 'other-region':
      throw new AwsError('NotFoundException', `Invalid arn ${search.region}`);
    case 'no-arn':
      throw new AwsError('InvalidArnException', `Invalid arn ${name}`);
  }
}

function metadata(key: SimulatedKey) {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date('2026-01-01T00:00:00.000Z'),
    Enabled: key.state === 'Enabled',
    Description: '',
    KeyUsage: key.usage,
    KeyState: key.state,
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? [key.spec] : undefined,
    MultiRegion: false,
  };
}
