import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { inputNames, inputs, isInputName } from '../../src/inputs/contract.ts';

const action = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'));

describe('The contract', () => {
  it('names the inputs of action.yml, in its order, with its defaults', () => {
    const declared = Object.entries<{ required?: boolean; default?: string }>(action.inputs);
    expect(inputNames.map((name) => [name, inputs[name]])).toEqual(
      declared.map(([name, input]) => [name, { required: input.required === true, default: input.default }]),
    );
  });

  it('has a default that is not empty for every optional input, and none for a required one', () => {
    for (const { required, default: literal } of Object.values(inputs)) {
      expect(required ? literal === undefined : literal !== undefined && literal.trim() !== '').toBe(true);
    }
  });

  it('is not fooled by what every object has', () => {
    expect(['toString', '__proto__', 'constructor'].some(isInputName)).toBe(false);
  });
});
