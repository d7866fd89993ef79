import type { Fault } from '../model/fault.ts';
import { knownRegions, type Partition, partitionOf } from '../model/partition.ts';
import type { InputName } from './contract.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { didYouMean } from './nearest.ts';
import { entriesOf, onePerLine, type Read, read, refused, unread } from './read.ts';

export interface WantedRegion {
  readonly region: string;
  /** Listed in `regions`, not in `optional-regions`. */
  readonly required: boolean;
}

/**
 * The Region of the source image, which also decides the partition of everything else. `inFiles` is the one that the
 * sources name themselves, where they do.
 */
export function readSourceRegion(
  given: Given,
  inFiles: Read<{ readonly region: string | undefined }>,
): Read<{
  readonly region: string;
  readonly partition: Partition;
}> {
  const text = given('source-region');
  if (text === undefined) {
    return unread;
  }
  if (text === 'auto' && inFiles.value === undefined) {
    return unread;
  }
  const region = text === 'auto' ? (inFiles.value?.region ?? text) : text;
  if (region === 'auto') {
    return refused(
      fault('source-region', region, {
        problem: 'can be found out only where every source is a manifest with images of source-account',
        right: 'write the Region of the source image, such as us-east-1',
      }),
    );
  }
  const partition = partitionOf(region);
  return partition === undefined ? refused(noRegion('source-region', region)) : read({ region, partition });
}

/**
 * The Regions of the targets, required ones first. Only the shape of a name is judged: a Region that we do not know
 * may be one that AWS opened since, and AWS is asked later.
 */
export function readRegions(given: Given, partition: Partition | undefined): Read<readonly WantedRegion[]> {
  const required = readList('regions', given('regions'), partition);
  const optionalText = given('optional-regions');
  const optional =
    optionalText === 'none' ? [] : readList('optional-regions', optionalText, partition, required);
  const entries = [...required, ...optional];
  return read(
    entries.flatMap(({ input, region, fault }) =>
      fault === undefined ? [{ region, required: input === 'regions' }] : [],
    ),
    entries.flatMap(({ fault }) => fault ?? []),
  );
}

interface Entry {
  readonly input: InputName;
  readonly region: string;
  readonly fault: Fault | undefined;
}

function readList(
  input: InputName,
  text: string | undefined,
  partition: Partition | undefined,
  before: readonly Entry[] = [],
): readonly Entry[] {
  const lines = entriesOf(text ?? '');
  return lines.map((region, index) => ({
    input,
    region,
    fault: faultOf(region, lines.slice(0, index)),
  }));

  function faultOf(region: string, earlier: readonly string[]): Fault | undefined {
    const own = partitionOf(region);
    if (own === undefined) {
      return noRegion(input, region);
    }
    if (partition !== undefined && own.id !== partition.id) {
      return fault(input, region, {
        problem: `is in the partition ${own.id}, and the source is in ${partition.id}`,
        right: `name Regions of ${partition.id} only, because images cannot be copied across partitions`,
      });
    }
    if (earlier.includes(region)) {
      return fault(input, region, { problem: 'is listed twice', right: 'list it once' });
    }
    if (before.some((entry) => entry.region === region)) {
      return fault(input, region, {
        problem: 'is listed in regions too',
        right: 'keep it in one of the two lists',
      });
    }
    return undefined;
  }
}

function noRegion(input: InputName, text: string): Fault {
  const otherwise = onePerLine(text) ?? 'write a name such as us-east-1';
  return fault(input, text, {
    problem: 'is not the name of a Region',
    right: didYouMean(text, knownRegions, otherwise),
  });
}
