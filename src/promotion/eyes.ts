import { compareAtGate } from '../aspects/gate.ts';
import { type Failed, isFailure } from '../model/failure.ts';
import { placeName } from '../model/image.ts';
import { type Promotion, placeOf } from '../model/promotion.ts';
import { ConsumerObserver } from './consumer.ts';
import { merge, noAttempts, Observer } from './observe.ts';
import type { Ports } from './ports.ts';
import { checkRegions } from './regions.ts';
import type { Work } from './work.ts';

/**
 * Those who look at a gate: the owners' roles, and the consumer's where one is named. They remember what is read once for
 * all: accounts' Regions, keys, and what was tried out; new eyes forget it.
 */
export class Eyes {
  readonly owners: Observer;
  readonly #consumer: ConsumerObserver | undefined;
  readonly #ports: Ports;

  constructor(promotion: Promotion, ports: Ports) {
    const { aws, clock, consumer: asConsumer } = ports;
    const { consumer } = promotion;
    this.#ports = ports;
    this.owners = new Observer(aws, clock, promotion);
    this.#consumer = consumer && asConsumer && new ConsumerObserver(consumer, asConsumer, aws, promotion);
  }

  /**
   * One look at every place of some works, then one as the consumer at what is there. What differs, and what could not be
   * read, is in the works; raises defects and interruptions only.
   */
  async look(works: readonly Work[]): Promise<void> {
    for (const work of works) {
      work.problems = [];
    }
    const places = Map.groupBy(works, ({ target }) => placeName(placeOf(target)));
    await Promise.all([...places.values()].map((here) => this.#attempt(here, () => this.#lookAt(here))));
    if (this.#consumer !== undefined) {
      const regions = Map.groupBy(works.filter(isThere), ({ target }) => target.region);
      await Promise.all(
        [...regions].map(([region, some]) => this.#attempt(some, () => this.#lookAsConsumer(region, some))),
      );
    }
    for (const work of works) {
      work.differences = work.seen === undefined ? [] : compareAtGate(work.target, work.seen);
    }
  }

  async #lookAt(here: readonly Work[]): Promise<void> {
    const targets = here.map(({ target }) => target);
    const [first] = targets;
    if (first === undefined) {
      return;
    }
    const place = placeOf(first);
    checkRegions(first, undefined, await this.owners.regions(first.owner.id));
    const findings = await this.owners.find(place, targets);
    // A source image carries no tag of ours to be found by: in its own place it is read again by its id.
    const ids = here.flatMap(({ seen }) => (seen?.chosen?.inPlace === true ? [seen.chosen.image.id] : []));
    const again = ids.length === 0 ? [] : await this.#ports.aws.images(place, { by: 'id', ids });
    await Promise.all(
      here.map(async (work) => {
        const finding = findings.get(work.target) ?? work.finding;
        work.finding = { ...finding, images: merge(finding.images, again) };
        work.seen = await this.owners.look(work.target, work.finding, noAttempts, undefined);
      }),
    );
  }

  async #lookAsConsumer(region: string, works: readonly Work[]): Promise<void> {
    const shown = works.flatMap(({ seen }) => seen?.chosen ?? []);
    const views = await this.#consumer?.look(region, shown);
    for (const work of works) {
      const id = work.seen?.chosen?.image.id ?? '';
      work.seen = work.seen && { ...work.seen, consumer: views?.get(id) };
    }
  }

  /** What could not be read is in the way of all that it was read for. */
  async #attempt(works: readonly Work[], look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      const { failure, others } = failedIn(error);
      this.#ports.reporter.trace(error);
      for (const work of works) {
        work.meets([failure, ...others]);
      }
    }
  }
}

/** What failed; raises again what is no failure of AWS's, and an interruption. */
export function failedIn(error: unknown): Failed {
  if (isFailure(error)) {
    return error;
  }
  throw error;
}

function isThere({ seen, problems }: Work): boolean {
  return problems.length === 0 && seen?.chosen?.image.state === 'available';
}
