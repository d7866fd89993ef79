import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { escapeXml } from './error.ts';
import type { Dialect } from './query.ts';

/**
 * Writes the output of an operation as XML, with the names that its schema gives them. Absent members are left
 * out, an empty list is an empty element, and nothing is indented. A member that the schema lacks is an Error.
 */
export function encodeXml(
  dialect: Dialect,
  action: string,
  output: $SchemaRef,
  value: object,
  requestId: string,
): string {
  const schema = NormalizedSchema.of(output);
  if (dialect === 'ec2') {
    const members = schema.isUnitSchema() ? '<return>true</return>' : structure(schema, value);
    return (
      `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` +
      `<requestId>${requestId}</requestId>${members}</${action}Response>`
    );
  }
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>` +
    `${structure(schema, value)}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId>` +
    `</ResponseMetadata></${action}Response>`
  );
}

function structure(schema: NormalizedSchema, value: object): string {
  const given = new Map<string, unknown>(Object.entries(value));
  const written: string[] = [];
  for (const [name, member] of schema.structIterator()) {
    const found = given.get(name);
    given.delete(name);
    if (found !== undefined && found !== null) {
      written.push(element(member.getMemberTraits().xmlName ?? name, member, found));
    }
  }
  for (const [name, rest] of given) {
    if (rest !== undefined && name !== '$metadata') {
      throw new Error(`${schema.getName() ?? 'the output'} has no member ${name}`);
    }
  }
  return written.join('');
}

function element(name: string, schema: NormalizedSchema, value: unknown): string {
  const content = contentOf(schema, value);
  return content === '' && schema.isListSchema() ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function contentOf(schema: NormalizedSchema, value: unknown): string {
  if (schema.isListSchema() && Array.isArray(value)) {
    const item = schema.getValueSchema();
    const name = item.getMergedTraits().xmlName ?? 'member';
    return value.map((one) => element(name, item, one)).join('');
  }
  if (schema.isStructSchema() && typeof value === 'object' && value !== null) {
    return structure(schema, value);
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return escapeXml(String(value));
  }
  throw new Error(`the simulator cannot write a ${typeof value} as ${schema.getName() ?? 'a member'}`);
}
