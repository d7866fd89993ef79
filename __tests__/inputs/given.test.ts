import { describe, expect, it } from '@jest/globals';
import { inputNames } from '../../src/inputs/contract.ts';
import { sentenceOf } from '../../src/model/fault.ts';
import { faultAnnotations, faultsSummary } from '../../src/report/faults.ts';
import { faultsOf } from './asking.ts';

const secret = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';

describe('an input that does not exist', () => {
  it.each(['github_token', 'githubtoken', 'token', 'aws-secret-access-key', 'GITHUB-TOKEN', ''])(
    'under the name "%s" is told without what it was given, in every place where faults are told',
    (name) => {
      const faults = faultsOf({ [name]: secret });
      expect(faults.map(({ input, problem }) => [input, problem])).toEqual([
        [name, 'is no input of this action'],
      ]);
      const said = [
        JSON.stringify(faults),
        ...faults.map(sentenceOf),
        faultsSummary(faults),
        JSON.stringify(faultAnnotations(faults)),
      ];
      for (const text of said) {
        expect(text).toContain('is no input of this action');
        expect(text).not.toContain('ghs_');
        expect(text).not.toContain(secret.slice(4, 12));
      }
    },
  );

  it('comes with the name that was meant, or with all names', () => {
    expect(faultsOf({ github_token: secret })).toMatchObject([{ right: 'did you mean "github-token"?' }]);
    expect(faultsOf({ poll: secret })).toMatchObject([{ right: 'did you mean "poll-seconds"?' }]);
    expect(faultsOf({ 'role-to-assume': secret })).toMatchObject([{ right: 'did you mean "role"?' }]);
    expect(faultsOf({ minutes: secret })).toMatchObject([
      { right: 'did you mean "copy-completion-minutes" or "wait-minutes"?' },
    ]);
    expect(faultsOf({ zzz: secret })).toMatchObject([{ right: `its inputs are ${inputNames.join(', ')}` }]);
  });

  it('hides nothing of an input that does exist: its value is what is wrong', () => {
    expect(faultsSummary(faultsOf({ mode: 'promotte' }))).toContain('promotte');
  });
});
