import type { Partition } from '../model/partition.ts';
import type { Hub } from '../model/promotion.ts';
import { type Fault, fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, unread } from './read.ts';
import { literalAccount, parseRole } from './role.ts';

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
  const faults = [...(role === 'none' ? [] : roleFaults(role, partition)), ...idFaults(role, externalId)];
  return read({ hub: role === 'none' ? undefined : { roleArn: role, externalId } }, faults);
}

/** There is one hub, so its role is said in full: nothing is filled in. */
function roleFaults(text: string, partition: Partition | undefined): readonly Fault[] {
  const right = 'write the whole ARN of one role, as arn:aws:iam::123456789012:role/ami-hub';
  if (/[{}]/.test(text)) {
    return [fault('hub-role', text, { problem: 'holds a placeholder, and there is but one hub', right })];
  }
  const { complaints } = parseRole(text);
  if (complaints.length === 0 && literalAccount(text) === undefined) {
    return [fault('hub-role', text, { problem: 'is not the ARN of a role', right })];
  }
  const own = text.split(':')[1];
  const foreign = complaints.length === 0 && partition !== undefined && own !== partition.id;
  return [
    ...complaints.map(({ problem }) => fault('hub-role', text, { problem, right })),
    ...(foreign
      ? [
          fault('hub-role', text, {
            problem: `is in the partition ${own}, and the source is in ${partition.id}`,
            right: `name a role of ${partition.id}`,
          }),
        ]
      : []),
  ];
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
