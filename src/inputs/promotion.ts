import type { Fault } from '../model/fault.ts';
import type { Promotion } from '../model/promotion.ts';
import { readAccounts, readHomeAccount } from './accounts.ts';
import { readApprovedPlan } from './approved-plan.ts';
import { readMode, readPreflightFailures, readRollbackOn, readSharing } from './choices.ts';
import { readConsumerRole } from './consumer-role.ts';
import { readShareWith } from './consumers.ts';
import { inputNames } from './contract.ts';
import { type AmbientFacts, readIdentity } from './credentials.ts';
import type { ReadFile } from './files.ts';
import { type Given, readGiven } from './given.ts';
import { type Notifying, readNotices } from './notices.ts';
import { readCompletionMinutes, readPollSeconds, readWaitMinutes } from './numbers.ts';
import { readPlacements } from './placements.ts';
import type { Read } from './read.ts';
import { readRegions, readSourceRegion } from './regions.ts';
import { everyone, readPublic, readShareSnapshots } from './sharing.ts';
import { readSources } from './source.ts';
import { placeSources, regionInFiles } from './source-places.ts';
import { readSwitch } from './switches.ts';
import { readSourceTags } from './tags.ts';
import { readTargets } from './targets.ts';
import { readDescription } from './template.ts';

export type Parsing =
  | ({ readonly ok: true; readonly promotion: Promotion } & Telling)
  | ({ readonly ok: false; readonly faults: readonly Fault[] } & Telling);

/** What GitHub is told, and how, as far as the inputs say so: of faults it is told too. */
interface Telling {
  readonly mode: Promotion['mode'] | undefined;
  readonly notifying: Notifying | undefined;
}

/** What is read beside the inputs. */
export interface Surroundings extends AmbientFacts {
  readonly readFile: ReadFile;
}

/**
 * The promotion that the inputs ask for, with every default decided, or every fault of every input and file at
 * once, in the order of the inputs, so that one run shows all there is to mend. `raw` holds the inputs by name as
 * the runner handed them over; one that is missing has its default. Asks AWS nothing, and never throws, whatever
 * inputs and files hold.
 */
export function parsePromotion(raw: Readonly<Record<string, string>>, surroundings: Surroundings): Parsing {
  const { given, faults: ofNames } = readGiven(raw);
  const reads = readAll(given, surroundings);
  const faults = [...ofNames, ...Object.values(reads).flatMap((one: Read<unknown>) => one.faults)];
  const promotion = complete(reads);
  const notifying = reads.notices.faults.length === 0 ? reads.notices.value?.notifying : undefined;
  const telling = { mode: reads.mode.value, notifying };
  return promotion === undefined || faults.length > 0
    ? { ok: false, faults: faults.toSorted((a, b) => orderOf(a) - orderOf(b)), ...telling }
    : { ok: true, promotion, ...telling };
}

/** Inputs that do not exist come first. */
function orderOf({ input }: Fault): number {
  const names: readonly string[] = inputNames;
  return names.indexOf(input);
}

/** Every input, each read with what the others say as far as that is known. */
function readAll(given: Given, { readFile, ...environment }: Surroundings) {
  const mode = readMode(given);
  const home = readHomeAccount(given);
  const named = readSources(given, readFile);
  const sourceRegion = readSourceRegion(given, regionInFiles(named, home.value));
  const partition = sourceRegion.value?.partition;
  const sources = placeSources(named.value ?? [], {
    home: home.value,
    region: sourceRegion.value?.region,
    isGate: mode.value === 'verify',
  });
  const accounts = readAccounts(given, home.value);
  const regions = readRegions(given, partition);
  const targets = readTargets(given, readFile, { home: home.value, accounts, regions, partition });
  const owners = accounts.value ?? [];
  const roleOf = (account: string) => targets.value?.get(account)?.role;
  const identity = readIdentity(
    given,
    { home: home.value, accounts: owners, partition, roleOf },
    environment,
  );
  const shareWith = readShareWith(given, { owners, partition });
  const facts = { sources: named.value ?? [], regions: regions.value ?? [] };
  const placements = readPlacements(given, {
    ...facts,
    owners: identity.value?.owners ?? owners.map((account) => ({ ...account, roleArn: undefined })),
    partition,
    refinements: targets.value,
    consumers: shareWith.value ?? [],
  });
  return {
    mode,
    named,
    sources,
    requireSourceTags: readSourceTags(given),
    sourceRegion,
    home,
    approvedPlan: readApprovedPlan(given, readFile),
    accounts,
    regions,
    targets,
    identity,
    consumer: readConsumerRole(given, partition),
    placements,
    completion: readCompletionMinutes(given),
    description: readDescription(given, {
      sources: facts.sources,
      regions: facts.regions.map(({ region }) => region),
    }),
    copyTags: readSwitch('copy-tags', given),
    shareWith,
    sharing: readSharing(given),
    shareSnapshots: readShareSnapshots(given, shareWith, targets),
    isPublic: readPublic(given, owners, placements.value ?? []),
    keepSourceAccess: readSwitch('keep-source-access', given),
    waitMinutes: readWaitMinutes(given),
    pollSeconds: readPollSeconds(given),
    preflightFailures: readPreflightFailures(given),
    rollbackOn: readRollbackOn(given),
    notices: readNotices(given),
  };
}

/** The promotion, once every input says something; each undefined value has its fault. */
function complete(reads: ReturnType<typeof readAll>): Promotion | undefined {
  const { mode, sources, sourceRegion, approvedPlan, identity, placements, completion, description } = reads;
  const { consumer, sharing, keepSourceAccess, rollbackOn, requireSourceTags } = reads;
  const { copyTags, shareSnapshots, isPublic, waitMinutes, pollSeconds, preflightFailures } = reads;
  if (
    mode.value === undefined ||
    sources.value === undefined ||
    requireSourceTags.value === undefined ||
    sourceRegion.value === undefined ||
    approvedPlan.value === undefined ||
    identity.value === undefined ||
    consumer.value === undefined ||
    placements.value === undefined ||
    completion.value === undefined ||
    description.value === undefined ||
    copyTags.value === undefined ||
    sharing.value === undefined ||
    keepSourceAccess.value === undefined ||
    rollbackOn.value === undefined ||
    shareSnapshots.value === undefined ||
    isPublic.value === undefined ||
    waitMinutes.value === undefined ||
    pollSeconds.value === undefined ||
    preflightFailures.value === undefined
  ) {
    return undefined;
  }
  const additional = isPublic.value ? [everyone] : [];
  return {
    mode: mode.value,
    sources: sources.value,
    requireSourceTags: requireSourceTags.value,
    home: identity.value.home,
    sourceRegion: sourceRegion.value.region,
    owners: identity.value.owners,
    consumer: consumer.value.consumer,
    credentials: identity.value.credentials,
    placements: placements.value.map((placement) => ({
      ...placement,
      consumers: [...placement.consumers, ...additional],
    })),
    description: description.value.template,
    copyTags: copyTags.value,
    completionMinutes: completion.value.minutes,
    sharing: sharing.value,
    keepSourceAccess: keepSourceAccess.value,
    rollbackOn: rollbackOn.value,
    shareSnapshots: shareSnapshots.value,
    preflightFailures: preflightFailures.value,
    approvedPlan: approvedPlan.value.plan,
    waitMinutes: waitMinutes.value,
    pollSeconds: pollSeconds.value,
  };
}
