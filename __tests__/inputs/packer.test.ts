import { describe, expect, it } from '@jest/globals';
import { around, promotionOf, type Said, sentencesOf } from './asking.ts';

const [amd, arm, copied] = [
  'ami-0123456789abcdef0',
  'ami-0123456789abcdef1',
  'ami-0123456789abcdef2',
] as const;
const run = '6d5d3185-fa95-44e1-8775-9e64fe2e2d8f';

/** A build as the manifest post-processor writes it. */
function build(over: object = {}): object {
  return {
    name: 'amd64',
    builder_type: 'amazon-ebs',
    build_time: 1_763_700_000,
    files: null,
    artifact_id: `us-east-1:${amd},eu-west-1:${copied}`,
    packer_run_uuid: run,
    custom_data: { commit: '4f2a9c1', 'git.ref': 'main' },
    ...over,
  };
}

const second = build({ name: 'arm64', artifact_id: `us-east-1:${arm}` });

function text(builds: readonly object[], over: object = {}): string {
  return JSON.stringify({ builds, last_run_uuid: run, ...over }, undefined, 2);
}

const ask = (file: string, said: Said = {}) => ({
  said: { source: 'packer:manifest.json', ...said },
  files: around({ 'manifest.json': file }),
});

function sourcesIn(file: string, said: Said = {}) {
  const { said: all, files } = ask(file, said);
  return promotionOf(all, files).sources;
}

function faultsIn(file: string, said: Said = {}): readonly string[] {
  const { said: all, files } = ask(file, said);
  return sentencesOf(all, files);
}

