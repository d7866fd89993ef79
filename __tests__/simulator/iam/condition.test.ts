import { describe, expect, it } from '@jest/globals';
import { evaluate, parsePolicy } from '../../../simulator/iam/evaluate.ts';

function holds(condition: object, context: Readonly<Record<string, readonly string[]>>): boolean {
  const policy = parsePolicy('p', {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition },
  });
  const decision = evaluate([policy], {
    action: 'ec2:CopyImage',
    resource: '*',
    principal: { arn: 'arn:aws:iam::111122223333:user/u', account: '111122223333' },
    context: new Map(Object.entries(context)),
  });
  return decision.effect === 'allow';
}

describe('condition operators', () => {
  it.each<[string, unknown, string, boolean]>([
    ['StringEquals', 'abc', 'abc', true],
    ['StringEquals', 'abc', 'ABC', false],
    ['StringEquals', 'a*', 'abc', false],
    ['StringEquals', ['x', 'abc'], 'abc', true],
    ['StringNotEquals', 'abc', 'abd', true],
    ['StringNotEquals', ['abc', 'abd'], 'abd', false],
    ['StringEqualsIgnoreCase', 'abc', 'ABC', true],
    ['StringEqualsIgnoreCase', 'abc', 'abd', false],
    ['StringNotEqualsIgnoreCase', 'abc', 'ABC', false],
    ['StringNotEqualsIgnoreCase', 'abc', 'abd', true],
    ['StringLike', 'repo:o/r:*', 'repo:o/r:ref:refs/heads/main', true],
    ['StringLike', 'repo:o/?:*', 'repo:o/rr:x', false],
    ['StringLike', 'repo:O/r:*', 'repo:o/r:x', false],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', ['a*', 'b*'], 'cab', true],
    ['ArnEquals', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/a', true],
    ['ArnLike', 'arn:aws:iam::*:role/a', 'arn:aws:iam::1:role/a', true],
    ['ArnLike', 'arn:aws:iam::*:role/a', 'arn:aws:iam::1:x:role/a', false],
    ['ArnLike', 'arn:aws:*:*:*:role/a', 'no arn', false],
    ['ArnNotEquals', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/a', false],
    ['ArnNotLike', ['arn:aws:iam::*:role/a', 'arn:aws:iam::*:role/b'], 'arn:aws:iam::1:role/b', false],
    ['ArnNotLike', 'arn:aws:iam::*:role/a', 'arn:aws:iam::1:role/b', true],
    ['Bool', 'true', 'true', true],
    ['Bool', true, 'TRUE', true],
    ['Bool', 'true', 'false', false],
    ['NumericLessThanEquals', '16', '16', true],
    ['NumericLessThanEquals', 16, '9', true],
    ['NumericLessThanEquals', '16', '16.5', false],
    ['NumericLessThanEquals', '16', 'many', false],
  ])('%s %j on %s is %s', (operator, wanted, found, expected) => {
    expect(holds({ [operator]: { 'test:Key': wanted } }, { 'test:key': [found] })).toBe(expected);
  });

  it.each([
    ['StringEquals', false],
    ['StringLike', false],
    ['StringEqualsIgnoreCase', false],
    ['ArnLike', false],
    ['ArnEquals', false],
    ['StringNotEquals', true],
    ['StringNotLike', true],
    ['ArnNotEquals', true],
    ['ArnNotLike', true],
    ['StringEqualsIfExists', true],
    ['StringNotEqualsIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAllValues:StringNotEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
  ])('%s on an absent key is %s', (operator, expected) => {
    expect(holds({ [operator]: { 'test:key': 'arn:aws:iam::1:role/a' } }, {})).toBe(expected);
  });

  it('IfExists judges a key that is there', () => {
    expect(holds({ StringEqualsIfExists: { 'test:key': 'a' } }, { 'test:key': ['b'] })).toBe(false);
    expect(holds({ BoolIfExists: { 'test:key': 'false' } }, { 'test:key': ['true'] })).toBe(false);
    expect(holds({ Bool: { 'test:key': 'false' } }, {})).toBe(false);
  });

  it('Null asks whether a key is absent', () => {
    expect(holds({ Null: { 'test:key': 'true' } }, {})).toBe(true);
    expect(holds({ Null: { 'test:key': true } }, { 'test:key': ['a'] })).toBe(false);
    expect(holds({ Null: { 'test:key': 'false' } }, { 'test:key': ['a', 'b'] })).toBe(true);
    expect(holds({ Null: { 'test:key': 'false' } }, {})).toBe(false);
  });

  it.each<[string, readonly string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAllValues:StringLike', ['', 'a'], true],
    ['ForAllValues:StringNotEquals', ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['c', 'a'], false],
    ['ForAnyValue:StringEquals', ['c', 'b'], true],
    ['ForAnyValue:StringEquals', ['c', 'd'], false],
    ['ForAnyValue:StringEquals', [''], false],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
  ])('%s [a, b] on the values %j is %s', (operator, found, expected) => {
    expect(holds({ [operator]: { 'test:key': ['a', 'b'] } }, { 'test:key': found })).toBe(expected);
  });

  it('all operators and all keys must hold', () => {
    const condition = {
      StringEquals: { 'test:a': '1', 'test:b': '2' },
      Bool: { 'test:c': 'true' },
    };
    expect(holds(condition, { 'test:a': ['1'], 'test:b': ['2'], 'test:c': ['true'] })).toBe(true);
    expect(holds(condition, { 'test:a': ['1'], 'test:b': ['3'], 'test:c': ['true'] })).toBe(false);
    expect(holds(condition, { 'test:a': ['1'], 'test:b': ['2'], 'test:c': ['false'] })).toBe(false);
  });

  it('names of keys ignore case, tag keys included', () => {
    const condition = { StringEquals: { 'AWS:requesttag/Promote-AMI:Source': 'x' } };
    expect(holds(condition, { 'aws:requesttag/promote-ami:source': ['x'] })).toBe(true);
  });

  it('a plain operator that meets several values is an error', () => {
    const condition = { StringEquals: { 'test:key': 'a' } };
    expect(() => holds(condition, { 'test:key': ['a', 'b'] })).toThrow('ForAnyValue: or ForAllValues:');
  });
});
