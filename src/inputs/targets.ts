import type { Fault } from '../model/fault.ts';
import { knownRegions, type Partition } from '../model/partition.ts';
import { accountComplaint, type Named } from './accounts.ts';
import type { Complaint } from './fault.ts';
import { type ReadFile, readInputFile } from './files.ts';
import type { Given } from './given.ts';
import { didYouMean } from './nearest.ts';
import { type Read, read, unread } from './read.ts';
import { type File, type Refined, type Refinement, readSettings, saidAt } from './refinement.ts';
import type { WantedRegion } from './regions.ts';
import type { Said } from './said.ts';
import { type AccountText, targetsSchema } from './targets-schema.ts';

/** What the targets file says of an account. */
export interface AccountRefinement extends Refinement {
  readonly role: Said | undefined;
  readonly regions: ReadonlyMap<string, Refinement>;
}

/** By account id. */
export type Refinements = ReadonlyMap<string, AccountRefinement>;

export interface TargetFacts {
  readonly home: string | undefined;
  readonly accounts: Read<readonly Named[]>;
  readonly regions: Read<readonly WantedRegion[]>;
  readonly partition: Partition | undefined;
}

/**
 * What differs from the flat inputs, by account and Region. It refines what `accounts`, `regions` and
 * `optional-regions` name and adds nothing to them, so that one place says where images go.
 */
export function readTargets(given: Given, readFile: ReadFile, facts: TargetFacts): Read<Refinements> {
  const form = {
    input: 'targets-file',
    schema: targetsSchema,
    format: 'YAML',
    right: 'write it as schemas/targets.v1.json of this action says',
  } as const;
  const { value, faults: misfits } = readInputFile(form, given, readFile);
  if (value === undefined) {
    return { ...unread, faults: misfits };
  }
  if (value.file === undefined) {
    return read(new Map());
  }
  const { file } = value;
  const refinements = new Map<string, AccountRefinement>();
  const faults: Fault[] = [];
  for (const [name, text] of file.value.accounts) {
    const keys = ['accounts', name];
    const account = accountOf(name, facts);
    const complaint =
      account === undefined
        ? strangerComplaint(name, facts)
        : refinements.has(account.id)
          ? sameAccount
          : undefined;
    if (complaint !== undefined) {
      faults.push(file.faultAt(keys, 'key')('', complaint));
    } else if (account !== undefined) {
      const refinement = readAccount(file, keys, text, account, facts);
      faults.push(...refinement.faults);
      refinements.set(account.id, refinement.value);
    }
  }
  return read(refinements, faults);
}

const sameAccount: Complaint = {
  problem: 'is an account that is named before, by another name or its id',
  right: 'name every account once',
};

function accountOf(name: string, { home, accounts }: TargetFacts): Named | undefined {
  const owners = accounts.value ?? [];
  return name === 'home'
    ? owners.find(({ id }) => id === home)
    : (owners.find((owner) => owner.name === name) ?? owners.find(({ id }) => id === name));
}

/** An account that `accounts` does not name; undefined while it is not known what that names. */
function strangerComplaint(name: string, { home, accounts }: TargetFacts): Complaint | undefined {
  if (/^\d+$/.test(name) && accountComplaint(name) !== undefined) {
    return accountComplaint(name);
  }
  const names = (accounts.value ?? []).map((account) => account.name);
  return home === undefined || accounts.faults.length > 0 || names.length === 0
    ? undefined
    : {
        problem: 'is not listed in accounts',
        right: didYouMean(name, names, 'list it there, because only accounts says who owns a copy'),
      };
}

function readAccount(
  file: File,
  keys: readonly string[],
  text: AccountText,
  { id }: Named,
  facts: TargetFacts,
): Refined<AccountRefinement> {
  const consumerFacts = { owners: facts.accounts.value ?? [], partition: facts.partition };
  const own = readSettings(file, keys, text, consumerFacts);
  const faults = [...own.faults];
  const role = saidAt(file, [...keys, 'role'], text.role);
  if (role !== undefined && id === facts.home) {
    faults.push(
      role.fault(role.text, {
        problem: 'is a role of the home account, which source-role names',
        right: 'write it as source-role, and leave it out here',
      }),
    );
  }
  const regions = new Map<string, Refinement>();
  for (const [region, settings] of text.regions ?? []) {
    const where = [...keys, 'regions', region];
    const refinement = readSettings(file, where, settings, consumerFacts);
    const complaint = regionComplaint(region, facts.regions);
    const stranger = complaint === undefined ? [] : [file.faultAt(where, 'key')('', complaint)];
    faults.push(...stranger, ...refinement.faults);
    regions.set(region, refinement.value);
  }
  return { value: { ...own.value, role: id === facts.home ? undefined : role, regions }, faults };
}

function regionComplaint(region: string, { value, faults }: TargetFacts['regions']): Complaint | undefined {
  const names = (value ?? []).map((wanted) => wanted.region);
  const right = 'list it there, because only they say where images go';
  return names.includes(region) || faults.length > 0 || names.length === 0
    ? undefined
    : {
        problem: 'is listed neither in regions nor in optional-regions',
        right: knownRegions.includes(region) ? right : didYouMean(region, names, right),
      };
}
