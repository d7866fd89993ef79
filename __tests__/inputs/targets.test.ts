import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Placement } from '../../src/model/promotion.ts';
import { around, faultsOf, promotionOf, type Said, sentencesOf } from './asking.ts';

const prod = '444455556666';
const eu = '777788889999';
const reader = '123456789012';
const organization = 'arn:aws:organizations::123456789012:organization/o-abcdef1234';

/** Home and two others, in two Regions and an optional one. */
const wide: Said = {
  accounts: `home\nprod=${prod}\n${eu}`,
  regions: 'us-east-1\neu-west-1',
  'optional-regions': 'me-central-1',
  'kms-key': 'alias/flat',
  tags: 'team=web\nenv=any',
  'targets-file': 'targets.yml',
};

function placementsOf(text: string, said: Said = {}): readonly Placement[] {
  return promotionOf({ ...wide, ...said }, around({ 'targets.yml': text })).placements;
}

function at(placements: readonly Placement[], account: string, region: string): Placement | undefined {
  return placements.find(({ owner, ...place }) => owner.id === account && place.region === region);
}

function refused(text: string, said: Said = {}): readonly string[] {
  return sentencesOf({ ...wide, ...said }, around({ 'targets.yml': text }));
}

describe('The targets file', () => {
  it('goes before the flat inputs, and its Regions before their account', () => {
    const placements = placementsOf(
      `accounts:
  prod:
    kms-key: alias/prod
    name: "{source-name}-prod"
    optional: true
    regions:
      eu-west-1: { kms-key: alias/eu, name: eu-copy, optional: false }
      me-central-1: { optional: false }
`,
    );
    const seen = placements.map(({ owner, region, key, name, required }) => [
      `${owner.name} ${region}`,
      key.kind === 'named' ? key.key : key.kind,
      name.length,
      required,
    ]);
    expect(seen).toEqual([
      ['home us-east-1', 'alias/flat', 1, true],
      ['home eu-west-1', 'alias/flat', 1, true],
      ['home me-central-1', 'alias/flat', 1, false],
      ['prod us-east-1', 'alias/prod', 2, false],
      ['prod eu-west-1', 'alias/eu', 1, true],
      ['prod me-central-1', 'alias/prod', 2, true],
      [`${eu} us-east-1`, 'alias/flat', 1, true],
      [`${eu} eu-west-1`, 'alias/flat', 1, true],
      [`${eu} me-central-1`, 'alias/flat', 1, false],
    ]);
  });

  it('merges tags key by key, and none begins anew', () => {
    const placements = placementsOf(
      `accounts:
  prod: { tags: { env: prod }, regions: { eu-west-1: { tags: { gdpr: "yes" } }, me-central-1: { tags: none } } }
  "${eu}": { tags: none, regions: { eu-west-1: { tags: { x: y } } } }
`,
    );
    expect(at(placements, prod, 'us-east-1')?.tags).toEqual({ team: 'web', env: 'prod' });
    expect(at(placements, prod, 'eu-west-1')?.tags).toEqual({ team: 'web', env: 'prod', gdpr: 'yes' });
    expect(at(placements, prod, 'me-central-1')?.tags).toEqual({});
    expect(at(placements, eu, 'us-east-1')?.tags).toEqual({});
    expect(at(placements, eu, 'eu-west-1')?.tags).toEqual({ x: 'y' });
    expect(at(placements, '111122223333', 'eu-west-1')?.tags).toEqual({ team: 'web', env: 'any' });
  });

  it('shares from each account with its own consumers, in place of share-with', () => {
    const placements = placementsOf(
      `accounts:
  home: { share-with: ["${reader}"], regions: { eu-west-1: { share-with: none } } }
  prod: { regions: { eu-west-1: { share-with: ["${reader}", "${organization}"] } } }
`,
    );
    expect(at(placements, '111122223333', 'us-east-1')?.consumers).toEqual([{ kind: 'account', id: reader }]);
    expect(at(placements, '111122223333', 'eu-west-1')?.consumers).toEqual([]);
    expect(at(placements, prod, 'us-east-1')?.consumers).toEqual([]);
    expect(at(placements, prod, 'eu-west-1')?.consumers).toEqual([
      { kind: 'account', id: reader },
      { kind: 'organization', id: organization },
    ]);
    const one = { accounts: prod, 'share-with': reader };
    const [first, second] = placementsOf(
      `accounts: { "${prod}": { regions: { us-east-1: { share-with: none } } } }`,
      one,
    );
    expect([first?.consumers, second?.consumers]).toEqual([[], [{ kind: 'account', id: reader }]]);
  });

  it('gives an account its role', () => {
    const role = `arn:aws:iam::${prod}:role/special`;
    const { owners } = promotionOf(
      wide,
      around({ 'targets.yml': `accounts: { prod: { role: "${role}" } }` }),
    );
    expect(owners.map(({ roleArn }) => roleArn)).toEqual([
      'arn:aws:iam::111122223333:role/ami-promotion',
      role,
      `arn:aws:iam::${eu}:role/ami-promotion`,
    ]);
  });

  it('judges the flat inputs for the places that they are left for', () => {
    const key = `arn:aws:kms:{region}:${prod}:alias/x`;
    const others = `home: { kms-key: alias/x }, "${eu}": { kms-key: alias/x }`;
    expect(refused(`accounts: { ${others} }`, { 'kms-key': key })).toEqual([]);
    expect(refused('accounts: { home: { kms-key: alias/x } }', { 'kms-key': key })).toEqual([
      `kms-key: "${key}" is of another account than the copies in ${eu}, which need a key of their own; write {account} in place of the account id`,
    ]);
    const role = `arn:aws:iam::${prod}:role/x`;
    expect(refused(`accounts: { "${eu}": { role: x } }`, { role, 'source-role': 'y' })).toEqual([]);
  });

  it('may have a byte order mark and Windows line endings', () => {
    const text = '\uFEFFaccounts:\r\n  prod:\r\n    kms-key: alias/prod\r\n';
    expect(at(placementsOf(text), prod, 'us-east-1')?.key).toEqual({ kind: 'named', key: 'alias/prod' });
    expect(refused('\uFEFFaccounts:\r\n  prod:\r\n    kms-key: prod\r\n')).toEqual([
      'targets-file: "targets.yml:3:14 accounts.prod.kms-key: prod" is not an alias, id or ARN of a key; if it is an alias, write alias/prod',
    ]);
  });

  it.each([
    ['prod', prod],
    ['home', '111122223333'],
    [`"${eu}"`, eu],
    [`"${prod}"`, prod],
  ])('names an account as %s', (name, id) => {
    const placements = placementsOf(`accounts: { ${name}: { kms-key: alias/own } }`);
    const own = placements.filter(({ key }) => key.kind === 'named' && key.key === 'alias/own');
    expect(new Set(own.map(({ owner }) => owner.id))).toEqual(new Set([id]));
  });
});

