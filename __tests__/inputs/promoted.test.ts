import { describe, expect, it } from '@jest/globals';
import { around, promotionOf, type Said, sentencesOf } from './asking.ts';

const [home, prod] = ['111122223333', '444455556666'] as const;
const origin = `${home}/us-east-1/ami-00000000000000aaa`;
const [virginia, ireland, frankfurt, stranger] = [1, 2, 3, 4].map((n) => `ami-0000000000000000${n}`);

const source = { key: 'web', origin, id: 'ami-00000000000000aaa', account: home, region: 'us-east-1' };

/** A target of a manifest: verified, of the home account, with much that must not be read. */
function target(region: string, imageId: string | null | undefined, over: object = {}): object {
  return {
    image: 'web',
    owner: 'staging',
    account: home,
    region,
    required: true,
    state: 'promoted',
    how: 'copied',
    imageId,
    roleArn: 'arn:aws:iam::999999999999:role/evil',
    ...over,
  };
}

const targets = [
  target('eu-west-1', ireland),
  target('us-east-1', virginia),
  target('eu-central-1', frankfurt),
];

function text(over: object = {}): string {
  return JSON.stringify({ version: 1, run: {}, sources: [source], targets, opened: [], ...over });
}

const least: Said = { source: 'manifest:staging.json', 'source-region': 'auto', 'source-account': home };

function ask(file: string, said: Said = {}) {
  return [{ ...least, ...said }, around({ 'staging.json': file })] as const;
}

const sourcesIn = (file: string, said: Said = {}) => promotionOf(...ask(file, said)).sources;
const faultsIn = (file: string, said: Said = {}) => sentencesOf(...ask(file, said));

