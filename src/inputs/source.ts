import type { SourceRequest } from '../model/promotion.ts';
import { type Complaint, type Fault, fault, quoted } from './fault.ts';
import type { Given } from './given.ts';
import { entriesOf, onePerLine, type Read, read } from './read.ts';

/**
 * The source images, one per line, as `[key=]ami-…`. A key names the image in outputs, so it is never a number (an
 * index would be mistaken for it) and never one that differs from another by case alone: workflow expressions find
 * properties whatever their case.
 */
export function readSources(given: Given): Read<readonly SourceRequest[]> {
  const sources: SourceRequest[] = [];
  const faults: Fault[] = [];
  for (const entry of entriesOf(given('source') ?? '')) {
    const source = split(entry);
    const complaints = [...complaintsOf(source), ...repetitions(source, sources)];
    faults.push(...complaints.map((complaint) => fault('source', entry, complaint)));
    if (complaints.length === 0) {
      sources.push(source);
    }
  }
  return read(sources, faults);
}

function split(entry: string): SourceRequest {
  const at = entry.indexOf('=');
  return at < 0
    ? { key: undefined, imageId: entry }
    : { key: entry.slice(0, at).trim(), imageId: entry.slice(at + 1).trim() };
}

function complaintsOf({ key, imageId }: SourceRequest): readonly Complaint[] {
  const form = /^(packer|ssm|manifest):/.exec(key ?? imageId) ?? /^(packer|ssm|manifest):/.exec(imageId);
  if (form !== null) {
    return [
      {
        problem: `names its image by ${form[0]}, which this version does not support`,
        right: 'write the id of the image, as ami-… or key=ami-…',
      },
    ];
  }
  const complaints: Complaint[] = [];
  if (key !== undefined && !/^[A-Za-z0-9._-]{1,64}$/.test(key)) {
    complaints.push({
      problem: `has the key ${quoted(key)}`,
      right: 'write a key of 1 to 64 letters, digits, dots, underscores and hyphens',
    });
  } else if (key !== undefined && /^\d+$/.test(key)) {
    complaints.push({
      problem: 'has a key that is a number',
      right: 'write a key with a letter in it, because outputs are looked up by it',
    });
  }
  if (!/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(imageId)) {
    complaints.push({
      problem: 'is not the id of an image',
      right: onePerLine(imageId) ?? 'write ami- and 8 or 17 digits from 0-9 and a-f, as ami-… or key=ami-…',
    });
  }
  return complaints;
}

function repetitions(
  { key, imageId }: SourceRequest,
  earlier: readonly SourceRequest[],
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (earlier.some((source) => source.imageId === imageId)) {
    complaints.push({ problem: 'names an image that is listed before', right: 'list every image once' });
  }
  if (key !== undefined && earlier.some((source) => source.key?.toLowerCase() === key.toLowerCase())) {
    complaints.push({
      problem: 'has a key that is used before (case does not count)',
      right: 'give every image a key of its own',
    });
  }
  return complaints;
}
