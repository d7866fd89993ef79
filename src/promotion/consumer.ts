import type { Failure } from '../model/failure.ts';
import type { Image, Place, Snapshot } from '../model/image.ts';
import {
  type AllowedImages,
  type ConsumerView,
  type Fact,
  type KeyDenial,
  keyUses,
} from '../model/observation.ts';
import type { Consumer, Promotion } from '../model/promotion.ts';
import { factOf } from './facts.ts';
import { Once } from './once.ts';
import type { Aws, ConsumerAws } from './ports.ts';

/** An image as its owner sees it, and its snapshots. */
export interface Shown {
  readonly image: Image;
  readonly snapshots: readonly Snapshot[];
}

/**
 * Looks at images as the consumer: what it sees is asked at each look, in one call for all images of a Region; what it may
 * do is tried out once, and again only where it was refused.
 */
export class ConsumerObserver {
  readonly #consumer: Consumer;
  readonly #eyes: ConsumerAws;
  readonly #aws: Aws;
  readonly #accounts: readonly string[];
  readonly #regions = new Once<ReadonlyMap<string, boolean>>();
  readonly #policies = new Once<Fact<string>>();
  readonly #passed = new Set<string>();

  constructor(consumer: Consumer, eyes: ConsumerAws, aws: Aws, { home, owners }: Promotion) {
    this.#consumer = consumer;
    this.#eyes = eyes;
    this.#aws = aws;
    this.#accounts = [home, ...owners].map(({ id }) => id);
  }

  /** What the consumer's role sees of some images of a Region, by id; raises `Failed` where it may not even look. */
  async look(region: string, shown: readonly Shown[]): Promise<ReadonlyMap<string, ConsumerView>> {
    const { id: account, roleArn: role } = this.#consumer;
    const place = { account, region };
    const regions = await this.#regions.get(account, () => this.#eyes.regions(account));
    if (regions.get(region) !== true) {
      const view = { role, account, hasRegion: false, isVisible: false, ...nothingAsked };
      return new Map(shown.map(({ image }) => [image.id, view]));
    }
    const ids = shown.map(({ image }) => image.id);
    const seen = ids.length === 0 ? [] : await this.#eyes.images(place, { by: 'id', ids });
    const allowed = new Once<Fact<AllowedImages>>();
    const trials = new Once<Failure | undefined>();
    const views = await Promise.all(
      shown.map(async ({ image, snapshots }): Promise<[string, ConsumerView]> => {
        const isVisible = seen.some(({ id, state }) => id === image.id && state === 'available');
        const common = { role, account, hasRegion: true, isVisible };
        if (!isVisible) {
          const allowedImages = await allowed.get(region, () => factOf(this.#eyes.allowedImages(place)));
          return [image.id, { ...common, ...nothingAsked, allowedImages }];
        }
        const [launch, keys] = await Promise.all([
          this.#try(trials, `launch ${image.id}`, () => this.#eyes.rehearseLaunch(place, image)),
          this.#tryKeys(trials, place, snapshots),
        ]);
        return [image.id, { ...common, allowedImages: undefined, launch, keys }];
      }),
    );
    return new Map(views);
  }

  async #tryKeys(
    asked: Once<Failure | undefined>,
    place: Place,
    snapshots: readonly Snapshot[],
  ): Promise<readonly KeyDenial[]> {
    const arns = [...new Set(snapshots.flatMap(({ keyArn }) => keyArn ?? []))];
    const trials = arns.flatMap((keyArn) => keyUses.map((use) => ({ keyArn, use })));
    const denials = await Promise.all(
      trials.map(async ({ keyArn, use }): Promise<readonly KeyDenial[]> => {
        const failure = await this.#try(asked, `${use} ${keyArn}`, () =>
          this.#eyes.rehearseKeyUse(place, keyArn, use),
        );
        return failure === undefined ? [] : [{ keyArn, use, failure, policy: await this.#policyOf(keyArn) }];
      }),
    );
    return denials.flat();
  }

  /** Only the account that owns a key may read its policy. */
  async #policyOf(keyArn: string): Promise<Fact<string> | undefined> {
    const [, , , region = '', account = ''] = keyArn.split(':');
    return this.#accounts.includes(account)
      ? this.#policies.get(keyArn, () => factOf(this.#aws.keyPolicy({ account, region }, keyArn)))
      : undefined;
  }

  /** Why a trial did not pass, asked once in a look; one that passed is not made again. */
  async #try(
    asked: Once<Failure | undefined>,
    name: string,
    trial: () => Promise<void>,
  ): Promise<Failure | undefined> {
    if (this.#passed.has(name)) {
      return undefined;
    }
    const fact = await asked.get(name, async () => {
      const answer = await factOf(trial());
      return 'failure' in answer ? answer.failure : undefined;
    });
    if (fact === undefined) {
      this.#passed.add(name);
    }
    return fact;
  }
}

const nothingAsked = { allowedImages: undefined, launch: undefined, keys: [] } as const;
