import { isNumber } from './parse-condition.ts';
import { matchesArn, matchesPattern } from './pattern.ts';
import type { Condition, OperatorName } from './policy.ts';

/**
 * Whether every condition of a statement holds (they are joined by "and", the values of one by "or").
 * An absent key satisfies the negated operators, ForAllValues and IfExists, and no other operator.
 * Throws where a plain operator meets several values, because AWS does not define the answer.
 */
export function conditionsHold(
  conditions: readonly Condition[],
  context: ReadonlyMap<string, readonly string[]>,
): boolean {
  return conditions.every((condition) => holds(condition, context.get(condition.key)));
}

function holds(condition: Condition, found: readonly string[] | undefined): boolean {
  if (condition.operator === 'Null') {
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (found === undefined));
  }
  if (found === undefined && condition.ifExists) {
    return true;
  }
  const fits = (value: string): boolean => valueFits(condition, value);
  switch (condition.set) {
    case 'all':
      return present(found).every(fits);
    case 'any':
      return present(found).some(fits);
    case 'none':
      return single(condition, found, fits);
  }
}

/** To the set operators an empty string is no value at all. */
function present(found: readonly string[] | undefined): readonly string[] {
  return (found ?? []).filter((value) => value !== '');
}

function single(
  condition: Condition,
  found: readonly string[] | undefined,
  fits: (value: string) => boolean,
): boolean {
  if (found !== undefined && found.length > 1) {
    throw new Error(
      `${condition.operator} on ${condition.key}, which has ${found.length} values in this request: ` +
        'a policy must say ForAnyValue: or ForAllValues:',
    );
  }
  const value = found?.[0];
  return value === undefined ? isNegated(condition.operator) : fits(value);
}

function isNegated(operator: OperatorName): boolean {
  return operator.includes('Not');
}

/** One value of the request against all values of the policy: it fits one of them, or for a negated operator none. */
function valueFits(condition: Condition, value: string): boolean {
  const matched = condition.values.some((wanted) => compare(condition.operator, wanted, value));
  return isNegated(condition.operator) ? !matched : matched;
}

function compare(operator: OperatorName, wanted: string, value: string): boolean {
  switch (operator) {
    case 'StringEquals':
    case 'StringNotEquals':
      return wanted === value;
    case 'StringEqualsIgnoreCase':
    case 'StringNotEqualsIgnoreCase':
    case 'Bool':
      return wanted.toLowerCase() === value.toLowerCase();
    case 'StringLike':
    case 'StringNotLike':
      return matchesPattern(wanted, value);
    case 'ArnEquals':
    case 'ArnNotEquals':
    case 'ArnLike':
    case 'ArnNotLike':
      return matchesArn(wanted, value);
    case 'NumericLessThanEquals':
      return isNumber(value) && Number(value) <= Number(wanted);
    case 'Null':
      return false;
  }
}
