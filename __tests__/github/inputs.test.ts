import { describe, expect, it } from '@jest/globals';
import { readInputs } from '../../src/github/inputs.ts';

describe('reading inputs', () => {
  it('takes every INPUT_ variable under the name of action.yml, hyphens kept', () => {
    expect(
      readInputs({ 'INPUT_SOURCE-REGION': 'us-east-1', INPUT_ROLE: 'ami-promotion', GITHUB_SHA: 'abc' }),
    ).toEqual({ 'source-region': 'us-east-1', role: 'ami-promotion' });
  });

  it('leaves values as they were written, white space and emptiness too', () => {
    expect(readInputs({ INPUT_TAGS: ' a=b \n\n', INPUT_NAME: '' })).toEqual({ tags: ' a=b \n\n', name: '' });
  });

  it('does not invent an input without a name or without a value', () => {
    expect(readInputs({ INPUT_: 'x', INPUT_ROLE: undefined, MY_INPUT_X: 'y' })).toEqual({});
  });
});
