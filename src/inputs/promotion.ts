import type { Promotion } from '../model/promotion.ts';
import { readAccounts, readHomeAccount } from './accounts.ts';
import { readAudience } from './audience.ts';
import { readConsumers } from './consumers.ts';
import type { Fault } from './fault.ts';
import { type Given, readGiven } from './given.ts';
import { readKey } from './key.ts';
import { readPollSeconds, readWaitMinutes } from './numbers.ts';
import type { Read } from './read.ts';
import { readRegions, readSourceRegion } from './regions.ts';
import { readRoles } from './roles.ts';
import { readSources } from './source.ts';
import { readCopyTags } from './switches.ts';
import { readTags } from './tags.ts';
import { readDescription, readName } from './template.ts';

export type Parsing =
  | { readonly ok: true; readonly promotion: Promotion }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * The promotion that the inputs ask for, with every default decided, or every fault of every input at once, so that
 * one run shows all there is to mend. `raw` holds the inputs by name as the runner handed them over; one that is
 * missing has its default. Pure, asks AWS nothing, and never throws, whatever the inputs hold.
 */
export function parsePromotion(raw: Readonly<Record<string, string>>): Parsing {
  const { given, faults: ofNames } = readGiven(raw);
  const reads = readAll(given);
  const faults = [...ofNames, ...Object.values(reads).flatMap((one: Read<unknown>) => one.faults)];
  const promotion = complete(reads);
  return promotion === undefined || faults.length > 0 ? { ok: false, faults } : { ok: true, promotion };
}

/** Every input, each read with what the others say as far as that is known. */
function readAll(given: Given) {
  const sources = readSources(given);
  const sourceRegion = readSourceRegion(given);
  const partition = sourceRegion.value?.partition;
  const home = readHomeAccount(given);
  const accounts = readAccounts(given, home.value);
  const owners = accounts.value ?? [];
  const regions = readRegions(given, partition);
  const facts = { sources: sources.value ?? [], regions: regions.value ?? [] };
  return {
    sources,
    sourceRegion,
    home,
    accounts,
    regions,
    roles: readRoles(given, home.value, owners, partition),
    oidcAudience: readAudience(given, partition),
    key: readKey(given, { accounts: owners, regions: facts.regions, partition }),
    name: readName(given, facts),
    description: readDescription(given, facts),
    tags: readTags(given),
    copyTags: readCopyTags(given),
    consumers: readConsumers(given, owners, partition),
    waitMinutes: readWaitMinutes(given),
    pollSeconds: readPollSeconds(given),
  };
}

/** The promotion, once every input says something; each undefined value has its fault. */
function complete(reads: ReturnType<typeof readAll>): Promotion | undefined {
  const { sources, sourceRegion, roles, regions, oidcAudience, key, name, description } = reads;
  const { tags, copyTags, consumers, waitMinutes, pollSeconds } = reads;
  if (
    sources.value === undefined ||
    sourceRegion.value === undefined ||
    roles.value === undefined ||
    regions.value === undefined ||
    oidcAudience.value === undefined ||
    key.value === undefined ||
    name.value === undefined ||
    description.value === undefined ||
    tags.value === undefined ||
    copyTags.value === undefined ||
    consumers.value === undefined ||
    waitMinutes.value === undefined ||
    pollSeconds.value === undefined
  ) {
    return undefined;
  }
  return {
    sources: sources.value,
    home: roles.value.home,
    sourceRegion: sourceRegion.value.region,
    owners: roles.value.owners,
    regions: regions.value,
    key: key.value,
    name: name.value,
    description: description.value.template,
    tags: tags.value,
    copyTags: copyTags.value,
    consumers: consumers.value,
    oidcAudience: oidcAudience.value,
    waitMinutes: waitMinutes.value,
    pollSeconds: pollSeconds.value,
  };
}
