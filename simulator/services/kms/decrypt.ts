import { Decrypt$, type DecryptRequest, DryRunModifierType } from '@aws-sdk/client-kms';
import { AwsError } from '../../wire/error.ts';
import { invalid, required } from '../required.ts';
import { keyTrial, permitCryptography } from './key-trial.ts';

/**
 * Decrypt, as a dry run. AWS: without a ciphertext it takes the modifier IGNORE_CIPHERTEXT and a key. No ciphertext is
 * one of this world's.
 */
export const decrypt = keyTrial<DecryptRequest>(
  Decrypt$,
  ['CiphertextBlob', 'KeyId', 'DryRunModifiers'],
  (call, input) => {
    checkModifiers(input.DryRunModifiers);
    if (input.CiphertextBlob !== undefined) {
      throw new AwsError('InvalidCiphertextException', '');
    }
    required(input.DryRunModifiers, 'ciphertextBlob');
    permitCryptography(call, input.KeyId);
  },
);

function checkModifiers(modifiers: DecryptRequest['DryRunModifiers']): void {
  const unknown = modifiers?.find((one) => !Object.values(DryRunModifierType).includes(one));
  if (unknown !== undefined || modifiers?.length === 0) {
    throw invalid(
      `Value '[${unknown ?? ''}]' at 'dryRunModifiers' must be ${Object.values(DryRunModifierType).join(', ')}`,
    );
  }
}
