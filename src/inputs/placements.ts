import type { Fault } from '../model/fault.ts';
import type { Principal, Tags } from '../model/image.ts';
import type { Partition } from '../model/partition.ts';
import type { Owner, Placement } from '../model/promotion.ts';
import type { Given } from './given.ts';
import { judged } from './judged.ts';
import { readKey } from './key.ts';
import type { NamedSource } from './named-source.ts';
import { mostParticular, type RefinedPlace } from './place.ts';
import { type Read, read } from './read.ts';
import type { WantedRegion } from './regions.ts';
import { saidBy } from './said.ts';
import { crowdComplaint, readTags } from './tags.ts';
import type { Refinements } from './targets.ts';
import { readName } from './template.ts';
import { twinFaults } from './twins.ts';

/** What the placements are made of, as far as it is known. */
export interface PlacementFacts {
  readonly sources: readonly NamedSource[];
  readonly owners: readonly Owner[];
  readonly regions: readonly WantedRegion[];
  readonly partition: Partition | undefined;
  /** Undefined when the targets file could not be read: then nobody knows what holds where. */
  readonly refinements: Refinements | undefined;
  /** Of the flat inputs. */
  readonly consumers: readonly Principal[];
}

/** Owner × Region, and what holds there: the flat inputs, then the account's refinement, then that of its Region. */
export function readPlacements(given: Given, facts: PlacementFacts): Read<readonly Placement[]> {
  const places = placesOf(facts);
  const flat = { key: saidBy(given, 'kms-key'), name: saidBy(given, 'name'), tags: saidBy(given, 'tags') };
  const refinements = [...new Set(places.flatMap((place) => place.refinements))];
  const keys = judged(
    [flat.key, ...refinements.map(({ key }) => key)],
    places,
    (place) => mostParticular(place, ({ key }) => key) ?? flat.key,
    (said, where) => readKey(said, { ...extentOf(where), partition: facts.partition }),
  );
  const names = judged(
    [flat.name, ...refinements.map(({ name }) => name)],
    places,
    (place) => mostParticular(place, ({ name }) => name) ?? flat.name,
    (said, where) => readName(said, { sources: facts.sources, regions: extentOf(where).regions }),
  );
  const tags = flat.tags === undefined ? read({}) : readTags(flat.tags);
  const placements = places.flatMap((place) => {
    const key = keys.at(place);
    const name = names.at(place);
    return key === undefined || name === undefined
      ? []
      : {
          owner: place.owner,
          region: place.region,
          required: place.required,
          key,
          name,
          tags: tagsAt(place, tags.value),
          consumers: mostParticular(place, ({ consumers }) => consumers)?.list ?? facts.consumers,
        };
  });
  const crowds = crowdFaults(places, tags.value);
  return read(placements, [
    ...keys.faults,
    ...names.faults,
    ...tags.faults,
    ...crowds,
    ...twinFaults(places),
  ]);
}

function placesOf({ owners, regions, refinements }: PlacementFacts): readonly RefinedPlace[] {
  if (refinements === undefined) {
    return [];
  }
  return owners.flatMap((owner) => {
    const account = refinements.get(owner.id);
    return regions.map(({ region, required }) => {
      const own = [account?.regions.get(region), account].flatMap((one) => one ?? []);
      const optional = own.find((one) => one.optional !== undefined)?.optional ?? !required;
      return { owner, region, required: !optional, refinements: own };
    });
  });
}

function tagsAt({ refinements }: RefinedPlace, flat: Tags = {}): Tags {
  let tags = flat;
  for (const refinement of refinements.toReversed()) {
    if (refinement.tags !== undefined) {
      tags = refinement.tags.over === undefined ? {} : { ...tags, ...refinement.tags.over };
    }
  }
  return tags;
}

/** Tags that are too many only together; each text alone was judged before. */
function crowdFaults(places: readonly RefinedPlace[], flat: Tags | undefined): readonly Fault[] {
  const faults = new Map<unknown, Fault>();
  for (const place of places) {
    const refined = mostParticular(place, ({ tags }) => tags);
    const complaint = crowdComplaint(Object.keys(tagsAt(place, flat)).length);
    const isOwn = crowdComplaint(Object.keys(refined?.over ?? {}).length) !== undefined;
    const isFlat = crowdComplaint(Object.keys(flat ?? {}).length) !== undefined;
    if (refined !== undefined && complaint !== undefined && !isOwn && !isFlat) {
      const problem = `${complaint.problem} together with those that it is merged over`;
      faults.set(refined, refined.fault('', { ...complaint, problem }));
    }
  }
  return [...faults.values()];
}

/** Accounts and Regions of some places, each once. */
function extentOf(places: readonly RefinedPlace[]) {
  return {
    accounts: [...new Set(places.map(({ owner }) => owner.id))],
    regions: [...new Set(places.map(({ region }) => region))],
  };
}
