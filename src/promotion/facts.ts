import { becomesPublic } from '../aspects/unshareable.ts';
import { isFailure } from '../model/failure.ts';
import { type Image, type Key, placeName } from '../model/image.ts';
import type { AllowedImages, Fact, Facts } from '../model/observation.ts';
import { type Promotion, placeOf, type Target } from '../model/promotion.ts';
import { Once } from './once.ts';
import type { Aws } from './ports.ts';

/**
 * Reads the settings and limits that what is still missing at a target would meet, and nothing for targets that
 * need no write. Each is asked for once in a run: of an owner's Region, or of the source as an owner sees it. One
 * that may not be read is told as that: a check that cannot be made is no reason to refuse.
 */
export class FactFinder {
  readonly #aws: Aws;
  readonly #mode: Promotion['mode'];
  readonly #publicSharing = new Once<Fact<'allowed' | 'blocked'>>();
  readonly #allowedImages = new Once<Fact<AllowedImages>>();
  readonly #pendingImages = new Once<Fact<number>>();
  readonly #sourceKeys = new Once<Fact<Key>>();

  /** A plan may be made by another role than the one that will copy; where nothing will be copied, nothing is met. */
  constructor(aws: Aws, mode: Promotion['mode']) {
    this.#aws = aws;
    this.#mode = mode;
  }

  /** `image` is what the target holds, its copy under way included. */
  async read(target: Target, image: Image | undefined): Promise<Facts> {
    if (this.#mode === 'verify') {
      return noFacts;
    }
    const place = placeOf(target);
    const here = placeName(place);
    const atSource = { account: place.account, region: target.source.image.region };
    const isMissing = image === undefined;
    const [publicSharing, allowedImages, pendingImages, sourceKeys] = await Promise.all([
      becomesPublic(target) && !(image?.state === 'available' && image.isPublic)
        ? this.#publicSharing.get(here, () => factOf(this.#aws.publicSharing(place)))
        : undefined,
      isMissing && target.pull !== undefined
        ? this.#allowedImages.get(placeName(atSource), () => factOf(this.#aws.allowedImages(atSource)))
        : undefined,
      isMissing ? this.#pendingImages.get(here, () => factOf(this.#aws.pendingImages(place))) : undefined,
      isMissing ? this.#keysOf(target, atSource) : [],
    ]);
    const saysNothing = ([, fact]: readonly [string, Fact<Key>]) =>
      this.#mode === 'plan' && 'failure' in fact && fact.failure.kind === 'permission';
    return {
      publicSharing,
      allowedImages,
      pendingImages,
      sourceKeys: new Map(sourceKeys.filter((key) => !saysNothing(key))),
      unreadKeys: sourceKeys
        .filter(saysNothing)
        .flatMap(([, fact]) => ('failure' in fact ? [fact.failure] : [])),
    };
  }

  /** The source's keys as the role sees them that copies; those that the home role has looked at are known. */
  async #keysOf(
    target: Target,
    atSource: { readonly account: string; readonly region: string },
  ): Promise<readonly [string, Fact<Key>][]> {
    const arns = new Set(target.source.snapshots.flatMap(({ keyArn }) => keyArn ?? []));
    const isManaged = [...target.source.keys.values()].some(({ manager }) => manager === 'AWS');
    return Promise.all(
      [...(isManaged ? [] : arns)].map(
        async (arn): Promise<[string, Fact<Key>]> => [
          arn,
          await this.#sourceKeys.get(`${atSource.account} ${arn}`, () =>
            factOf(knownAtHome(target, arn) ?? this.#aws.key(atSource, arn)),
          ),
        ],
      ),
    );
  }
}

const noFacts: Facts = {
  publicSharing: undefined,
  allowedImages: undefined,
  sourceKeys: new Map(),
  unreadKeys: [],
  pendingImages: undefined,
};

function knownAtHome({ pull, source }: Target, arn: string): Promise<Key> | undefined {
  const key = pull === undefined ? source.keys.get(arn) : undefined;
  return key && Promise.resolve(key);
}

/** What is read, or the failure to; a cancellation is raised. */
export async function factOf<T>(reading: Promise<T>): Promise<Fact<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (isFailure(error)) {
      return { failure: error.failure };
    }
    throw error;
  }
}
