import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { AwsError, UnknownToSimulator } from './error.ts';

/** Reads a JSON 1.1 body into the input of an operation; strings and lists of strings are all KMS needs here. */
export function decodeJson(input: $SchemaRef, body: string): Record<string, unknown> {
  const schema = NormalizedSchema.of(input);
  const decoded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parse(body))) {
    const member = [...schema.structIterator()].find(([known]) => known === name)?.[1];
    if (member === undefined) {
      throw new UnknownToSimulator('ValidationException', `The parameter ${name} is not recognized`);
    }
    const fits = member.isListSchema()
      ? Array.isArray(value)
      : member.isStringSchema() && typeof value === 'string';
    if (!fits) {
      throw new AwsError('SerializationException', `${name} has the wrong type`);
    }
    decoded[name] = value;
  }
  return decoded;
}

/** Writes an output as JSON 1.1: times are seconds since 1970. */
export function encodeJson(value: object): string {
  return JSON.stringify(value, function replace(this: unknown, key: string, converted: unknown) {
    const original: unknown =
      typeof this === 'object' && this !== null ? new Map(Object.entries(this)).get(key) : undefined;
    return original instanceof Date ? original.getTime() / 1000 : converted;
  });
}

function parse(body: string): object {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value;
    }
  } catch {
    // Answered below, as AWS does for every body that is no JSON object.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object');
}
