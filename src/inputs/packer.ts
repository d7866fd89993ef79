import * as v from 'valibot';
import { isImageId, type Tags } from '../model/image.ts';
import { partitionOf } from '../model/partition.ts';
import type { SourceLocation } from '../model/promotion.ts';
import { type Complaint, fault, quoted } from './fault.ts';
import { type InputFile, openFile, type ReadFile } from './files.ts';
import type { NamedSource, SourceEntry } from './named-source.ts';
import { didYouMean } from './nearest.ts';
import { type Read, read, refused } from './read.ts';
import { anyText, isMap, tagMap } from './schema-parts.ts';

const build = v.object({
  name: anyText,
  builder_type: anyText,
  artifact_id: anyText,
  packer_run_uuid: anyText,
  custom_data: v.nullish(tagMap),
});
type Build = v.InferOutput<typeof build>;

/** What Packer's manifest post-processor writes, as far as it is read. */
const schema = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(
    isMap,
    "is no manifest of Packer; name the output of Packer's manifest post-processor",
  ),
  v.check(
    (map) => 'builds' in map || !('sources' in map && 'targets' in map),
    'is a manifest of promote-ami; write manifest: in front of it',
  ),
  v.object({ builds: v.array(build, 'is not a list of builds'), last_run_uuid: anyText }),
);
type PackerFile = InputFile<v.InferOutput<typeof schema>>;

/**
 * The builds of the last run in a manifest of Packer, all of them or the one that is named, as `packer:PATH[#build]`: a
 * source image each, with its copies in the Regions that Packer copied it to.
 */
