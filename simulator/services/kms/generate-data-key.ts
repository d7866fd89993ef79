import {
  DataKeySpec,
  GenerateDataKeyWithoutPlaintext$,
  type GenerateDataKeyWithoutPlaintextRequest,
} from '@aws-sdk/client-kms';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import { invalid } from '../required.ts';
import { checkState, checkUsage, dryRunOnly, dryRunPassed } from './dry-run.ts';
import { keyOf } from './find.ts';
import { permit } from './permit.ts';

/** GenerateDataKeyWithoutPlaintext, as a dry run. AWS judges the permission first, then the key's state and its use. */
export const generateDataKeyWithoutPlaintext = operation(GenerateDataKeyWithoutPlaintext$, {
  service: 'kms',
  mutating: false,
  accepts: ['KeyId', 'KeySpec', 'NumberOfBytes', 'DryRun'],
  run: (call, input: GenerateDataKeyWithoutPlaintextRequest) => {
    dryRunOnly(call, input);
    checkSize(input);
    const key = keyOf(call, input.KeyId);
    permit(call, key);
    checkState(key);
    checkUsage(call, key);
    throw dryRunPassed();
  },
});

function checkSize({ KeySpec, NumberOfBytes }: GenerateDataKeyWithoutPlaintextRequest): void {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  if (KeySpec !== undefined && !Object.values(DataKeySpec).includes(KeySpec)) {
    throw invalid(`Value '${KeySpec}' at 'keySpec' must be one of ${Object.values(DataKeySpec).join(', ')}`);
  }
  if (NumberOfBytes !== undefined && (NumberOfBytes < 1 || NumberOfBytes > 1024)) {
    throw invalid(`Value '${NumberOfBytes}' at 'numberOfBytes' must be from 1 to 1024`);
  }
}
