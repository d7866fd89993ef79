import { idsOfSource, type Relative, type Relatives } from '../aspects/selection.ts';
import type { Image } from '../model/image.ts';
import { asOrigin } from '../model/origin.ts';
import type { Target } from '../model/promotion.ts';
import { ownTags } from '../model/tags.ts';
import { Once } from './once.ts';
import type { Aws } from './ports.ts';

/** Finds out of which origin the images are that copies name as their parents, each once in a run. */
export class RelativeFinder {
  readonly #aws: Aws;
  readonly #home: string;
  readonly #regionsOfHome: () => Promise<ReadonlyMap<string, boolean>>;
  readonly #parents = new Once<readonly Image[]>();

  constructor(aws: Aws, home: string, regionsOfHome: () => Promise<ReadonlyMap<string, boolean>>) {
    this.#aws = aws;
    this.#home = home;
    this.#regionsOfHome = regionsOfHome;
  }

  /** The parents that are not the targets' sources, as far as the home account can see them. */
  async read(images: readonly Image[], targets: readonly Target[]): Promise<Relatives> {
    const known = new Set(targets.flatMap(idsOfSource));
    const unknown = images.flatMap(({ lineage }) =>
      lineage === undefined || known.has(lineage.imageId) ? [] : [lineage],
    );
    const parents = await Promise.all(unknown.map((parent) => this.#parent(parent)));
    return new Map(
      parents
        .flat()
        .filter(({ account }) => account === this.#home)
        .map((parent) => [parent.id, relativeOf(parent, targets)]),
    );
  }

  /** An image of the home account, as far as that account has its Region. */
  async #parent({ imageId, region }: NonNullable<Image['lineage']>): Promise<readonly Image[]> {
    const place = { account: this.#home, region };
    return this.#parents.get(`${imageId} ${region}`, async () => {
      const regions = await this.#regionsOfHome();
      return regions.get(region) === true ? this.#aws.images(place, { by: 'id', ids: [imageId] }) : [];
    });
  }
}

/**
 * Without our tag an image is its own origin, unless it is a copy itself, or may be: what builds images copies them under
 * one name, and their lineage may name something that is long gone.
 */
function relativeOf(parent: Image, targets: readonly Target[]): Relative {
  const isNamesake = targets.some(
    ({ source: { image, primary } }) =>
      image.region !== parent.region && primary.name !== undefined && primary.name === parent.name,
  );
  const mayBeCopy = parent.lineage !== undefined || isNamesake;
  return {
    origin: parent.tags[ownTags.source] ?? (mayBeCopy ? undefined : asOrigin(parent)),
    copyOf: parent.lineage?.imageId,
  };
}