describe('A targets file', () => {
  it.each([
    [`accounts: { ${prod}: {}, "${prod}": {} }`, '1:13" has a key that YAML does not read as a text'],
    ['%YAML 1.1\n---\naccounts: { prod: 2001-01-01 }', '1:1" begins with a %YAML directive'],
  ])('never loses in silence what is in %j', (text, message) => {
    expect(refused(text)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['does not exist', {}],
    ['is an empty file', { 'targets.yml': ' \r\n' }],
    ['holds no map', { 'targets.yml': '# later\n' }],
  ])('that %s is a fault', (problem, files: Readonly<Record<string, string>>) => {
    expect(sentencesOf(wide, around(files))).toEqual([
      expect.stringMatching(new RegExp(`^targets-file: "targets.yml[^"]*" ${problem}; .+`)),
    ]);
  });

  it.each([
    ['accounts: { prodd: {} }', '1:13 accounts.prodd is not listed in accounts; did you mean "prod"?'],
    [
      'accounts:\n  "000000000001":\n    name: abc',
      '2:3 accounts.000000000001 is not listed in accounts; list it there, because only accounts says who owns a copy',
    ],
    [
      'accounts: { 012345678901: {} }',
      '1:13 has a key that YAML does not read as a text; put quotes around it',
    ],
    [
      `accounts:\n  prod: {}\n  "${prod}": {}`,
      `3:3 accounts.${prod} is an account that is named before, by another name or its id; name every account once`,
    ],
    [
      'accounts:\n  prod:\n    regions:\n      eu-west-2:\n        name: abc',
      '4:7 accounts.prod.regions.eu-west-2 is listed neither in regions nor in optional-regions; list it there, because only they say where images go',
    ],
    [
      'accounts: { prod: { regions: { us-east-11: {} } } }',
      '1:32 accounts.prod.regions.us-east-11 is listed neither in regions nor in optional-regions; did you mean "us-east-1"?',
    ],
    [
      'accounts: { home: { role: x } }',
      '1:27 accounts.home.role: x is a role of the home account, which source-role names; write it as source-role, and leave it out here',
    ],
    [
      'accounts: { prod: { kms_key: alias/x } }',
      '1:21 accounts.prod.kms_key is not a field here; did you mean "kms-key"?',
    ],
    [
      'accounts: { prod: { regions: { eu-west-1: { role: x } } } }',
      '1:45 accounts.prod.regions.eu-west-1.role stands at a Region; write it at the account, whose role is the same in all Regions',
    ],
    ['acounts:\n  prod: {}', '1:1 acounts is not a field here; did you mean "accounts"?'],
    [
      'accounts:\n  prod:\n    tagz:\n      a: b',
      '3:5 accounts.prod.tagz is not a field here; did you mean "tags"?',
    ],
    [
      'accounts: { prod: { zzz: 1 } }',
      '1:21 accounts.prod.zzz is not a field here; the fields here are kms-key, name, tags, optional, share-with, role, regions',
    ],
    [
      'accounts: { prod: { constructor: 1 } }',
      '1:21 accounts.prod.constructor is not a field here; the fields here are kms-key, name, tags, optional, share-with, role, regions',
    ],
    [
      'accounts: { prod: { regions: { eu-west-1: { regions: {} } } } }',
      '1:45 accounts.prod.regions.eu-west-1.regions stands at a Region; write it at the account, once',
    ],
    [
      'accounts: { prod: { regions: { eu-west-1: { region: {} } } } }',
      '1:45 accounts.prod.regions.eu-west-1.region is not a field here; the fields here are kms-key, name, tags, optional, share-with',
    ],
    [
      'accounts:\n  home: &a\n    name: abc\n  prod:\n    <<: *a\n    zzz: 1',
      '5:5 merges a map with <<, which is not supported here; write the fields out, or use an alias in place of a whole value',
    ],
    [
      `accounts: { prod: { share-with: ["${reader},${eu}"] } }`,
      `1:34 accounts.prod.share-with.0: ${reader},${eu} is not a consumer; write each as an entry of the list, an account id, arn:aws:organizations::MANAGEMENT-ACCOUNT-ID:organization/o-… or arn:aws:organizations::MANAGEMENT-ACCOUNT-ID:ou/o-…/ou-…`,
    ],
    [
      'accounts: { prod: }',
      '1:19 accounts.prod is empty; write it as schemas/targets.v1.json of this action says',
    ],
    [
      'accounts: { prod: { name: 2024 } }',
      '1:27 accounts.prod.name is read by YAML as a number; put quotes around it',
    ],
    [
      'accounts: { prod: { tags: { v: 1.10 } } }',
      '1:32 accounts.prod.tags.v is read by YAML as a number; put quotes around it',
    ],
    [
      'accounts: { prod: { share-with: [012345678901] } }',
      '1:34 accounts.prod.share-with.0 is read by YAML as a number; put quotes around it',
    ],
    [
      'accounts: { prod: { share-with: ["o-abcdef1234"] } }',
      '1:34 accounts.prod.share-with.0: o-abcdef1234 is only the id of an organization; write arn:aws:organizations::MANAGEMENT-ACCOUNT-ID:organization/o-abcdef1234',
    ],
    [
      `accounts: { prod: { share-with: ["${eu}"] } }`,
      `1:34 accounts.prod.share-with.0: ${eu} owns a copy itself; leave it out, because it would see two equal images`,
    ],
    [
      'accounts: { prod: { tags: { "aws:x": y } } }',
      '1:29 accounts.prod.tags.aws:x begins with aws:, which is reserved for AWS; choose another key',
    ],
    [
      'accounts: { prod: { name: "a:b" } }',
      '1:27 accounts.prod.name: a:b holds ":", and the name of an AMI has only letters, digits and ()[] ./-\'@_; leave the other characters out',
    ],
    [
      'accounts: { prod: { role: none } }',
      '1:27 accounts.prod.role: none is not a role; name the role to assume, or leave it out here, and role is assumed',
    ],
    [
      `accounts: { prod: { kms-key: "arn:aws:kms:us-east-1:{account}:alias/x" } }`,
      '1:30 accounts.prod.kms-key: arn:aws:kms:us-east-1:{account}:alias/x is in another Region than the snapshots in eu-west-1, me-central-1, which need a key there; write {region} in place of the Region',
    ],
  ])('may not be %s', (text, message) => {
    const faults = faultsOf(wide, around({ 'targets.yml': text }));
    expect(
      faults.map(({ input, value, problem, right }) => [input, `${value} ${problem}; ${right}`]),
    ).toEqual([['targets-file', `targets.yml:${message}`]]);
  });

  it('may have a tag whose key is two less-than signs, in quotes', () => {
    const placements = placementsOf('accounts: { prod: { tags: { "<<": x } } }');
    expect(at(placements, prod, 'us-east-1')?.tags).toMatchObject({ '<<': 'x' });
  });

  it('is told of every wrong field, and of what else is wrong beside it', () => {
    const text = 'version: 1\nextra: 2\naccounts:\n  prod:\n    tagz: {}\n    name: 2024\n';
    const places = faultsOf(wide, around({ 'targets.yml': text })).map(({ value }) => value);
    expect(places.toSorted()).toEqual([
      'targets.yml:1:1 version',
      'targets.yml:2:1 extra',
      'targets.yml:5:5 accounts.prod.tagz',
      'targets.yml:6:11 accounts.prod.name',
    ]);
  });

  it('may not show consumers twins, whom it names with the Regions', () => {
    const text = `accounts:\n  home: { share-with: ["${reader}"] }\n  prod: { share-with: ["${reader}"], regions: { eu-west-1: { share-with: none } } }`;
    expect(refused(text)).toEqual([
      `targets-file: "targets.yml:3:23 accounts.prod.share-with: ${reader}" would see equal images of home and prod in us-east-1, me-central-1; let one account share with it in each Region`,
    ]);
  });

  it('may not leave more tags than AWS allows once it is merged', () => {
    const lines = (letter: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letter}${index}`);
    const tags = lines('a', 30)
      .map((key) => `${key}=x`)
      .join('\n');
    const text = (count: number) =>
      `accounts: { prod: { tags: { ${lines('b', count)
        .map((key) => `${key}: x`)
        .join(', ')} } } }`;
    expect(refused(text(17), { tags })).toEqual([]);
    expect(refused(text(18), { tags })).toEqual([
      'targets-file: "targets.yml:1:27 accounts.prod.tags" holds 48 tags together with those that it is merged over; keep to 47, because AWS allows 50 and 3 are set by this action',
    ]);
    expect(refused(text(48), { tags })).toHaveLength(1);
  });

  it('is told with the faults of the inputs, all at once', () => {
    const faults = faultsOf(
      { ...wide, name: '{x}', 'poll-seconds': '0' },
      around({ 'targets.yml': 'accounts: { prod: { name: "{y}", role: "a b" }, xxxxxx: {} }' }),
    );
    expect(faults.map(({ input }) => input)).toEqual([
      'targets-file',
      'targets-file',
      'targets-file',
      'name',
      'poll-seconds',
    ]);
  });

  it('that cannot be read leaves the other inputs without faults of its making', () => {
    const key = `arn:aws:kms:{region}:${prod}:alias/x`;
    expect(faultsOf({ ...wide, 'kms-key': key }).map(({ input }) => input)).toEqual(['targets-file']);
  });

  it('does not make a fault of accounts and regions that those inputs already tell', () => {
    const said = { accounts: 'home\nprod=1', regions: 'us-east-1\neu-west1' };
    const text = 'accounts: { prod: {}, home: { regions: { eu-west-1: {} } } }';
    expect(faultsOf({ ...wide, ...said }, around({ 'targets.yml': text })).map(({ input }) => input)).toEqual(
      ['accounts', 'regions'],
    );
  });
});

describe('Whatever a targets file says', () => {
  const settings = {
    'kms-key': fc.constantFrom('alias/x', 'none', 'ebs-default', 'x', ''),
    name: fc.constantFrom('abc-{region}', 'ab', '{x}'),
    tags: fc.oneof(fc.constant('none'), fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 })),
    optional: fc.boolean(),
    'share-with': fc.oneof(fc.constant('none'), fc.subarray([reader, organization, prod, 'x'])),
  };
  const region = fc.record(settings, { requiredKeys: [] });
  const account = fc.record(
    {
      ...settings,
      role: fc.constantFrom('x', 'a b'),
      regions: fc.dictionary(fc.constantFrom('us-east-1', 'eu-west-1', 'eu-west-2'), region),
    },
    { requiredKeys: [] },
  );
  const file = fc.record({
    accounts: fc.dictionary(fc.constantFrom('home', 'prod', prod, eu, 'x', '__proto__'), account),
  });

  it('there is one placement for each owner and Region, or a fault of the file', () => {
    fc.assert(
      fc.property(file, (value) => {
        const surroundings = around({ 'targets.yml': JSON.stringify(value) });
        const faults = faultsOf(wide, surroundings);
        if (faults.length === 0) {
          const places = promotionOf(wide, surroundings).placements.map(
            ({ owner, region }) => `${owner.id} ${region}`,
          );
          expect([places.length, new Set(places).size]).toEqual([9, 9]);
        }
        expect(faults.filter(({ input }) => input !== 'targets-file')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
