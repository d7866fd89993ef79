import { AwsError } from '../wire/error.ts';

/** The member of a JSON request, or the ValidationException for one that is not given or is empty. */
export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
    throw invalid(`Value at '${member}' must not be null`);
  }
  return value;
}

/** AWS's ValidationException for one member that does not fit. */
export function invalid(reason: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${reason}`);
}