describe('The manifest of an earlier promotion', () => {
  it('names its verified images, the Region of their source first, with the origin that they have', () => {
    expect(sourcesIn(text())).toEqual([
      {
        key: 'web',
        title: 'web of staging.json',
        at: {
          kind: 'images',
          images: [
            { imageId: virginia, region: 'us-east-1' },
            { imageId: frankfurt, region: 'eu-central-1' },
            { imageId: ireland, region: 'eu-west-1' },
          ],
          origin,
        },
        custom: {},
      },
    ]);
  });

  it('tells the Region of the source', () => {
    expect(promotionOf(...ask(text())).sourceRegion).toBe('us-east-1');
    const elsewhere = text({
      sources: [{ ...source, account: prod }],
      targets: [target('eu-west-1', ireland), target('eu-central-1', frankfurt)],
    });
    expect(promotionOf(...ask(elsewhere)).sourceRegion).toBe('eu-central-1');
    expect(promotionOf(...ask(text(), { 'source-region': 'eu-west-1' })).sources[0]?.at).toMatchObject({
      images: [{ region: 'eu-west-1' }, { region: 'eu-central-1' }, { region: 'us-east-1' }],
    });
  });

  it('gives only what source-account owns and what was verified', () => {
    const all = [
      target('us-east-1', virginia, { state: 'pending' }),
      target('eu-west-1', ireland, { state: 'unchanged' }),
      target('eu-central-1', null, { state: 'failed' }),
      target('us-west-2', stranger, { account: prod }),
    ];
    expect(sourcesIn(text({ targets: all })).map(({ at }) => at)).toEqual([
      {
        kind: 'images',
        images: [
          { imageId: source.id, region: 'us-east-1', onlyRead: true },
          { imageId: ireland, region: 'eu-west-1' },
        ],
        origin,
      },
    ]);
    const { home: account, owners } = promotionOf(...ask(text({ targets: all })));
    expect([account.id, account.roleArn, owners.map(({ id }) => id)]).toEqual([
      home,
      `arn:aws:iam::${home}:role/ami-promotion`,
      [home],
    ]);
  });

  it('gives what was promoted, too, where no copy took its place', () => {
    const others = [
      target('us-east-1', virginia, { account: prod }),
      target('eu-west-1', ireland, { account: prod }),
    ];
    expect(sourcesIn(text({ targets: others })).map(({ at }) => at)).toEqual([
      { kind: 'images', images: [{ imageId: source.id, region: 'us-east-1', onlyRead: true }], origin },
    ]);
  });

  it.each(['', ' ', 'a\nb', 'a\u202eb', '7'])('is refused for an image that is called %j', (key) => {
    const odd = text({
      sources: [{ ...source, key }],
      targets: [target('us-east-1', virginia, { image: key })],
    });
    expect(faultsIn(odd, { 'source-region': 'us-east-1' })).toEqual([expect.stringContaining('key')]);
  });

  it('keeps what its images are called, or takes a key for a single one', () => {
    const two = text({
      sources: [
        { ...source, key: 'web 1' },
        { ...source, key: 'db', id: 'ami-0000bbbb', origin: `${home}/us-east-1/ami-0000bbbb` },
      ],
      targets: [
        target('us-east-1', virginia, { image: 'web 1' }),
        target('us-east-1', ireland, { image: 'db' }),
      ],
    });
    expect(sourcesIn(two).map(({ key }) => key)).toEqual(['web 1', 'db']);
    expect(sourcesIn(text(), { source: 'base=manifest:staging.json' }).map(({ key }) => key)).toEqual([
      'base',
    ]);
    expect(faultsIn(two, { source: 'base=manifest:staging.json', 'source-region': 'us-east-1' })).toEqual([
      'source: "base=manifest:staging.json" gives one key to 2 images; leave the key out: each keeps what it is called in the manifest',
    ]);
  });

  it.each<[string, string, string]>([
    [
      'an image of nobody',
      text({ targets: [target('us-east-1', null, { state: 'failed' })] }),
      'source: "manifest:staging.json: web" has no verified image in the manifest; run that promotion again until it succeeds',
    ],
    [
      'images of others only',
      text({
        sources: [{ ...source, account: prod }],
        targets: [target('us-east-1', virginia, { account: prod })],
      }),
      `source: "manifest:staging.json: web" has no verified image that the account ${home} owns; set source-account to the account that the images come from; the manifest has ${prod}`,
    ],
    [
      'images of others only, two of them',
      text({
        sources: [
          { ...source, account: prod, origin: `${prod}/us-east-1/ami-00000000000000aaa` },
          {
            ...source,
            key: 'db',
            id: 'ami-00000000000000bbb',
            account: prod,
            origin: `${prod}/us-east-1/ami-00000000000000bbb`,
          },
        ],
        targets: [
          target('us-east-1', virginia, { account: prod }),
          target('eu-west-1', ireland, { account: '777788889999' }),
          target('us-east-1', frankfurt, { account: prod, image: 'db' }),
          target('eu-west-1', stranger, { account: '777788889999', image: 'db' }),
        ],
      }),
      `source: "manifest:staging.json: web" has no verified image that the account ${home} owns, and the same is true of db of staging.json; set source-account to the account that the images come from; the manifest has ${prod} (where it was built), 777788889999`,
    ],
    [
      'two origins',
      text({ sources: [source, { ...source, origin: 'another' }] }),
      'source: "manifest:staging.json: web" has several origins in the manifest; take the file as it was written',
    ],
    [
      'no source',
      text({ sources: [], targets: [] }),
      'source: "manifest:staging.json" is the manifest of a promotion that ended before it had read its source; run that promotion again',
    ],
    [
      'an id that is none',
      text({ targets: [target('us-east-1', virginia), target('eu-west-1', '$(rm)')] }),
      'source: "staging.json:1:403 targets.1: eu-west-1 $(rm)" is not an image and its Region; take the file as it was written',
    ],
    [
      'a manifest of Packer',
      '{"builds":[],"last_run_uuid":""}',
      'source: "staging.json:1:1" is a manifest of Packer; write packer: in front of it',
    ],
    [
      'a plan',
      '{"version":1,"converged":false,"sources":[],"targets":[]}',
      'source: "staging.json:1:1" is a plan; name the manifest-file of a promotion',
    ],
    [
      'a later version',
      text({ version: 2 }),
      'source: "staging.json:1:12 version" is not 1, the only version of manifests that this version of the action reads; take the manifest-file of a promotion as it wrote it',
    ],
    ['a list', '[]', 'source: "staging.json:1:1" is no manifest; write the path of a manifest-file'],
  ])('is refused for %s', (_what, file, sentence) => {
    expect(faultsIn(file, { 'source-region': 'us-east-1' })).toEqual([sentence]);
    expect(faultsIn(file)).toEqual([sentence]);
  });

  it('must be there: it was written by another job, or is checked out', () => {
    expect(sentencesOf({ source: 'manifest:nowhere.json', 'source-region': 'us-east-1' })).toEqual([
      'source: "nowhere.json" does not exist; check it out, or download the artifact of the promotion that wrote it first',
    ]);
  });

  it('may not name an image that something else names, too', () => {
    const said = { source: `manifest:staging.json\n${ireland}`, 'source-region': 'us-east-1' };
    expect(faultsIn(text(), said)).toEqual([expect.stringContaining('names an image that is listed before')]);
  });
});
