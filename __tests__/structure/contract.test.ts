import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parse } from 'yaml';
import { inputNames, inputs } from '../../src/inputs/contract.ts';
import { outputNames } from '../../src/report/names.ts';

const root = join(import.meta.dirname, '../..');

const Action = v.object({
  inputs: v.record(
    v.string(),
    v.object({
      description: v.string(),
      required: v.optional(v.boolean(), false),
      default: v.optional(v.string()),
    }),
  ),
  outputs: v.record(v.string(), v.object({ description: v.string() })),
  runs: v.object({
    using: v.literal('node24'),
    main: v.literal('dist/index.js'),
    post: v.literal('dist/index.js'),
  }),
});
const action = v.parse(Action, parse(readFileSync(join(root, 'action.yml'), 'utf8')));

describe('action.yml', () => {
  it('declares the inputs that the code reads, in the same order, with the same defaults', () => {
    const declared = Object.entries(action.inputs).map(([name, input]) => [
      name,
      input.required,
      input.default,
    ]);
    expect(declared).toEqual(inputNames.map((name) => [name, inputs[name].required, inputs[name].default]));
  });

  it('gives every optional input a literal that is not empty, and no required one', () => {
    for (const input of Object.values(action.inputs)) {
      expect(input.default === undefined || input.default === '').toBe(input.required);
    }
  });

  it('declares the outputs that the code writes', () => {
    expect(Object.keys(action.outputs)).toEqual(Object.values(outputNames));
  });
});

describe('README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  it('has the table of inputs that action.yml makes', () => {
    for (const [name, input] of Object.entries(action.inputs)) {
      const given = input.required ? 'required' : `\`${input.default}\``;
      expect(readme).toContain(`| \`${name}\` | ${given} | ${input.description} |`);
    }
  });

  it('has the table of outputs that action.yml makes', () => {
    for (const [name, { description }] of Object.entries(action.outputs)) {
      expect(readme).toContain(`| \`${name}\` | ${description} |`);
    }
  });

  it('names no input or output that does not exist', () => {
    const rows = [...readme.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
    const known = [...Object.keys(action.inputs), ...Object.keys(action.outputs)];
    expect(rows.filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
    expect(rows).toHaveLength(known.length);
  });
});
