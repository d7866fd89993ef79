import { home, prod } from './organization.ts';
import type { InProcess, Inputs } from './promotion.ts';
import type { Scenario } from './scenario.ts';

const verification = {
  name: 'ami-verification',
  'trust-policy': '../iam/trust-policy.json',
  policies: ['../iam/verification-policy.json'],
};

/** The role of the gate in both accounts, as `moreRoles` of a world. */
export const gateRoles = { [home]: [verification], [prod]: [verification] };

/** Runs the gate on what a promotion with the same inputs has made; it looks once unless it is told to wait. */
export function verify(
  at: Scenario,
  given: Inputs = {},
  options: Parameters<Scenario['run']>[1] = {},
): Promise<InProcess> {
  const gate = { mode: 'verify', role: 'ami-verification', 'wait-minutes': '0' };
  return at.run({ ...gate, ...given }, { runId: '1002', ...options });
}
