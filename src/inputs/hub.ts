import type { Fault } from '../model/fault.ts';
import type { Partition } from '../model/partition.ts';
import type { Hub } from '../model/promotion.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, unread } from './read.ts';
import { wholeRoleFaults } from './whole-role.ts';

/** The role that assumes all others, if there is one, and the external id that it hands over. */
export function readHub(
  given: Given,
  partition: Partition | undefined,
): Read<{ readonly hub: Hub | undefined }> {
  const role = given('hub-role');
  const id = given('role-external-id');
  if (role === undefined || id === undefined) {
    return unread;
  }
  const externalId = id === 'none' ? undefined : id;
  const faults = [
    ...(role === 'none' ? [] : wholeRoleFaults('hub-role', role, partition)),
    ...idFaults(role, externalId),
  ];
  return read({ hub: role === 'none' ? undefined : { roleArn: role, externalId } }, faults);
}

/** STS's rule for an external id (AssumeRole). */
function idFaults(role: string, id: string | undefined): readonly Fault[] {
  if (id === undefined) {
    return [];
  }
  const faults: Fault[] = [];
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(id)) {
    faults.push(
      fault('role-external-id', '', {
        problem: 'is not an external id',
        right: 'write 2 to 1224 letters, digits and _+=,.@:/-',
      }),
    );
  }
  if (role === 'none') {
    faults.push(
      fault('role-external-id', '', {
        problem: 'is for the roles that a hub assumes, and hub-role is none',
        right: 'set hub-role, or leave role-external-id out',
      }),
    );
  }
  return faults;
}
