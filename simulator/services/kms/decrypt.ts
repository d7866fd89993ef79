import { Decrypt$, type DecryptRequest, DryRunModifierType } from '@aws-sdk/client-kms';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import { invalid, required } from '../required.ts';
import { checkState, checkUsage, dryRunOnly, dryRunPassed } from './dry-run.ts';
import { keyOf } from './find.ts';
import { permit } from './permit.ts';

/**
 * Decrypt, as a dry run. AWS: without a ciphertext it takes the modifier IGNORE_CIPHERTEXT and a key. No ciphertext is
 * one of this world's.
 */
export const decrypt = operation(Decrypt$, {
  service: 'kms',
  mutating: false,
  accepts: ['CiphertextBlob', 'KeyId', 'DryRun', 'DryRunModifiers'],
  run: (call, input: DecryptRequest) => {
    dryRunOnly(call, input);
    checkModifiers(input.DryRunModifiers);
    if (input.CiphertextBlob !== undefined) {
      throw new AwsError('InvalidCiphertextException', '');
    }
    required(input.DryRunModifiers, 'ciphertextBlob');
    const key = keyOf(call, input.KeyId);
    permit(call, key);
    checkState(key);
    checkUsage(call, key);
    throw dryRunPassed();
  },
});

function checkModifiers(modifiers: DecryptRequest['DryRunModifiers']): void {
  const unknown = modifiers?.find((one) => !Object.values(DryRunModifierType).includes(one));
  if (unknown !== undefined || modifiers?.length === 0) {
    throw invalid(
      `Value '[${unknown ?? ''}]' at 'dryRunModifiers' must be ${Object.values(DryRunModifierType).join(', ')}`,
    );
  }
}
