import { describe, expect, it } from '@jest/globals';
import { holds, render } from './expressions.ts';

const contexts = {
  inputs: { ami: 'ami-1' },
  steps: { promote: { outputs: { 'ami-ids': '{"eu-west-1":"ami-2"}' } } },
};

describe('an expression', () => {
  it.each([
    [`\${{ inputs.ami }}`, 'ami-1'],
    [`web=\${{inputs.ami}}, \${{ inputs.ami }}`, 'web=ami-1, ami-1'],
    [`\${{ fromJSON(steps.promote.outputs.ami-ids).eu-west-1 }}`, 'ami-2'],
    ['none', 'none'],
  ])('%s is %s', (text, result) => {
    expect(render(text, contexts)).toBe(result);
  });

  it.each([
    [`\${{ inputs.amis }}`, 'there is no inputs.amis'],
    [`\${{ steps.promotion.outputs.status }}`, 'there is no steps.promotion'],
    [`\${{ secrets.TOKEN }}`, 'secrets'],
    [`\${{ hashFiles(inputs.ami) }}`, 'hashFiles'],
  ])('%s is an error', (text, reason) => {
    expect(() => render(text, contexts)).toThrow(reason);
  });
});

describe('a condition', () => {
  it.each([
    ["inputs.ami == 'ami-1'", true],
    ["inputs.ami != 'ami-1'", false],
  ])('%s is %s', (condition, result) => {
    expect(holds(condition, contexts)).toBe(result);
  });

  it.each(['inputs.ami', 'always()'])('that is %s is an error', (condition) => {
    expect(() => holds(condition, contexts)).toThrow();
  });
});
