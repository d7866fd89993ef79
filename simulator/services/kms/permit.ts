import { accessDenied, keyAccess } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import type { SimulatedKey } from '../../world.ts';

/** Passes only if the caller may do what it calls with the key, and notes what allowed it; the key policy always has a say. */
export function permit(
  call: Call,
  key: SimulatedKey,
  context: Readonly<Record<string, readonly string[]>> = {},
): void {
  const action = `kms:${call.action}`;
  const access = keyAccess(call.world, call.caller, key, action, context);
  if (!access.allowed) {
    throw accessDenied(call.caller, { action, resource: key.arn }, access.reason);
  }
  call.allowedBy.push(...access.by);
}
