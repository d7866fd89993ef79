import type { StaticOperationSchema } from '@smithy/types';
import type { Call } from '../../call.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import { type Operation, operation } from '../../wire/operation.ts';
import type { SimulatedKey } from '../../world.ts';
import { keyOf } from './find.ts';
import { permit } from './permit.ts';

/**
 * An action with a key, as a dry run: `judge` throws what it would fail with. What is no dry run is refused loudly:
 * the simulator makes neither grants nor ciphertexts.
 */
export function keyTrial<Input extends { readonly DryRun?: boolean | undefined }>(
  schema: StaticOperationSchema,
  accepts: readonly (keyof Input & string)[],
  judge: (call: Call, input: Input) => void,
): Operation {
  return operation<Input, never>(schema, {
    service: 'kms',
    mutating: false,
    accepts: [...accepts, 'DryRun'],
    run: (call, input) => {
      if (input.DryRun !== true) {
        throw new UnknownToSimulator(
          'UnsupportedOperationException',
          `The simulator knows ${call.action} as a dry run only`,
        );
      }
      judge(call, input);
      throw new AwsError(
        'DryRunOperationException',
        'The request would have succeeded, but the DryRun option is set.',
      );
    },
  });
}

/** Passes only if the caller may encrypt or decrypt with the key. AWS judges the permission first, then state and use. */
export function permitCryptography(call: Call, name: string | undefined): void {
  const key = keyOf(call, name);
  permit(call, key);
  checkState(key);
  if (!isSymmetric(key)) {
    throw new AwsError(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ${key.usage} with key spec ${key.spec}, which is not valid for ${call.action}.`,
    );
  }
}

/** Whether the key's state lets it be used. AWS: being updated does; here it does not. */
export function checkState(key: SimulatedKey): void {
  if (key.state === 'Disabled') {
    throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  }
  if (key.state !== 'Enabled') {
    const words = key.state.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
    throw new AwsError('KMSInvalidStateException', `${key.arn} is ${words}.`);
  }
}

/** Whether the key is for what symmetric encryption does with it, as EBS does. */
export function isSymmetric(key: SimulatedKey): boolean {
  return key.spec === 'SYMMETRIC_DEFAULT' && key.usage === 'ENCRYPT_DECRYPT';
}