describe('A manifest of Packer', () => {
  it('names every build of the last run, by its own name, with the Regions that it was copied to', () => {
    const old = build({ name: 'old', packer_run_uuid: 'another', artifact_id: 'us-east-1:ami-01234567' });
    expect(sourcesIn(text([old, build(), second]))).toEqual([
      {
        key: 'amd64',
        title: 'amd64',
        at: {
          kind: 'images',
          images: [
            { imageId: amd, region: 'us-east-1' },
            { imageId: copied, region: 'eu-west-1' },
          ],
          origin: undefined,
        },
        custom: { commit: '4f2a9c1', 'git.ref': 'main' },
        leftOut:
          'manifest.json also has "old" of an earlier run of Packer: left out. To promote all together, build them in one run.',
      },
      {
        key: 'arm64',
        title: 'arm64',
        at: { kind: 'images', images: [{ imageId: arm, region: 'us-east-1' }], origin: undefined },
        custom: { commit: '4f2a9c1', 'git.ref': 'main' },
      },
    ]);
  });

  it('says nothing of an earlier build that the last run made anew, or where one build is named', () => {
    const again = build({ packer_run_uuid: 'another', artifact_id: 'us-east-1:ami-01234567' });
    const old = build({ name: 'old', packer_run_uuid: 'another', artifact_id: 'us-east-1:ami-01234567' });
    const sources = [
      ...sourcesIn(text([again, build(), second])),
      ...sourcesIn(text([old, build(), second]), { source: 'packer:manifest.json#arm64' }),
    ];
    expect(sources.map(({ key, leftOut }) => [key, leftOut])).toEqual([
      ['amd64', undefined],
      ['arm64', undefined],
      ['arm64', undefined],
    ]);
  });

  it('names one build after a #, under its name or under a key', () => {
    const file = text([build(), second]);
    expect(sourcesIn(file, { source: 'packer:manifest.json#arm64' }).map(({ key }) => key)).toEqual([
      'arm64',
    ]);
    expect(
      sourcesIn(file, { source: 'web = packer:manifest.json#arm64' }).map(({ key, at }) => [key, at]),
    ).toEqual([['web', expect.objectContaining({ images: [{ imageId: arm, region: 'us-east-1' }] })]]);
  });

  it('has the image of source-region first, wherever it stands in the artifact', () => {
    const [source] = sourcesIn(text([build()]), { 'source-region': 'eu-west-1', regions: 'eu-west-1' });
    expect(source?.at).toMatchObject({
      images: [{ region: 'eu-west-1' }, { region: 'us-east-1' }],
    });
  });

  it.each([
    ['Windows line endings', text([build()]).replaceAll('\n', '\r\n')],
    ['a byte-order mark', `\uFEFF${text([build()])}`],
    ['no files', text([build({ files: [] })])],
    ['no custom_data', text([build({ custom_data: null })])],
    ['custom_data left out', text([build({ custom_data: undefined, files: undefined })])],
    ['no time', text([build({ build_time: undefined })])],
    ['a post-processor that stands twice', text([build(), build({ build_time: 1_763_700_001 })])],
    ['fields of later versions', text([build({ later: [1] })], { later: {} })],
    ['amazon-ebssurrogate', text([build({ builder_type: 'amazon-ebssurrogate' })])],
    ['an artifact of amazon-import', text([build({ builder_type: 'qemu' })])],
    ['spaces in the artifact', text([build({ artifact_id: `us-east-1:${amd}, eu-west-1:${copied}` })])],
  ])('is read with %s', (_what, file) => {
    expect(sourcesIn(file).map(({ key, at }) => [key, at.kind])).toEqual([['amd64', 'images']]);
  });

  it.each<[string, string, string]>([
    [
      'an artifact that is none',
      text([build({ artifact_id: 'ami-0123456789abcdef0' })]),
      'source: "manifest.json:8:22 builds.0.artifact_id: build amd64" has the artifact_id "ami-0123456789abcdef0", not REGION:ami-…; take the file as Packer wrote it',
    ],
    [
      'an artifact in a Region that is none',
      text([build({ artifact_id: `us_east_1:${amd}` })]),
      `source: "manifest.json:8:22 builds.0.artifact_id: build amd64" has the artifact_id "us_east_1:${amd}", not REGION:ami-…; take the file as Packer wrote it`,
    ],
    [
      'volumes',
      text([build({ builder_type: 'amazon-ebsvolume', artifact_id: 'us-east-1:vol-0123456789abcdef0' })]),
      'source: "manifest.json:8:22 builds.0.artifact_id: build amd64" was made by amazon-ebsvolume, which makes volumes and no AMI; build with amazon-ebs or amazon-ebssurrogate, or name another build, as packer:PATH#build',
    ],
    [
      'volumes, whatever the artifact looks like',
      text([build({ builder_type: 'amazon-ebsvolume' })]),
      'source: "manifest.json:8:22 builds.0.artifact_id: build amd64" was made by amazon-ebsvolume, which makes volumes and no AMI; build with amazon-ebs or amazon-ebssurrogate, or name another build, as packer:PATH#build',
    ],
    ...['amazon-ebs', 'amazon-ebssurrogate', 'amazon-chroot', 'amazon-instance'].map(
      (builder_type): [string, string, string] => [
        `half an artifact of ${builder_type}`,
        text([build({ builder_type, artifact_id: 'us-east-1' })]),
        'source: "manifest.json:8:22 builds.0.artifact_id: build amd64" has the artifact_id "us-east-1", not REGION:ami-…; take the file as Packer wrote it',
      ],
    ),
    [
      'something else than an AMI',
      text([build({ builder_type: 'docker', artifact_id: 'Container' })]),
      'source: "manifest.json:8:22 builds.0.artifact_id: build amd64" was made by docker, and its artifact is no AMI; name the builds that make one, each as packer:PATH#build',
    ],
    [
      'one Region twice',
      text([build({ artifact_id: `us-east-1:${amd},us-east-1:${arm}` })]),
      'source: "manifest.json:8:22 builds.0.artifact_id: build amd64" names two images in one Region; take the file as Packer wrote it',
    ],
    [
      'a field that is missing',
      text([build(), build({ artifact_id: undefined })]),
      'source: "manifest.json:15:5 builds.1.artifact_id" is missing; take the file as Packer\'s manifest post-processor wrote it',
    ],
    [
      'a field of another type',
      text([build({ custom_data: { n: 1 } })]),
      'source: "manifest.json:11:14 builds.0.custom_data.n" is read by YAML as a number; put quotes around it',
    ],
    [
      'a name that is no key',
      text([build({ name: 'web image' })]),
      'source: "manifest.json:3:5 builds.0: build web image" has the key "web image"; write a key of 1 to 64 letters, digits, dots, underscores and hyphens in front of it, as key=packer:PATH#build',
    ],
    [
      'a name that is a number',
      text([build({ name: '64' })]),
      'source: "manifest.json:3:5 builds.0: build 64" has a key that is a number; write a key with a letter in it in front of it, as key=packer:PATH#build, because outputs are looked up by it',
    ],
    [
      'two builds of one name',
      text([build(), build({ artifact_id: `us-east-1:${arm}` })]),
      'source: "packer:manifest.json" has several builds called amd64 in its last run; give each source block of the template a name of its own: keys and #build go by it',
    ],
    [
      'no build of the last run',
      text([build({ packer_run_uuid: 'another' })]),
      `source: "packer:manifest.json" holds no build of its last run, "${run}" (it has 1 of others); look why that run of Packer ended without an image`,
    ],
    [
      'no image in the Region of the source',
      text([build({ artifact_id: `eu-west-1:${amd}` })]),
      'source: "manifest.json:3:5 builds.0: build amd64" has no image in us-east-1, which source-region names; set source-region to where Packer built it: eu-west-1',
    ],
    [
      'half a file',
      text([build()]).slice(0, 100),
      'source: "manifest.json:6:20" is not JSON: it breaks off here; take the file as Packer\'s manifest post-processor wrote it',
    ],
    [
      'a list',
      '[]',
      'source: "manifest.json:1:1" is no manifest of Packer; name the output of Packer\'s manifest post-processor',
    ],
    [
      'a manifest of our own',
      '{"version":1,"run":{},"sources":[],"targets":[],"opened":[]}',
      'source: "manifest.json:1:1" is a manifest of promote-ami; write manifest: in front of it',
    ],
    [
      'no builds',
      '{"last_run_uuid":""}',
      'source: "manifest.json:1:1 builds" is missing; take the file as Packer\'s manifest post-processor wrote it',
    ],
    [
      'nothing',
      ' \n',
      'source: "manifest.json" is an empty file; take the file as Packer\'s manifest post-processor wrote it',
    ],
  ])('is refused with build and field for %s', (_what, file, sentence) => {
    expect(faultsIn(file)).toEqual([sentence]);
  });

  it('tells every build that is broken', () => {
    const broken = (name: string) => build({ name, artifact_id: name });
    expect(faultsIn(text([broken('a'), build(), broken('b')]))).toEqual([
      expect.stringContaining('builds.0.artifact_id'),
      expect.stringContaining('builds.2.artifact_id'),
    ]);
  });

  it.each([
    ['packer:manifest.json#arm-64', 'names a build that the last run did not make; did you mean "arm64"?'],
    ['packer:manifest.json#', 'names a build that the last run did not make; the last run made amd64, arm64'],
    [
      'web=packer:manifest.json',
      'gives one key to several builds; leave the key out, and each build is called by its own name, or name one build, as key=packer:PATH#build',
    ],
  ])('cannot be %s', (source, words) => {
    expect(faultsIn(text([build(), second]), { source })).toEqual([`source: "${source}" ${words}`]);
  });

  it('must be there, which in another job than that of Packer it is not by itself', () => {
    expect(sentencesOf({ source: 'packer:nowhere.json' })).toEqual([
      'source: "nowhere.json" does not exist; `packer build` writes it in its own job: in another job, download its artifact first',
    ]);
  });

  it('must be a file', () => {
    const readFile = () => ({ problem: 'is a directory' });
    expect(sentencesOf({ source: 'packer:nowhere.json' }, { readFile, hasCredentials: false })).toEqual([
      'source: "nowhere.json" is a directory; write the path of a file',
    ]);
  });
});

