import type { Call } from '../../call.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import type { SimulatedKey } from '../../world.ts';

/** Refuses loudly what is no dry run: the simulator makes neither grants nor ciphertexts. */
export function dryRunOnly(call: Call, input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun !== true) {
    throw new UnknownToSimulator(
      'UnsupportedOperationException',
      `The simulator knows ${call.action} as a dry run only`,
    );
  }
}

/** What a dry run ends with that is allowed. */
export function dryRunPassed(): AwsError {
  return new AwsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  );
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

/** Whether the key is of the kind that Decrypt and GenerateDataKey* take. */
export function checkUsage(call: Call, key: SimulatedKey): void {
  if (!isSymmetric(key)) {
    throw new AwsError(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ${key.usage} with key spec ${key.spec}, which is not valid for ${call.action}.`,
    );
  }
}
