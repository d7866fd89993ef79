import { GetKeyPolicy$, type GetKeyPolicyRequest } from '@aws-sdk/client-kms';
import { accessDenied } from '../../authorize.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedKey } from '../../world.ts';
import { keyByIdOrArn } from './find.ts';
import { permit } from './permit.ts';

/** GetKeyPolicy. AWS: never from another account, whatever the key policy says; every key has one policy, `default`. */
export const getKeyPolicy = operation(GetKeyPolicy$, {
  service: 'kms',
  mutating: false,
  accepts: ['KeyId', 'PolicyName'],
  run: (call, input: GetKeyPolicyRequest) => {
    const key = keyByIdOrArn(call, input.KeyId);
    permit(call, key);
    if (key.account !== call.caller.account) {
      const action = 'kms:GetKeyPolicy';
      const reason = `because no resource-based policy allows the ${action} action`;
      throw accessDenied(call.caller, { action, resource: key.arn }, reason);
    }
    if (input.PolicyName !== undefined && input.PolicyName !== 'default') {
      throw new AwsError('NotFoundException', 'No such policy exists');
    }
    return { Policy: policyText(key), PolicyName: 'default' };
  },
});

/** The documents of a key as the one policy that they are, each statement as it was written. */
function policyText(key: SimulatedKey): string {
  const Statement = key.policies.flatMap(({ document }) => document.statements.map(({ json }) => json));
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement }, null, 2);
}
