import { isUnder } from '../aspects/encrypted.ts';
import { remainsOf } from '../aspects/remains.ts';
import {
  attemptOf,
  choose,
  idsOfSource,
  isDead,
  isSource,
  originByLineage,
  type Relatives,
  sort,
} from '../aspects/selection.ts';
import { isFailure } from '../model/failure.ts';
import { type Image, type Key, type Place, placeName, type Snapshot, snapshotIdsOf } from '../model/image.ts';
import type { Attempts, Chosen, Observation } from '../model/observation.ts';
import { partitionOf } from '../model/partition.ts';
import { type Promotion, placeOf, type Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import type { Door } from './door.ts';
import { FactFinder } from './facts.ts';
import { Once } from './once.ts';
import type { Aws, Clock } from './ports.ts';
import { RelativeFinder } from './relatives.ts';
import { together } from './together.ts';

/** The images of a place that may matter to a target, as they were read last. */
export interface Finding {
  readonly images: readonly Image[];
  readonly namesakes: readonly Image[];
  readonly relatives: Relatives;
  /** Those of ours, whether or not an image lists them; as they were at the first look. */
  readonly snapshots: readonly Snapshot[];
}

export const noAttempts: Attempts = {
  made: 0,
  asks: 0,
  asked: undefined,
  watched: undefined,
  removed: [],
  untidied: new Map(),
};

/** Reads what the comparison needs, and nothing twice: facts of a place are asked for once in a run. */
export class Observer {
  readonly #aws: Aws;
  readonly #clock: Clock;
  /** Nothing will be copied, so nothing is read that only a copy would meet. */
  readonly #isGate: boolean;
  readonly #keys = new Once<Key>();
  readonly #encryptsByDefault = new Once<boolean>();
  readonly #relatives: RelativeFinder;
  readonly #regions = new Once<ReadonlyMap<string, boolean>>();
  readonly #facts: FactFinder;

  constructor(aws: Aws, clock: Clock, { home, mode }: Promotion) {
    this.#aws = aws;
    this.#clock = clock;
    this.#relatives = new RelativeFinder(aws, home.id, () => this.regions(home.id));
    this.#isGate = mode === 'verify';
    this.#facts = new FactFinder(aws, mode);
  }

  /** The Regions of an account, with whether they are enabled there. */
  regions(account: string): Promise<ReadonlyMap<string, boolean>> {
    return this.#regions.get(account, () => this.#aws.regions(account));
  }

  /**
   * What a place holds of all its targets: one look by origin for all of them; by name and by parent only
   * for those where nothing live is ours, because only those may need a copy. Meanwhile their keys are resolved.
   */
  async find(place: Place, targets: readonly Target[]): Promise<ReadonlyMap<Target, Finding>> {
    const origins = [...new Set(targets.map((target) => target.source.origin))];
    const keys = Promise.allSettled(targets.map((target) => this.key(target)));
    const [found, snapshots] = await together([
      this.#aws.images(place, { by: 'origin', origins }),
      this.#aws.snapshots(place, { by: 'origin', origins }),
    ]);
    const relatives = await this.#relatives.read(found, targets);
    const bare = targets.filter((target) => {
      if (this.#isGate) {
        return false;
      }
      const { ours } = sort(found, target, relatives, noAttempts);
      return choose(ours, noAttempts) === undefined;
    });
    const names = [...new Set(bare.map((target) => target.name))];
    const parents = [...new Set(bare.flatMap(idsOfSource))];
    const [namesakes, children] =
      bare.length === 0
        ? [[], []]
        : await together([
            this.#aws.images(place, { by: 'name', names }),
            this.#aws.images(place, { by: 'parent', ids: parents }),
          ]);
    await keys;
    return new Map(
      targets.map((target) => [
        target,
        {
          images: merge(found, children),
          namesakes: namesakes.filter((image) => bare.includes(target) && image.name === target.name),
          relatives,
          snapshots,
        },
      ]),
    );
  }

  /** Everything else that is to be known of a target now, given the images that were found. */
  async look(
    target: Target,
    finding: Finding,
    attempts: Attempts,
    door: Door | undefined,
  ): Promise<Observation> {
    const at = this.#clock.now();
    const { key, keyProblem } = await this.#keyOf(target);
    const sorted = sort(finding.images, target, finding.relatives, attempts);
    const image =
      keyProblem === undefined && this.#isInPlace(target, key)
        ? (finding.images.find(({ id }) => id === target.source.image.id) ?? target.source.image)
        : choose(sorted.ours, attempts);
    const needsSource = door !== undefined && image?.state !== 'available';
    const [chosen, encryptsByDefault, sourceAccess, sourceSeen, facts] = await together([
      image === undefined ? undefined : this.#readChosen(target, image, finding),
      image === undefined && target.key.kind === 'none' && !this.#isGate
        ? this.#encryptsByDefault.get(placeName(placeOf(target)), () =>
            this.#aws.encryptsByDefault(placeOf(target)),
          )
        : undefined,
      needsSource ? door.access() : undefined,
      needsSource && image === undefined ? door.seenBy(target.owner.id) : undefined,
      this.#facts.read(target, image),
    ]);
    return {
      at,
      ...sorted,
      remains: remainsOf(target, { ...sorted, images: finding.images }, finding.snapshots, image, attempts),
      namesakes: finding.namesakes,
      chosen,
      key,
      keyProblem,
      encryptsByDefault,
      sourceAccess,
      sourceSeen,
      facts,
      attempts,
      consumer: undefined,
    };
  }

  /**
   * The source is itself the image at its own place, if it carries the wanted name under the wanted key; at a gate also one
   * that somebody disabled.
   */
  #isInPlace(target: Target, key: Key | undefined): boolean {
    const { image, snapshots } = target.source;
    return (
      target.owner.id === image.account &&
      target.region === image.region &&
      target.name === image.name &&
      (this.#isGate || image.state === 'available') &&
      snapshots.every((snapshot) => isUnder(snapshot, key?.arn))
    );
  }

  /** The wanted key as the target's Region knows it; `ebs-default` becomes the key that it is. */
  async key(target: Target): Promise<Key | undefined> {
    const { key } = target;
    if (key.kind === 'none') {
      return undefined;
    }
    const place = placeOf(target);
    return this.#keys.get(placeName(place), async () => {
      const id =
        key.kind === 'ebs-default'
          ? await this.#aws.ebsDefaultKeyId(place)
          : key.key
              .replaceAll('{account}', place.account)
              .replaceAll('{region}', place.region)
              .replaceAll('{partition}', partitionOf(place.region)?.id ?? 'aws');
      return this.#aws.key(place, id);
    });
  }

  /** The same, or why it cannot be had: the rest of the target is looked at all the same. */
  async #keyOf(target: Target): Promise<Pick<Observation, 'key' | 'keyProblem'>> {
    try {
      return { key: await this.key(target), keyProblem: undefined };
    } catch (error) {
      if (isFailure(error)) {
        return { key: undefined, keyProblem: error.failure };
      }
      throw error;
    }
  }

  async #readChosen(target: Target, image: Image, { relatives, snapshots: known }: Finding): Promise<Chosen> {
    const place = placeOf(target);
    const facts = {
      image,
      inPlace: isSource(image, target),
      lineageKnown: originByLineage(image, target, relatives) === 'same',
    };
    if (image.state === 'available') {
      const ids = snapshotIdsOf(image);
      const wantsHolders = target.shareSnapshots || target.sharing === 'exact';
      const [snapshots, permissions, ...holders] = await together([
        this.#snapshots(place, ids, known),
        this.#aws.launchPermissions(place, image.id),
        ...(wantsHolders ? ids : []).map((id) => this.#holdersOf(place, id)),
      ]);
      const snapshotPermissions = wantsHolders ? new Map(holders) : undefined;
      return { ...facts, snapshots, permissions, snapshotPermissions };
    }
    const snapshots = isDead(image) ? await this.#leftBehind(place, image) : [];
    return { ...facts, snapshots, permissions: undefined, snapshotPermissions: undefined };
  }

  /** Those of an image: at the first look they are known already, because they carry our tags. */
  async #snapshots(
    place: Place,
    ids: readonly string[],
    known: readonly Snapshot[],
  ): Promise<readonly Snapshot[]> {
    const found = known.filter(({ id, state }) => ids.includes(id) && state === 'completed');
    return found.length === ids.length ? found : this.#aws.snapshots(place, { by: 'id', ids });
  }

  async #holdersOf(place: Place, snapshotId: string): Promise<[string, readonly string[]]> {
    return [snapshotId, await this.#aws.volumePermissions(place, snapshotId)];
  }

  /** A failed image lists no snapshots; ours are found by the tags that they share with it. */
  async #leftBehind(place: Place, image: Image): Promise<readonly Snapshot[]> {
    const origin = image.tags[ownTags.source];
    if (origin === undefined) {
      return [];
    }
    const snapshots = await this.#aws.snapshots(place, { by: 'origin', origins: [origin] });
    return snapshots.filter((snapshot) => Number(snapshot.tags[ownTags.attempt]) === attemptOf(image));
  }
}

/** Newer reads replace older ones of the same image. */
export function merge(before: readonly Image[], now: readonly Image[]): readonly Image[] {
  return [...new Map([...before, ...now].map((image) => [image.id, image])).values()];
}