describe('custom_data', () => {
  const file = text([build(), second]);

  it('fills templates', () => {
    const { said, files } = ask(file, { name: 'web-{key}-{custom.git.ref}-{custom.commit}' });
    expect(promotionOf(said, files).placements[0]?.name).toEqual([
      'web-',
      { variable: 'key' },
      '-',
      { variable: 'custom.git.ref' },
      '-',
      { variable: 'custom.commit' },
    ]);
  });

  it('must be there for every build', () => {
    const some = text([build(), build({ name: 'arm64', artifact_id: `us-east-1:${arm}`, custom_data: {} })]);
    expect(faultsIn(some, { name: 'web-{key}-{custom.commit}' })).toEqual([
      'name: "web-{key}-{custom.commit}" holds {custom.commit}, and arm64 has no such custom_data; give it to every build in custom_data of Packer\'s manifest post-processor',
    ]);
  });

  it('is asked about when it is misspelt, and nothing but Packer has it', () => {
    expect(faultsIn(file, { description: '{custom.comit}' })).toEqual([
      'description: "{custom.comit}" holds "{custom.comit}", which stands for nothing here; did you mean "{custom.commit}"?',
    ]);
    expect(sentencesOf({ name: 'web-{custom.commit}' })).toEqual([
      expect.stringContaining('holds "{custom.commit}", which stands for nothing here'),
    ]);
  });
});
