import * as v from 'valibot';
import { isImageId } from '../model/image.ts';
import { partsOf } from '../model/origin.ts';
import { partitionOf } from '../model/partition.ts';
import { fault } from './fault.ts';
import { type InputFile, openFile, type ReadFile } from './files.ts';
import type { NamedSource, PromotedImage, SourceEntry } from './named-source.ts';
import { isPublished } from './published.ts';
import { type Read, read, refused } from './read.ts';
import { anyText, isMap } from './schema-parts.ts';

const source = v.object({
  key: anyText,
  origin: anyText,
  id: anyText,
  account: anyText,
  region: anyText,
});
const target = v.object({
  image: anyText,
  account: anyText,
  region: anyText,
  state: anyText,
  imageId: v.nullable(anyText),
});

/**
 * What is read of the manifest of an earlier promotion, in the shape that `schemas/manifest.v1.json` gives it: which
 * images it made and what they are copies of. Who they were made for, by which roles and under which keys is not read.
 */
const schema = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isMap, 'is no manifest; write the path of a manifest-file'),
  v.check((map) => !('builds' in map), 'is a manifest of Packer; write packer: in front of it'),
  v.check((map) => !('converged' in map), 'is a plan; name the manifest-file of a promotion'),
  v.looseObject({
    version: v.literal(1, 'is not 1, the only version of manifests that this version of the action reads'),
  }),
  v.object({
    sources: v.array(source, 'is not a list of sources'),
    targets: v.array(target, 'is not a list of targets'),
  }),
);
type ManifestFile = InputFile<v.InferOutput<typeof schema>>;

/** The verified images of an earlier promotion, as `manifest:PATH`: a source image for each that it promoted. */
export function readPromoted(named: SourceEntry, readFile: ReadFile): Read<readonly NamedSource[]> {
  const { entry, key, text } = named;
  const right = 'take the manifest-file of a promotion as it wrote it';
  const missing = 'check it out, or download the artifact of the promotion that wrote it first';
  const form = { input: 'source', schema, format: 'JSON', right, missing } as const;
  const { value: file, faults } = openFile(form, text, readFile);
  if (file === undefined) {
    return { value: undefined, faults };
  }
  const keys = [...new Set(file.value.sources.map((one) => one.key))];
  if (keys.length === 0 || (key !== undefined && keys.length > 1)) {
    const complaint =
      keys.length === 0
        ? {
            problem: 'is the manifest of a promotion that ended before it had read its source',
            right: 'run that promotion again',
          }
        : {
            problem: `gives one key to ${keys.length} images`,
            right: 'leave the key out: each keeps what it is called in the manifest',
          };
    return refused(fault('source', entry, complaint));
  }
  const sources = keys.map((one) => sourceOf(one, key, named, file));
  return read(
    sources.flatMap(({ value }) => value ?? []),
    sources.flatMap((one) => one.faults),
  );
}

function sourceOf(
  called: string,
  key: string | undefined,
  { entry, text }: SourceEntry,
  file: ManifestFile,
): Read<NamedSource> {
  const sources = file.value.sources.flatMap((one, index) => (one.key === called ? [{ ...one, index }] : []));
  const targets = file.value.targets.flatMap((one, index) =>
    one.image === called && isPublished(one) ? [{ ...one, index }] : [],
  );
  const images = [
    ...targets.map(({ imageId, ...one }) => placed(file, 'targets', { ...one, id: imageId ?? '' })),
    // What was promoted is an image too.
    ...sources
      .filter(({ id }) => targets.length > 0 && !targets.some(({ imageId }) => imageId === id))
      .map((one) => placed(file, 'sources', one)),
  ];
  const faults = images.flatMap((one) => one.faults);
  const ofEntry = (complaint: Parameters<NamedSource['fault']>[0]) =>
    fault('source', `${entry}: ${called}`, complaint);
  const built = sources.find(({ origin, id }) => partsOf(origin).imageId === id) ?? sources[0];
  if (built === undefined || sources.some(({ origin }) => origin !== built.origin)) {
    const problem = 'has several origins in the manifest';
    return refused(...faults, ofEntry({ problem, right: 'take the file as it was written' }));
  }
  const at = {
    kind: 'promoted',
    images: images.flatMap(({ value }) => value ?? []),
    origin: built.origin,
    region: built.region,
  } as const;
  return read({ key: key ?? called, title: `${called} of ${text}`, at, custom: {}, fault: ofEntry }, faults);
}

interface Standing {
  readonly index: number;
  readonly id: string;
  readonly account: string;
  readonly region: string;
}

/** An image of a list, if it is one. */
function placed(
  file: ManifestFile,
  list: 'sources' | 'targets',
  { index, id, account, region }: Standing,
): Read<PromotedImage> {
  if (isImageId(id) && partitionOf(region) !== undefined) {
    return read({ account, region, imageId: id, onlyRead: list === 'sources' || undefined });
  }
  const complaint = { problem: 'is not an image and its Region', right: 'take the file as it was written' };
  return refused(file.faultAt([list, index])(`${region} ${id}`, complaint));
}
