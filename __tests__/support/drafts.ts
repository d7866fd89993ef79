import { nextNumber, type Random, seeded } from '../../simulator/random.ts';
import {
  type Changes,
  consumer,
  home,
  keyIdOf,
  organizationArn,
  prod,
  sourceRegion,
  staging,
  unitArn,
} from './organization.ts';
import type { Inputs } from './promotion.ts';

/** A promotion in a few words, from which its inputs and its world follow; a sound one succeeds everywhere. */
export interface Draft {
  readonly seed: number;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly optional: readonly string[];
  readonly encrypted: boolean;
  readonly key: 'alias/ami' | 'ebs-default' | 'none';
  readonly sharing: 'nobody' | 'account' | 'organization' | 'unit' | 'snapshots' | 'everyone';
  readonly minutes: 15 | undefined;
  readonly tags: number;
  readonly failures: 'stop' | 'skip-target';
  readonly switches: Readonly<Record<string, string>>;
}

/** A place where the image shall be. */
export interface Spot {
  readonly account: string;
  readonly region: string;
}

const names: Readonly<Record<string, string>> = { [home]: 'home', [prod]: 'prod', [staging]: 'staging' };
/** The last one must be opted into. */
const everyRegion = [sourceRegion, 'us-west-2', 'eu-west-1', 'me-central-1'] as const;

/** Chance from a seed: the same seed makes the same choices. */
export class Chance {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  below(limit: number): number {
    return Math.floor(nextNumber(this.#random) * limit);
  }

  /** True once in so many times. */
  once(inTimes: number): boolean {
    return this.below(inTimes) === 0;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  /** Between one and `most` of them, in their order. */
  some<T>(values: readonly T[], most: number): readonly T[] {
    const ranked = values.map((value, index) => ({ value, index, rank: nextNumber(this.#random) }));
    return ranked
      .toSorted((one, other) => one.rank - other.rank)
      .slice(0, 1 + this.below(Math.min(most, values.length)))
      .toSorted((one, other) => one.index - other.index)
      .map(({ value }) => value);
  }
}

export function draftOf(seed: number, chance: Chance): Draft {
  const accounts = chance.some([home, prod, staging], 3);
  const regions = chance.some(everyRegion, 3);
  const encrypted = !chance.once(3);
  const key = encrypted
    ? chance.pick(['alias/ami', 'alias/ami', 'ebs-default', 'ebs-default', 'none'] as const)
    : chance.pick(['alias/ami', 'ebs-default', 'none', 'none'] as const);
  const toShare = ['nobody', 'account', 'organization', 'unit', 'snapshots'] as const;
  const publicToo = key === 'none' ? (['everyone', 'everyone'] as const) : [];
  return {
    seed,
    accounts,
    regions,
    optional: chance.once(3) ? everyRegion.filter((one) => !regions.includes(one)).slice(0, 1) : [],
    encrypted,
    key,
    sharing: accounts.length === 1 ? chance.pick([...toShare, ...publicToo]) : 'nobody',
    minutes: chance.once(4) ? 15 : undefined,
    tags: chance.once(8) ? 46 : chance.once(3) ? 1 : 0,
    failures: chance.pick(['stop', 'skip-target']),
    switches: {
      'dry-run': chance.pick(['permission', 'everything']),
      'missing-key': chance.pick(['sync', 'async']),
      lineage: chance.pick(['present', 'absent']),
    },
  };
}

/** A draft as a person reads it. */
export function storyOf(draft: Draft): string {
  const { accounts, regions, optional, encrypted, key, sharing, minutes, tags, failures, switches } = draft;
  return [
    `${accounts.map((id) => names[id]).join(', ')} × ${regions.join(', ')}`,
    ...(optional.length === 0 ? [] : [`optional ${optional.join(', ')}`]),
    `${encrypted ? 'an encrypted' : 'a plain'} source, kms-key ${key}`,
    `shared with ${sharing}`,
    ...(minutes === undefined ? [] : [`within ${minutes} minutes`]),
    `${tags} tags, ${failures}`,
    Object.values(switches).join(', '),
  ].join('; ');
}

export function spotsOf({ accounts, regions, optional }: Draft): readonly Spot[] {
  return accounts.flatMap((account) => [...regions, ...optional].map((region) => ({ account, region })));
}

/** Whether the source itself is what is wanted there. */
export function isInPlace({ encrypted, key }: Draft, { account, region }: Spot): boolean {
  return account === home && region === sourceRegion && encrypted === (key !== 'none');
}

export function inputsOf(draft: Draft): Inputs {
  const { accounts, regions, optional, key, sharing, minutes, tags } = draft;
  const shareWith = {
    nobody: 'none',
    account: consumer,
    organization: organizationArn,
    unit: unitArn,
    snapshots: `${consumer}\n${organizationArn}`,
    everyone: 'none',
  }[sharing];
  return {
    accounts: accounts.map((id) => (id === home ? 'home' : `${names[id]}=${id}`)).join('\n'),
    regions: regions.join('\n'),
    ...(optional.length === 0 ? {} : { 'optional-regions': optional.join('\n') }),
    'kms-key': key,
    'share-with': shareWith,
    'share-snapshots': String(sharing === 'snapshots'),
    public: String(sharing === 'everyone'),
    'copy-completion-minutes': String(minutes ?? 'none'),
    ...(tags === 0
      ? {}
      : { tags: Array.from({ length: tags }, (_, index) => `key${index}=value`).join('\n') }),
    'preflight-failures': draft.failures,
  };
}

/** A world in which nothing is in the way. */
export function changesOf(draft: Draft): Changes {
  const policies = (file: string) => ({
    policies: [
      `../iam/${file}-policy.json`,
      ...(draft.sharing === 'snapshots' ? ['../iam/share-snapshots-policy.json'] : []),
    ],
  });
  const settings = (account: string, region: string) => ({
    'default-key': keyIdOf(account, region),
    'public-sharing': draft.sharing === 'everyone',
    ...(region === 'me-central-1' ? { enabled: true } : {}),
  });
  return {
    seed: draft.seed,
    encryptedSource: draft.encrypted,
    switches: draft.switches,
    roles: { [home]: policies('home'), [prod]: policies('owner'), [staging]: policies('owner') },
    regions: Object.fromEntries(
      [home, prod, staging].map((account) => [
        account,
        Object.fromEntries(everyRegion.map((region) => [region, settings(account, region)])),
      ]),
    ),
  };
}
