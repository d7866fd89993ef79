import {
  DataKeySpec,
  GenerateDataKeyWithoutPlaintext$,
  type GenerateDataKeyWithoutPlaintextRequest,
} from '@aws-sdk/client-kms';
import { AwsError } from '../../wire/error.ts';
import { invalid } from '../required.ts';
import { keyTrial, permitCryptography } from './key-trial.ts';

/** GenerateDataKeyWithoutPlaintext, as a dry run. */
export const generateDataKeyWithoutPlaintext = keyTrial<GenerateDataKeyWithoutPlaintextRequest>(
  GenerateDataKeyWithoutPlaintext$,
  ['KeyId', 'KeySpec', 'NumberOfBytes'],
  (call, input) => {
    checkSize(input);
    permitCryptography(call, input.KeyId);
  },
);

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
