import type { Principal } from '../model/image.ts';
import type { Partition } from '../model/partition.ts';
import { accountComplaint, type Named } from './accounts.ts';
import { type Complaint, type Fault, fault } from './fault.ts';
import type { Given } from './given.ts';
import { entriesOf, type Read, read, unread } from './read.ts';

/**
 * Who may launch the image: accounts, organizations and organizational units, one per line. There must be one owner,
 * for with two every consumer would see the image twice. EC2 takes organizations and units as full ARNs only.
 */
export function readConsumers(
  given: Given,
  owners: readonly Named[],
  partition: Partition | undefined,
): Read<readonly Principal[]> {
  const text = given('share-with');
  if (text === undefined) {
    return unread;
  }
  if (text === 'none') {
    return read([]);
  }
  const consumers: Principal[] = [];
  const faults: Fault[] = [];
  for (const entry of entriesOf(text)) {
    const consumer = principalOf(entry);
    const complaint =
      consumer === undefined
        ? shapeComplaint(entry, partition)
        : complaintOf(consumer, consumers, owners, partition);
    if (complaint !== undefined) {
      faults.push(fault('share-with', entry, complaint));
    } else if (consumer !== undefined) {
      consumers.push(consumer);
    }
  }
  if (owners.length > 1) {
    faults.push(
      fault('share-with', text, {
        problem: `would show every consumer ${owners.length} equal images, one of each account in accounts`,
        right: 'share from exactly one account, in a step of its own',
      }),
    );
  }
  return read(consumers, faults);
}

const organizationPattern = /^arn:(aws[a-z-]*):organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;
const unitPattern =
  /^arn:(aws[a-z-]*):organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/;

function principalOf(entry: string): Principal | undefined {
  if (accountComplaint(entry) === undefined) {
    return { kind: 'account', id: entry };
  }
  if (organizationPattern.test(entry)) {
    return { kind: 'organization', id: entry };
  }
  return unitPattern.test(entry) ? { kind: 'organizational-unit', id: entry } : undefined;
}

function complaintOf(
  { id }: Principal,
  earlier: readonly Principal[],
  owners: readonly Named[],
  partition: Partition | undefined,
): Complaint | undefined {
  if (earlier.some((consumer) => consumer.id === id)) {
    return { problem: 'is listed twice', right: 'list it once' };
  }
  if (owners.some((owner) => owner.id === id)) {
    return { problem: 'owns the image', right: 'leave it out, because an owner needs no permission' };
  }
  const own = /^arn:([^:]+):/.exec(id)?.[1];
  return own === undefined || partition === undefined || own === partition.id
    ? undefined
    : {
        problem: `is in the partition ${own}, and the source is in ${partition.id}`,
        right: `share within ${partition.id} only`,
      };
}

function shapeComplaint(entry: string, partition: Partition | undefined): Complaint {
  const prefix = `arn:${partition?.id ?? 'aws'}:organizations::MANAGEMENT-ACCOUNT-ID:`;
  if (/^(?:all|public|everyone)$/i.test(entry)) {
    return {
      problem: 'would make the image public, which this version does not support',
      right: 'name accounts, organizations or organizational units',
    };
  }
  if (/^o-[a-z0-9]+$/.test(entry)) {
    return { problem: 'is only the id of an organization', right: `write ${prefix}organization/${entry}` };
  }
  if (/^ou-[a-z0-9-]+$/.test(entry)) {
    return {
      problem: 'is only the id of an organizational unit',
      right: `write ${prefix}ou/o-ORGANIZATION-ID/${entry}`,
    };
  }
  if (/^r-[a-z0-9]+$|:root\/o-/.test(entry)) {
    return {
      problem: 'is the root of an organization, which EC2 does not share with',
      right: `write the organization itself, ${prefix}organization/o-ORGANIZATION-ID`,
    };
  }
  const complaint = accountComplaint(entry);
  return complaint !== undefined && /^[\d-]+$/.test(entry)
    ? complaint
    : {
        problem: 'is not a consumer',
        right: `write one per line, an account id, ${prefix}organization/o-… or ${prefix}ou/o-…/ou-…`,
      };
}
