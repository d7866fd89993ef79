import type { Place } from './place.ts';

/** A parameter of the Parameter Store. */
export interface SimulatedParameter extends Place {
  readonly arn: string;
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  /** The oldest first, which is version 1. */
  versions: readonly ParameterVersion[];
  /** Epoch milliseconds. */
  readonly changed: number;
  /** The accounts that may read it too, by its ARN. */
  readonly sharedWith: readonly string[];
}

export interface ParameterVersion {
  readonly value: string;
  readonly labels: readonly string[];
}
