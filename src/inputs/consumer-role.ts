import type { Fault } from '../model/fault.ts';
import type { Partition } from '../model/partition.ts';
import type { Consumer } from '../model/promotion.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, unread } from './read.ts';
import { literalAccount } from './role.ts';
import { readSwitch } from './switches.ts';
import { wholeRoleFaults } from './whole-role.ts';

/** The role that looks at the images as their consumer, undefined for `none`: an account is taken from its ARN alone. */
export function readConsumerRole(
  given: Given,
  partition: Partition | undefined,
): Read<{ readonly consumer: Consumer | undefined }> {
  const roleArn = given('consumer-role');
  if (roleArn === undefined) {
    return unread;
  }
  if (roleArn === 'none') {
    return read({ consumer: undefined });
  }
  const faults: Fault[] = [...wholeRoleFaults('consumer-role', roleArn, partition)];
  const mode = given('mode');
  if (mode === 'promote' || mode === 'plan') {
    const problem = `looks at images in mode: verify only, and mode is ${mode}`;
    faults.push(fault('consumer-role', roleArn, { problem, right: 'leave it out, or write mode: verify' }));
  }
  if (readSwitch('ambient-credentials', given).value === true) {
    const problem = 'names a role, and with ambient-credentials none is assumed';
    faults.push(fault('consumer-role', roleArn, { problem, right: 'write consumer-role: none' }));
  }
  const id = literalAccount(roleArn);
  return id === undefined ? { ...unread, faults } : read({ consumer: { id, roleArn } }, faults);
}
