import { afterEach, describe, expect, it } from '@jest/globals';
import { inputVariables } from '../../../simulator/runner/inputs.ts';
import { readMetadata } from '../../../simulator/runner/metadata.ts';
import { RUNS, workbench } from './fixture.ts';

const bench = workbench();
afterEach(() => bench.clear());

const INPUTS = `
inputs:
  source-region: { description: d, default: auto }
  Wait minutes: { default: 240 }
  copy-tags: { default: true }
  role: { required: true }
  old: { deprecationMessage: use role }
outputs:
  amis: { description: d }
${RUNS}`;

async function read(yaml: string) {
  return readMetadata(await bench.action(yaml, ''));
}

describe('action.yml', () => {
  it('gives names, defaults as they are written, and the entry', async () => {
    const metadata = await read(INPUTS);
    expect(metadata).toMatchObject({ main: 'dist/index.js', postIf: 'always()', outputs: ['amis'] });
    expect(metadata.inputs.get('copy-tags')).toEqual({ default: 'true' });
    expect(metadata.inputs.get('role')).toEqual({});
  });

  it.each([
    ['another runtime', 'runs: { using: node20, main: a.js }', 'must be node24'],
    ['no main', 'runs: { using: node24 }', 'runs.main must be a text'],
    ['a pre', 'runs: { using: node24, main: a.js, pre: b.js }', 'runs.pre is not supported'],
    ['a condition', 'runs: { using: node24, main: a.js, post-if: "x == 1" }', 'post-if "x == 1"'],
    ['an expression', `inputs: { t: { default: "$\{{ github.token }}" } }\n${RUNS}`, 'expressions'],
    ['an input twice', `inputs: { t: {}, t: {} }\n${RUNS}`, 'unique'],
    ['a default that is a list', `inputs: { t: { default: [a] } }\n${RUNS}`, 'must be a text'],
  ])('is refused with %s', async (_, yaml, message) => {
    await expect(read(yaml)).rejects.toThrow(message);
  });
});

describe('the variables of inputs', () => {
  it('are defaults, or empty, under names in upper case that keep hyphens', async () => {
    expect(inputVariables(await read(INPUTS), {}).variables).toEqual({
      'INPUT_SOURCE-REGION': 'auto',
      INPUT_WAIT_MINUTES: '240',
      'INPUT_COPY-TAGS': 'true',
      INPUT_ROLE: '',
      INPUT_OLD: '',
    });
  });

  it('are what the workflow gives, also if it is empty', async () => {
    const { variables, warnings } = inputVariables(await read(INPUTS), { ROLE: 'r', 'source-region': '' });
    expect(variables).toMatchObject({ INPUT_ROLE: 'r', 'INPUT_SOURCE-REGION': '' });
    expect(warnings).toEqual([]);
  });

  it('come with warnings for what is unknown or deprecated', async () => {
    const { variables, warnings } = inputVariables(await read(INPUTS), { roles: 'r', old: 'x' });
    expect(variables).toMatchObject({ INPUT_ROLES: 'r' });
    expect(warnings).toEqual([
      "Unexpected input(s) 'roles', valid inputs are ['source-region', 'Wait minutes', 'copy-tags', 'role', 'old']",
      "Input 'old' has been deprecated with message: use role",
    ]);
  });
});
