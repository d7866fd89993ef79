import { DescribeKey$, type DescribeKeyRequest } from '@aws-sdk/client-kms';
import { operation } from '../../wire/operation.ts';
import type { SimulatedKey } from '../../world.ts';
import { keyOf } from './find.ts';
import { permit } from './permit.ts';

/** DescribeKey. AWS: a key can be looked at whatever its state. */
export const describeKey = operation(DescribeKey$, {
  service: 'kms',
  mutating: false,
  accepts: ['KeyId'],
  run: (call, input: DescribeKeyRequest) => {
    const key = keyOf(call, input.KeyId);
    permit(call, key);
    return { KeyMetadata: metadata(key) };
  },
});

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
