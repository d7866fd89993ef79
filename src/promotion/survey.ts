import { compare } from '../aspects/compare.ts';
import { placeName } from '../model/image.ts';
import { placeOf, type Target } from '../model/promotion.ts';
import { look } from './converge.ts';
import type { Door } from './door.ts';
import { nextStep } from './next-step.ts';
import type { Observer } from './observe.ts';
import { checkRegions } from './regions.ts';
import type { Work } from './work.ts';

/**
 * Step 1: observes and compares every target, all places at once, each on one look for all its images. What is
 * impossible is noted on the target's work; what could not be read is told to `block`.
 */
export async function survey(
  works: readonly Work[],
  observer: Observer,
  doorOf: (target: Target) => Door | undefined,
  block: (works: readonly Work[], error: unknown) => void,
): Promise<void> {
  const places = Map.groupBy(works, ({ target }) => placeName(placeOf(target)));
  await Promise.all([...places.values()].map((here) => surveyPlace(here)));

  async function surveyPlace(here: readonly Work[]): Promise<void> {
    const targets = here.map(({ target }) => target);
    const [first] = targets;
    if (first === undefined) {
      return;
    }
    try {
      const pulledFrom = first.pull === undefined ? undefined : first.source.image.region;
      checkRegions(first, pulledFrom, await observer.regions(first.owner.id));
      const findings = await observer.find(placeOf(first), targets);
      await Promise.all(here.map((work) => firstLook(work, findings.get(work.target))));
    } catch (error) {
      block(here, error);
    }
  }

  async function firstLook(work: Work, finding: Work['finding'] | undefined): Promise<void> {
    work.finding = finding ?? work.finding;
    try {
      await look(work, { observer, door: doorOf(work.target) });
    } catch (error) {
      block([work], error);
      return;
    }
    work.differences = work.seen === undefined ? [] : compare(work.target, work.seen);
    const image = work.seen?.chosen?.image;
    if (image !== undefined && image.state !== 'available') {
      work.did('adopted');
    }
    const step = nextStep(work.differences);
    if (step.kind === 'never') {
      work.meets([step.failure, ...step.others]);
    }
  }
}