export function readBuilds(named: SourceEntry, readFile: ReadFile): Read<readonly NamedSource[]> {
  const { entry, key, text } = named;
  const [, path = '', wanted] = /^(.*?)(?:#([^#]*))?$/.exec(text) ?? [];
  const right = "take the file as Packer's manifest post-processor wrote it";
  const missing = '`packer build` writes it in its own job: in another job, download its artifact first';
  const form = { input: 'source', schema, format: 'JSON', right, missing } as const;
  const { value: file, faults } = openFile(form, path, readFile);
  if (file === undefined) {
    return { value: undefined, faults };
  }
  const ofRun = lastRun(file);
  const chosen = ofRun.filter(({ value }) => wanted === undefined || value.name === wanted);
  const complaint =
    chosen.length === 0
      ? nothingThere(file, ofRun, wanted)
      : (namesakes(chosen) ?? (key !== undefined && chosen.length > 1 ? several : undefined));
  if (complaint !== undefined) {
    return refused(fault('source', entry, complaint));
  }
  const sources = chosen.map((one) => sourceOf(one, key, file));
  const [first, ...others] = sources.flatMap(({ value }) => value ?? []);
  const leftOut = wanted === undefined ? earlierIn(file, path, ofRun) : undefined;
  return read(
    first === undefined ? [] : [{ ...first, leftOut }, ...others],
    sources.flatMap((one) => one.faults),
  );
}

/** A build, and where it stands. */
interface Standing {
  readonly index: number;
  readonly value: Build;
}

/** A post-processor that stands twice in a template tells every build twice. */
function lastRun({ value: { builds, last_run_uuid } }: PackerFile): readonly Standing[] {
  const isSame = (a: Build, b: Build) => a.name === b.name && a.artifact_id === b.artifact_id;
  return builds
    .map((value, index) => ({ index, value }))
    .filter(({ value }) => value.packer_run_uuid === last_run_uuid)
    .filter(({ value }, at, all) => all.findIndex((one) => isSame(one.value, value)) === at);
}

/** Builds of earlier runs that the last one did not make anew: an architecture that has a run of its own is among them. */
function earlierIn(
  { value: { builds } }: PackerFile,
  path: string,
  ofRun: readonly Standing[],
): string | undefined {
  const names = builds
    .map(({ name }) => name)
    .filter((name) => ofRun.every(({ value }) => value.name !== name));
  const earlier = [...new Set(names)];
  return earlier.length === 0
    ? undefined
    : `${path} also has ${earlier.map(quoted).join(', ')} of an earlier run of Packer: left out. To promote all together, build them in one run.`;
}

/** No key could tell two builds of one name apart. */
function namesakes(chosen: readonly Standing[]): Complaint | undefined {
  const names = chosen.map(({ value }) => value.name.toLowerCase());
  const twice = chosen.find((_, at) => names.indexOf(names[at] ?? '') < at)?.value.name;
  return twice === undefined
    ? undefined
    : {
        problem: `has several builds called ${twice} in its last run`,
        right: 'give each source block of the template a name of its own: keys and #build go by it',
      };
}

const several: Complaint = {
  problem: 'gives one key to several builds',
  right:
    'leave the key out, and each build is called by its own name, or name one build, as key=packer:PATH#build',
};

function nothingThere(
  { value: { builds, last_run_uuid } }: PackerFile,
  ofRun: readonly Standing[],
  wanted: string | undefined,
): Complaint {
  if (ofRun.length === 0) {
    return {
      problem: `holds no build of its last run, ${quoted(last_run_uuid)} (it has ${builds.length} of others)`,
      right: 'look why that run of Packer ended without an image',
    };
  }
  const names = ofRun.map(({ value }) => value.name);
  return {
    problem: 'names a build that the last run did not make',
    right: didYouMean(wanted ?? '', names, `the last run made ${names.join(', ')}`),
  };
}

function sourceOf({ index, value }: Standing, key: string | undefined, file: PackerFile): Read<NamedSource> {
  const { name, custom_data } = value;
  const at = file.faultAt(['builds', index]);
  const field = file.faultAt(['builds', index, 'artifact_id']);
  const images = imagesOf(value);
  const complaint = images === undefined ? noImages(value) : twiceComplaint(images);
  if (images === undefined || complaint !== undefined) {
    return refused(field(`build ${name}`, complaint ?? noImages(value)));
  }
  const custom: Tags = custom_data ?? {};
  return read({
    key: key ?? name,
    title: name,
    at: { kind: 'build', images },
    custom,
    fault: (one) => at(`build ${name}`, one),
  });
}

const volumesOnly = 'amazon-ebsvolume';

/** `region:ami-…`, with commas between them; undefined for anything else, and of a builder that makes no image. */
function imagesOf({ builder_type, artifact_id }: Build): readonly SourceLocation[] | undefined {
  if (builder_type === volumesOnly) {
    return undefined;
  }
  const parts = artifact_id.split(',').map((part) => /^([a-z0-9-]+):(ami-[0-9a-f]+)$/.exec(part.trim()));
  const images = parts.flatMap((match) => {
    const [, region = '', imageId = ''] = match ?? [];
    const isImage = partitionOf(region) !== undefined && isImageId(imageId);
    return isImage ? [{ region, imageId }] : [];
  });
  return images.length === parts.length ? images : undefined;
}

function twiceComplaint(images: readonly SourceLocation[]): Complaint | undefined {
  const regions = images.map(({ region }) => region);
  return new Set(regions).size < regions.length
    ? { problem: 'names two images in one Region', right: 'take the file as Packer wrote it' }
    : undefined;
}

function noImages({ builder_type, artifact_id }: Build): Complaint {
  if (builder_type === volumesOnly) {
    return {
      problem: 'was made by amazon-ebsvolume, which makes volumes and no AMI',
      right: 'build with amazon-ebs or amazon-ebssurrogate, or name another build, as packer:PATH#build',
    };
  }
  const makesImages = builder_type.startsWith('amazon-') || artifact_id.includes('ami-');
  return makesImages
    ? {
        problem: `has the artifact_id ${quoted(artifact_id)}, not REGION:ami-…`,
        right: 'take the file as Packer wrote it',
      }
    : {
        problem: `was made by ${builder_type}, and its artifact is no AMI`,
        right: 'name the builds that make one, each as packer:PATH#build',
      };
}
