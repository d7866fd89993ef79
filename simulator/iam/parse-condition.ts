import { arnParts } from './pattern.ts';
import { type Condition, OPERATOR_NAMES, type OperatorName } from './policy.ts';
import { members, PolicyFault } from './reading.ts';

/**
 * Reads a Condition element: operator → key → values, with the prefixes ForAllValues: and ForAnyValue: and the
 * suffix IfExists. Throws a PolicyFault for every operator, key or value that IAM, or this simulator, does not know.
 */
export function parseCondition(json: unknown, where: string): readonly Condition[] {
  return [...members(json, where)].flatMap(([operator, keys]) => {
    const parsed = readOperator(operator, where);
    const found = [...members(keys, `${where}.${operator}`)];
    if (found.length === 0) {
      throw new PolicyFault(`${where}.${operator} has no key`);
    }
    return found.map(([key, value]) => {
      const at = `${where}.${operator}.${key}`;
      if (!/^[^\s:]+:\S/.test(key)) {
        throw new PolicyFault(`${at}: a condition key is written service:name`);
      }
      if (parsed.set === 'none' && parsed.operator !== 'Null' && isMultivalued(key.toLowerCase())) {
        throw new PolicyFault(`${at}: this key has many values: write ForAnyValue: or ForAllValues:`);
      }
      return { ...parsed, key: key.toLowerCase(), values: readValues(value, parsed.operator, at) };
    });
  });
}

/** The keys that hold a set in every request; without a set operator AWS's answer on them is not defined. */
export function isMultivalued(key: string): boolean {
  return [
    'aws:tagkeys',
    'aws:principalorgpaths',
    'aws:resourceorgpaths',
    'aws:calledvia',
    'kms:grantoperations',
  ].includes(key);
}

function readOperator(text: string, where: string): Pick<Condition, 'set' | 'operator' | 'ifExists'> {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text);
  const operator = OPERATOR_NAMES.find((name) => name === match?.[2]);
  if (match === null || operator === undefined) {
    throw new PolicyFault(
      `${where}: the operator ${text} is unknown (known: ${OPERATOR_NAMES.join(', ')}, with IfExists, ` +
        'ForAllValues: and ForAnyValue:)',
    );
  }
  const set = match[1] === 'ForAllValues' ? 'all' : match[1] === 'ForAnyValue' ? 'any' : 'none';
  const ifExists = match[3] !== undefined;
  if (operator === 'Null' && (ifExists || set !== 'none')) {
    throw new PolicyFault(`${where}: Null takes neither IfExists nor a set operator`);
  }
  return { set, operator, ifExists };
}

/** Booleans and numbers may stand in the JSON bare; IAM reads them as their text. */
function readValues(json: unknown, operator: OperatorName, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (list.length === 0) {
    throw new PolicyFault(`${where} has no value`);
  }
  return list.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') {
      throw new PolicyFault(`${where}: ${JSON.stringify(item)} is no value`);
    }
    return checkValue(String(item), operator, where);
  });
}

function checkValue(value: string, operator: OperatorName, where: string): string {
  if ((operator === 'Bool' || operator === 'Null') && !/^(true|false)$/i.test(value)) {
    throw new PolicyFault(`${where}: "${value}" is neither true nor false`);
  }
  if (operator === 'NumericLessThanEquals' && !isNumber(value)) {
    throw new PolicyFault(`${where}: "${value}" is no number`);
  }
  if (operator.startsWith('Arn') && arnParts(value) === undefined) {
    throw new PolicyFault(`${where}: "${value}" is no ARN of six parts`);
  }
  return value;
}

/** A decimal number as IAM writes them: digits, perhaps a sign and a fraction. */
export function isNumber(text: string): boolean {
  return /^[+-]?\d+(\.\d+)?$/.test(text);
}
