import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import type { ServiceId } from '../record.ts';
import { AwsError, UnknownToSimulator } from './error.ts';

/** Whether a service speaks JSON 1.1; the others speak XML. */
export function speaksJson(service: ServiceId): boolean {
  return service === 'kms' || service === 'ssm';
}

/** Reads a JSON 1.1 body into the input of an operation: plain values, blobs and lists are all that is needed here. */
export function decodeJson(input: $SchemaRef, body: string): Record<string, unknown> {
  const members = new Map(NormalizedSchema.of(input).structIterator());
  const decoded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parse(body))) {
    const member = members.get(name);
    if (member === undefined) {
      throw new UnknownToSimulator('ValidationException', `The parameter ${name} is not recognized`);
    }
    decoded[name] = decodeValue(member, value, name);
  }
  return decoded;
}

function decodeValue(schema: NormalizedSchema, value: unknown, name: string): unknown {
  if (schema.isStructSchema() || schema.isMapSchema()) {
    throw new UnknownToSimulator('ValidationException', `The simulator cannot read ${name}`);
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => decodeValue(schema.getValueSchema(), item, name));
  }
  if (schema.isBlobSchema() && typeof value === 'string' && isBase64(value)) {
    return Buffer.from(value, 'base64');
  }
  const fits =
    (schema.isStringSchema() && typeof value === 'string') ||
    (schema.isBooleanSchema() && typeof value === 'boolean') ||
    (schema.isNumericSchema() && Number.isSafeInteger(value));
  if (!fits) {
    throw new AwsError('SerializationException', `${name} has the wrong type`);
  }
  return value;
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
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
