import type { Partition } from '../model/partition.ts';
import type { Account, Owner } from '../model/promotion.ts';
import type { Named } from './accounts.ts';
import type { InputName } from './contract.ts';
import { type Fault, fault } from './fault.ts';
import type { Given } from './given.ts';
import { type Read, read, unread } from './read.ts';
import { parseRole, type RoleText, roleArn } from './role.ts';

/**
 * Who is assumed where: in the home account `source-role`, which is `role` unless it is given, and in every other
 * owner `role`. A role that names another account or partition than where it would be assumed is a fault.
 */
export function readRoles(
  given: Given,
  home: string | undefined,
  accounts: readonly Named[],
  partition: Partition | undefined,
): Read<{ readonly home: Account; readonly owners: readonly Owner[] }> {
  const ownSourceRole = given('source-role') !== 'auto';
  const others = accounts.filter((account) => account.id !== home);
  const homes = home === undefined ? [] : [{ name: 'home', id: home }];
  const role = readRole('role', given, ownSourceRole ? others : [...homes, ...others], partition);
  const sourceRole = ownSourceRole ? readRole('source-role', given, homes, partition) : role;
  const faults = ownSourceRole ? [...role.faults, ...sourceRole.faults] : role.faults;
  if (
    home === undefined ||
    partition === undefined ||
    role.value === undefined ||
    sourceRole.value === undefined
  ) {
    return { ...unread, faults };
  }
  const inHome = { id: home, roleArn: roleArn(sourceRole.value, home, partition.id) };
  const inOther = role.value;
  return read(
    {
      home: inHome,
      owners: accounts.map(({ name, id }) => ({
        name,
        id,
        roleArn: id === home ? inHome.roleArn : roleArn(inOther, id, partition.id),
      })),
    },
    faults,
  );
}

function readRole(
  input: InputName,
  given: Given,
  places: readonly Named[],
  partition: Partition | undefined,
): Read<RoleText> {
  const text = given(input);
  if (text === undefined) {
    return unread;
  }
  const { role, complaints } = parseRole(text);
  if (complaints.length > 0) {
    return { value: undefined, faults: complaints.map((complaint) => fault(input, text, complaint)) };
  }
  return read(role, [...strangers(input, role, places), ...foreign(input, role, partition)]);
}

/** Accounts where the ARN, its placeholders replaced, would be a role of another account. */
function strangers(input: InputName, role: RoleText, places: readonly Named[]): readonly Fault[] {
  const others = places.filter(({ id }) => fieldsOf(role, id, 'aws').account !== id);
  return others.length === 0
    ? []
    : [
        fault(input, role.text, {
          problem: `names a role of another account than ${others.map(titleOf).join(', ')}, where it would be assumed`,
          right: 'write {account} in place of the account id, or only the name of the role',
        }),
      ];
}

function foreign(input: InputName, role: RoleText, partition: Partition | undefined): readonly Fault[] {
  return partition === undefined || fieldsOf(role, '123456789012', partition.id).partition === partition.id
    ? []
    : [
        fault(input, role.text, {
          problem: `is in another partition than the source, which is in ${partition.id}`,
          right: 'write {partition} in place of the partition, or only the name of the role',
        }),
      ];
}

function fieldsOf(role: RoleText, inAccount: string, inPartition: string) {
  const [, partition, , , account] = roleArn(role, inAccount, inPartition).split(':');
  return { partition, account };
}

function titleOf({ name, id }: Named): string {
  return name === id ? id : `${name} (${id})`;
}
