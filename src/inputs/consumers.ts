import type { Fault } from '../model/fault.ts';
import type { Principal } from '../model/image.ts';
import type { Partition } from '../model/partition.ts';
import { accountComplaint, type Named } from './accounts.ts';
import type { Complaint } from './fault.ts';
import type { Given } from './given.ts';
import { entriesOf, type Read, read, unread } from './read.ts';
import { type Said, saidBy } from './said.ts';

/** Who may get an image, as far as it matters here. */
export interface ConsumerFacts {
  readonly owners: readonly Named[];
  readonly partition: Partition | undefined;
}

/**
 * Who may launch the images of every owner, one per line. There must be one owner, for with two every consumer
 * would see the image twice.
 */
export function readShareWith(given: Given, facts: ConsumerFacts): Read<readonly Principal[]> {
  const said = saidBy(given, 'share-with');
  if (said === undefined) {
    return unread;
  }
  if (said.text === 'none') {
    return read([]);
  }
  const entries = entriesOf(said.text).map((text) => ({ ...said, text }));
  const { value, faults } = readConsumers(entries, facts, 'one per line');
  const { length } = facts.owners;
  const twins = said.fault(said.text, {
    problem: `would show every consumer ${length} equal images, one of each account in accounts`,
    right: 'say in targets-file which account shares with whom, and leave share-with out',
  });
  return { value, faults: length > 1 ? [...faults, twins] : faults };
}

/**
 * Accounts, organizations and organizational units; EC2 takes the latter two as full ARNs only. `manner` is how
 * several are written.
 */
export function readConsumers(
  entries: readonly Said[],
  { owners, partition }: ConsumerFacts,
  manner: string,
): Read<readonly Principal[]> {
  const consumers: Principal[] = [];
  const faults: Fault[] = [];
  for (const { text, fault } of entries) {
    const consumer = principalOf(text);
    const complaint =
      consumer === undefined
        ? shapeComplaint(text, partition, manner)
        : complaintOf(consumer, consumers, owners, partition);
    if (complaint !== undefined) {
      faults.push(fault(text, complaint));
    } else if (consumer !== undefined) {
      consumers.push(consumer);
    }
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
    return owners.length === 1
      ? { problem: 'owns the image', right: 'leave it out, because an owner needs no permission' }
      : { problem: 'owns a copy itself', right: 'leave it out, because it would see two equal images' };
  }
  const own = /^arn:([^:]+):/.exec(id)?.[1];
  return own === undefined || partition === undefined || own === partition.id
    ? undefined
    : {
        problem: `is in the partition ${own}, and the source is in ${partition.id}`,
        right: `share within ${partition.id} only`,
      };
}

function shapeComplaint(entry: string, partition: Partition | undefined, manner: string): Complaint {
  const prefix = `arn:${partition?.id ?? 'aws'}:organizations::MANAGEMENT-ACCOUNT-ID:`;
  if (/^(?:all|public|everyone)$/i.test(entry)) {
    return {
      problem: 'is not how an image is made public',
      right: 'leave it out and set public: true, if everyone shall have the image',
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
        right: `write ${manner}, an account id, ${prefix}organization/o-… or ${prefix}ou/o-…/ou-…`,
      };
}
