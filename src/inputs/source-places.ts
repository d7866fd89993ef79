import type { Fault } from '../model/fault.ts';
import { partsOf } from '../model/origin.ts';
import type { SourceAt, SourceLocation, SourceRequest } from '../model/promotion.ts';
import type { Complaint } from './fault.ts';
import type { NamedAt, NamedSource } from './named-source.ts';
import { type Read, read, unread } from './read.ts';

/** What is known of where source images are. */
export interface SourceFacts {
  readonly home: string | undefined;
  readonly region: string | undefined;
  /** A gate compares copies with what they were made from. */
  readonly isGate: boolean;
}

/**
 * The Region of the sources where manifests alone name them; none where an AMI id, a parameter or a build needs to be
 * told. Nothing is read while a manifest could not be, or has no image of the home account, which is told elsewhere.
 */
export function regionInFiles(
  { value: sources = [], faults }: Read<readonly NamedSource[]>,
  home: string | undefined,
): Read<{ readonly region: string | undefined }> {
  const [first] = sources;
  if (faults.length > 0 && sources.length === 0) {
    return unread;
  }
  if (first?.at.kind !== 'promoted' || sources.some(({ at }) => at.kind !== 'promoted')) {
    return read({ region: undefined });
  }
  const { images, region } = first.at;
  const regions = images.filter(({ account }) => account === home).map((one) => one.region);
  const [least] = regions.toSorted();
  return least === undefined ? unread : read({ region: regions.includes(region) ? region : least });
}

/** Every source image with where it is: what is not in the account and Region that are named is refused. */
export function placeSources(
  sources: readonly NamedSource[],
  facts: SourceFacts,
): Read<readonly SourceRequest[]> {
  const refused: { readonly source: NamedSource; readonly complaint: Complaint }[] = [];
  const requests = sources.flatMap((source) => {
    const { key, title, custom, leftOut } = source;
    const at = placeOf(source, facts);
    if (at !== undefined && 'problem' in at) {
      refused.push({ source, complaint: at });
      return [];
    }
    return at === undefined ? [] : [{ key, title, custom, at, leftOut }];
  });
  const alike = Map.groupBy(refused, ({ complaint }) => `${complaint.problem}; ${complaint.right}`);
  return read(requests, [...alike.values()].flatMap(oneFault));
}

/** Of sources with the same complaint, told once. */
function oneFault(
  alike: readonly { readonly source: NamedSource; readonly complaint: Complaint }[],
): readonly Fault[] {
  const [first, ...others] = alike;
  const also = others.map(({ source }) => source.title).join(', ');
  return first === undefined
    ? []
    : [
        first.source.fault({
          problem: `${first.complaint.problem}${also === '' ? '' : `, and the same is true of ${also}`}`,
          right: first.complaint.right,
        }),
      ];
}

/** Undefined while account or Region are not known, which is told elsewhere. */
function placeOf(
  { at }: NamedSource,
  { home, region, isGate }: SourceFacts,
): SourceAt | Complaint | undefined {
  switch (at.kind) {
    case 'parameter':
      return at;
    case 'id':
      return region === undefined ? undefined : inOrder([{ imageId: at.imageId, region }], region, undefined);
    case 'build': {
      if (region === undefined) {
        return undefined;
      }
      return at.images.some((image) => image.region === region)
        ? inOrder(at.images, region, undefined)
        : {
            problem: `has no image in ${region}, which source-region names`,
            right: `set source-region to where Packer built it: ${at.images.map((image) => image.region).join(' or ')}`,
          };
    }
    case 'promoted': {
      if (home === undefined) {
        return undefined;
      }
      const owned = at.images.filter(({ account }) => account === home);
      const images = isGate ? owned : withoutReplaced(owned);
      const { region: first } = images.find((image) => image.region === region) ?? images[0] ?? {};
      return first === undefined ? nothingOwned(home, at) : inOrder(images, first, at.origin, isGate);
    }
  }
}

function inOrder(
  images: readonly SourceLocation[],
  first: string,
  origin: string | undefined,
  isGate = false,
): SourceAt | undefined {
  const rank = ({ region, onlyRead }: SourceLocation) =>
    (isGate && onlyRead === true ? 2 : 0) + Number(region === first);
  const sorted = images
    .map(({ imageId, region, onlyRead }) => ({ imageId, region, onlyRead }))
    .toSorted((a, b) => rank(b) - rank(a) || (a.region < b.region ? -1 : 1));
  const [primary, ...others] = sorted;
  return primary && { kind: 'images', images: [primary, ...others], origin };
}

/** Without what was promoted, where a copy of it took its place. */
function withoutReplaced(images: readonly SourceLocation[]): readonly SourceLocation[] {
  const made = images.filter(({ onlyRead }) => onlyRead !== true).map(({ region }) => region);
  return images.filter(({ onlyRead, region }) => onlyRead !== true || !made.includes(region));
}

function nothingOwned(home: string, { images, origin }: Extract<NamedAt, { kind: 'promoted' }>): Complaint {
  const accounts = [...new Set(images.map(({ account }) => account))];
  const built = partsOf(origin).account;
  const named = accounts.map((one) => (one === built ? `${one} (where it was built)` : one));
  return accounts.length === 0
    ? {
        problem: 'has no verified image in the manifest',
        right: 'run that promotion again until it succeeds',
      }
    : {
        problem: `has no verified image that the account ${home} owns`,
        right: `set source-account to the account that the images come from; the manifest has ${named.join(', ')}`,
      };
}
