import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { AwsError, UnknownToSimulator } from './error.ts';
import type { Branch } from './form.ts';

/** The two query dialects: EC2 capitalizes names and flattens lists, STS does neither. */
export type Dialect = 'ec2' | 'query';

/**
 * Reads form parameters into the input of an operation as its schema names and types it. A name that the schema
 * does not have is UnknownParameter; a value of the wrong type, InvalidParameterValue (STS: ValidationError).
 */
export function decodeQuery(input: $SchemaRef, tree: Branch, dialect: Dialect): Record<string, unknown> {
  const schema = NormalizedSchema.of(input);
  if (schema.isUnitSchema()) {
    return structure(schema, tree, dialect, '');
  }
  const decoded = structure(schema, tree, dialect, '');
  for (const member of requiredMembers(schema)) {
    if (decoded[member] === undefined || decoded[member] === '') {
      throw missing(member, dialect);
    }
  }
  return decoded;
}

/** Of a structure `[3, namespace, name, traits, names, schemas, n]` the first n members are required. */
function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const raw = schema.getSchema();
  return Array.isArray(raw) && raw[0] === 3 ? raw[4].slice(0, raw[6] ?? 0) : [];
}

function structure(
  schema: NormalizedSchema,
  branch: Branch,
  dialect: Dialect,
  path: string,
): Record<string, unknown> {
  const members = new Map<string, readonly [string, NormalizedSchema]>();
  for (const [name, member] of schema.structIterator()) {
    members.set(wireName(name, member, dialect), [name, member]);
  }
  const decoded: Record<string, unknown> = {};
  for (const [key, child] of branch.children) {
    const found = members.get(key);
    if (found === undefined) {
      throw new UnknownToSimulator('UnknownParameter', `The parameter ${path}${key} is not recognized`);
    }
    decoded[found[0]] = value(found[1], child, dialect, `${path}${key}`);
  }
  return decoded;
}

function wireName(name: string, member: NormalizedSchema, dialect: Dialect): string {
  const traits = member.getMergedTraits();
  if (dialect === 'query') {
    return traits.xmlName ?? name;
  }
  const plain = String(traits.ec2QueryName ?? traits.xmlName ?? name);
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

function value(schema: NormalizedSchema, branch: Branch, dialect: Dialect, path: string): unknown {
  if (schema.isStructSchema()) {
    noText(branch, path, dialect);
    return structure(schema, branch, dialect, `${path}.`);
  }
  if (schema.isListSchema()) {
    noText(branch, path, dialect);
    const items = dialect === 'ec2' ? branch : branch.children.get('member');
    if (items === undefined || (dialect === 'query' && branch.children.size > 1)) {
      throw invalid(`${path} is not a list with member`, dialect);
    }
    return list(schema.getValueSchema(), items, dialect, path);
  }
  if (branch.value === undefined || branch.children.size > 0) {
    throw invalid(`${path} is not a plain value`, dialect);
  }
  return scalar(schema, branch.value, dialect, path);
}

function list(item: NormalizedSchema, branch: Branch, dialect: Dialect, path: string): readonly unknown[] {
  const numbered = [...branch.children].map(([key, child]) => {
    if (!/^[1-9]\d{0,5}$/.test(key)) {
      throw new UnknownToSimulator('UnknownParameter', `The parameter ${path}.${key} is not recognized`);
    }
    return [Number(key), child] as const;
  });
  numbered.sort(([a], [b]) => a - b);
  return numbered.map(([index, child]) => value(item, child, dialect, `${path}.${index}`));
}

function scalar(schema: NormalizedSchema, text: string, dialect: Dialect, path: string): unknown {
  if (schema.isBooleanSchema()) {
    if (text !== 'true' && text !== 'false') {
      throw invalid(`Invalid value '${text}' for ${path}: it must be true or false`, dialect);
    }
    return text === 'true';
  }
  if (schema.isNumericSchema()) {
    if (!/^-?\d{1,15}$/.test(text)) {
      throw invalid(`Invalid value '${text}' for ${path}: it must be a whole number`, dialect);
    }
    return Number(text);
  }
  if (schema.isTimestampSchema()) {
    const time = new Date(text);
    if (Number.isNaN(time.getTime())) {
      throw invalid(`Invalid value '${text}' for ${path}: it must be a time`, dialect);
    }
    return time;
  }
  if (schema.isStringSchema()) {
    return text;
  }
  throw new UnknownToSimulator('InternalFailure', `The simulator cannot read ${path}`, 500);
}

function noText(branch: Branch, path: string, dialect: Dialect): void {
  if (branch.value !== undefined) {
    throw invalid(`${path} takes no plain value`, dialect);
  }
}

function missing(member: string, dialect: Dialect): AwsError {
  return dialect === 'ec2'
    ? new AwsError('MissingParameter', `The request must contain the parameter ${member}`)
    : new AwsError(
        'ValidationError',
        `1 validation error detected: Value null at '${member.charAt(0).toLowerCase()}${member.slice(1)}' ` +
          'failed to satisfy constraint: Member must not be null',
      );
}

function invalid(message: string, dialect: Dialect): AwsError {
  return new AwsError(dialect === 'ec2' ? 'InvalidParameterValue' : 'ValidationError', message);
}
