import type { Partition } from '../model/partition.ts';
import type { WantedKey } from '../model/promotion.ts';
import type { Complaint } from './fault.ts';
import { fill, type Parts, splitPlaceholders } from './placeholders.ts';
import { type Read, read } from './read.ts';
import type { Said } from './said.ts';

/** Where the key is to be used. */
export interface KeyPlaces {
  /** Ids, each once; and likewise names. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly partition: Partition | undefined;
}

/**
 * The key of every snapshot: `none`, `ebs-default`, or an alias, id or ARN with placeholders. It must be able to
 * exist at every target: CopyImage takes a key of the target's own Region only, and a key id that is not
 * multi-Region exists in one place. Whether it does exist AWS is asked later.
 */
export function readKey({ text, fault }: Said, places: KeyPlaces): Read<WantedKey> {
  if (text === 'none' || text === 'ebs-default') {
    return read({ kind: text });
  }
  const { parts, complaints } = splitPlaceholders(text, ['account', 'region', 'partition']);
  const found = complaints.length > 0 ? complaints : complaintsOf(text, parts, places);
  return {
    value: found.length > 0 ? undefined : { kind: 'named', key: text },
    faults: found.map((complaint) => fault(text, complaint)),
  };
}

type KeyParts = Parts<'account' | 'region' | 'partition'>;

/** Stands in for what is not known or not asked about. */
const example = { account: '123456789012', region: 'us-east-1', partition: 'aws' };

const aliasPattern = /^alias\/[A-Za-z0-9/_-]{1,250}$/;
const idPattern = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function complaintsOf(text: string, parts: KeyParts, places: KeyPlaces): readonly Complaint[] {
  const sample = fill(parts, example);
  const arn = /^arn:(aws(?:-[a-z]+)*):kms:([a-z0-9-]+):(\d{12}):(?:key\/(.+)|(alias\/.+))$/.exec(sample);
  const id = arn === null ? sample : arn[4];
  const alias = arn === null ? sample : arn[5];
  const isId = id !== undefined && idPattern.test(id);
  if (!isId && !(alias !== undefined && aliasPattern.test(alias))) {
    return [shapeComplaint(text, sample)];
  }
  const elsewhere = arn === null ? [] : elsewhereComplaints(parts, places);
  if (elsewhere.length > 0 || !isId) {
    return elsewhere;
  }
  return [loneIdComplaint(id, places)].flatMap((complaint) => complaint ?? []);
}

/** Targets for which the ARN, its placeholders replaced, is a key of another place. */
function elsewhereComplaints(parts: KeyParts, places: KeyPlaces): readonly Complaint[] {
  const { partition } = places;
  const regions = places.regions.filter((region) => fieldsOf(parts, { region }).region !== region);
  const accounts = places.accounts.filter((account) => fieldsOf(parts, { account }).account !== account);
  const complaints: Complaint[] = [];
  if (partition !== undefined && fieldsOf(parts, { partition: partition.id }).partition !== partition.id) {
    complaints.push({
      problem: `is in another partition than the source, which is in ${partition.id}`,
      right: 'write {partition} in place of the partition',
    });
  }
  if (regions.length > 0) {
    complaints.push({
      problem: `is in another Region than the snapshots in ${regions.join(', ')}, which need a key there`,
      right: 'write {region} in place of the Region',
    });
  }
  if (accounts.length > 0) {
    complaints.push({
      problem: `is of another account than the copies in ${accounts.join(', ')}, which need a key of their own`,
      right: 'write {account} in place of the account id',
    });
  }
  return complaints;
}

function fieldsOf(parts: KeyParts, known: Partial<typeof example>) {
  const [, partition, , region, account] = fill(parts, { ...example, ...known }).split(':');
  return { partition, region, account };
}

function loneIdComplaint(id: string, { accounts, regions }: KeyPlaces): Complaint | undefined {
  if (accounts.length > 1) {
    return {
      problem: `is a key id, which exists in one account only, and there are ${accounts.length}`,
      right: 'write an alias that every account has, as alias/NAME',
    };
  }
  return regions.length > 1 && !id.startsWith('mrk-')
    ? {
        problem: `is the id of a key in one Region only, and there are ${regions.length}`,
        right: 'write an alias that every Region has, as alias/NAME, or the id of a multi-Region key, mrk-…',
      }
    : undefined;
}

function shapeComplaint(text: string, sample: string): Complaint {
  return {
    problem: 'is not an alias, id or ARN of a key',
    right:
      !sample.startsWith('alias/') && aliasPattern.test(`alias/${sample}`)
        ? `if it is an alias, write alias/${text}`
        : 'write alias/NAME, a key id, arn:{partition}:kms:{region}:{account}:alias/NAME, ebs-default or none',
  };
}
