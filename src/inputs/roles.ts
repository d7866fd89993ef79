import type { Partition } from '../model/partition.ts';
import type { Account, Owner } from '../model/promotion.ts';
import type { Named } from './accounts.ts';
import type { Complaint } from './fault.ts';
import type { Given } from './given.ts';
import { judged } from './judged.ts';
import { type Read, read, unread } from './read.ts';
import { parseRole, type RoleText, roleArn } from './role.ts';
import { type Said, saidBy } from './said.ts';

/** What is known of the accounts when their roles are read. */
export interface RoleFacts {
  readonly home: string | undefined;
  readonly accounts: readonly Named[];
  readonly partition: Partition | undefined;
  /** What the targets file says of an account that is not the home account. */
  readonly roleOf: (account: string) => Said | undefined;
}

export interface Accounts {
  readonly home: Account;
  readonly owners: readonly Owner[];
}

/**
 * Who is assumed where: in the home account `source-role`, which is `role` unless it is given, and in every other
 * owner `role`, unless the targets file has another. A role that names another account or partition than where it
 * would be assumed is a fault.
 */
export function readRoles(given: Given, { home, accounts, partition, roleOf }: RoleFacts): Read<Accounts> {
  const role = saidBy(given, 'role');
  const sourceRole = given('source-role') === 'auto' ? role : saidBy(given, 'source-role');
  const others = accounts.filter(({ id }) => id !== home);
  const homes = home === undefined ? [] : [{ name: 'home', id: home }];
  const roles = judged<Named, RoleText>(
    [role, sourceRole, ...others.map(({ id }) => roleOf(id))],
    [...homes, ...others],
    ({ id }) => (id === home ? sourceRole : (roleOf(id) ?? role)),
    (said, places) =>
      readRole(
        said,
        places,
        partition,
        said === role || said === sourceRole ? undefined : 'leave it out here, and role is assumed',
      ),
  );
  const owners = accounts.flatMap((account) => withRole(account) ?? []);
  const [inHome] = homes.flatMap((account) => withRole(account) ?? []);
  return inHome === undefined || owners.length < accounts.length
    ? { ...unread, faults: roles.faults }
    : read({ home: { id: inHome.id, roleArn: inHome.roleArn }, owners }, roles.faults);

  function withRole(account: Named): Owner | undefined {
    const assumed = roles.at(account);
    return assumed === undefined || partition === undefined
      ? undefined
      : { ...account, roleArn: roleArn(assumed, account.id, partition.id) };
  }
}

/** A role that is assumed in these accounts. */
function readRole(
  { text, fault }: Said,
  places: readonly Named[],
  partition: Partition | undefined,
  withoutRole: string | undefined,
): Read<RoleText> {
  const { role, complaints } = parseRole(text, withoutRole);
  const found =
    complaints.length > 0 ? complaints : [...strangers(role, places), ...foreign(role, partition)];
  return {
    value: complaints.length > 0 ? undefined : role,
    faults: found.map((complaint) => fault(text, complaint)),
  };
}

/** Accounts where the ARN, its placeholders replaced, would be a role of another account. */
function strangers(role: RoleText, places: readonly Named[]): readonly Complaint[] {
  const others = places.filter(({ id }) => fieldsOf(role, id, 'aws').account !== id);
  return others.length === 0
    ? []
    : [
        {
          problem: `names a role of another account than ${others.map(titleOf).join(', ')}, where it would be assumed`,
          right: 'write {account} in place of the account id, or only the name of the role',
        },
      ];
}

function foreign(role: RoleText, partition: Partition | undefined): readonly Complaint[] {
  return partition === undefined || fieldsOf(role, '123456789012', partition.id).partition === partition.id
    ? []
    : [
        {
          problem: `is in another partition than the source, which is in ${partition.id}`,
          right: 'write {partition} in place of the partition, or only the name of the role',
        },
      ];
}

function fieldsOf(role: RoleText, inAccount: string, inPartition: string) {
  const [, partition, , , account] = roleArn(role, inAccount, inPartition).split(':');
  return { partition, account };
}

function titleOf({ name, id }: Named): string {
  return name === id ? id : `${name} (${id})`;
}
